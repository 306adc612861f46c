"""Prints how long `secrets` takes, as ratios to `env true`, and what its peers take for the same.

    python3 Tests/Benchmarks/bench.py BINARY [--peers DIR] [--rounds N] [--write FILE]

All commands of a table are run in turns, so that whatever else the machine does falls on each of
them; a figure is the median of its turns. Nothing is installed: peers are looked for in DIR and PATH.
"""

import argparse
import datetime
import os
import platform
import pty
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

LIMITS = {  # what the project promises, as a ratio to `env true`
    "run, 100 values": 1.7,
    "run, 1000 values": 2.5,
    "run, 10,000 values": 10,
    "set, 1 of 1000": 8,
}


class Command:
    """A command with its place and its variables, and how long each of its turns took."""

    def __init__(self, name, argv, folder, environment, before=None, stdin=None):
        self.name = name
        self.argv = argv
        self.folder = folder
        self.environment = environment
        self.before = before
        self.stdin = stdin
        self.times = []

    def turn(self):
        if self.before:
            self.before()
        os.chdir(self.folder)
        files = [
            (os.POSIX_SPAWN_OPEN, 0, self.stdin or "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0),
        ]
        start = time.perf_counter()
        process = os.posix_spawn(
            self.argv[0], self.argv, self.environment, file_actions=files)
        _, status = os.waitpid(process, 0)
        took = time.perf_counter() - start
        if status:
            sys.exit(f"{self.name} ended with {os.waitstatus_to_exitcode(status)}: {self.argv}")
        self.times.append(took)

    @property
    def milliseconds(self):
        return statistics.median(self.times) * 1000


class Project:
    """A project with a number of values, of alice's."""

    def __init__(self, scratch, binary, name, count, passphrase=None):
        self.binary = binary
        self.home = os.path.join(scratch, name)
        self.folder = os.path.join(self.home, "project")
        os.makedirs(self.folder)
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": self.home,
            "GIT_CONFIG_SYSTEM": "/dev/null",
        }
        self.git("config", "--global", "user.name", "alice")
        self.git("config", "--global", "user.email", "alice@example.com")
        self.git("init", "-q", "-b", "main", ".")
        if passphrase is None:
            self.secrets("init", "--no-passphrase")
        else:
            at_terminal([binary, "init"], self.folder, self.environment, [passphrase] * 2)
        self.secrets("import", "-", text=dotenv(count))
        self.commit("seal")
        self.secrets("run", "--", "true")  # from here on the signatures are known to be good

    def git(self, *arguments):
        return check(["git", *arguments], self.folder, self.environment)

    def secrets(self, *arguments, text=""):
        return check([self.binary, *arguments], self.folder, self.environment, text)

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def run(self, name, **more):
        arguments = [self.binary, "run", "--", "/usr/bin/true"]
        return Command(name, arguments, self.folder, self.environment, **more)


def dotenv(count):
    """Values of the length that tokens have."""
    return "".join(f"KEY_{i}=fake-value-{i:032d}\n" for i in range(count))


def check(argv, folder, environment, text=""):
    done = subprocess.run(
        argv, cwd=folder, env=environment, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(argv)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def at_terminal(argv, folder, environment, answers):
    """Runs a command at a terminal and types an answer to each of its prompts."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(argv[0], argv, environment)
    said, answers = b"", list(answers)
    while select.select([terminal], [], [], 60)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the terminal is closed
            break
        said += part
        if answers and said.rstrip().endswith(b":"):
            os.write(terminal, answers.pop(0).encode() + b"\n")
            said = b""
    _, status = os.waitpid(process, 0)
    if status:
        sys.exit(f"{' '.join(argv)} at a terminal: {said.decode()}")


def measure(commands, rounds):
    for command in commands:
        command.turn()  # not counted: the file is not in the cache yet
        command.times.clear()
    for _ in range(rounds):
        for command in commands:
            command.turn()


def table(title, commands, base, limits=LIMITS):
    lines = [f"{title}\n", "| | ms | × `env true` | promised |", "| --- | ---: | ---: | ---: |"]
    for command in commands:
        ratio = command.milliseconds / base.milliseconds
        limit = limits.get(command.name)
        promise = "" if limit is None else f"≤ {limit}" + ("" if ratio <= limit else " **missed**")
        lines.append(f"| {command.name} | {command.milliseconds:.2f} | {ratio:.1f} | {promise} |")
    return "\n".join(lines)


def env_true(scratch):
    return Command("`env true`", ["/usr/bin/env", "true"], scratch, {"PATH": "/usr/bin:/bin"})


def runs(scratch, binary, rounds):
    """What a person waits for again and again."""
    base = env_true(scratch)
    commands = [base]
    projects = {}
    for name, count in (("100", 100), ("1000", 1000), ("10,000", 10_000)):
        projects[name] = Project(scratch, binary, f"plain-{count}", count)
        commands.append(projects[name].run(f"run, {name} values"))
    locked = Project(scratch, binary, "passphrase", 1000, passphrase="fake-passphrase")
    unlocked = locked.run("run, 1000 values, unlocked passphrase")
    commands.append(unlocked)
    measure(commands, rounds)
    text = table("## `secrets run -- true`, files verified before", commands, base)
    more = unlocked.milliseconds - commands[2].milliseconds
    promise = "≤ 0.1" + ("" if more <= 0.1 else " **missed**")
    return text + f"\n\nThe unlocked passphrase adds {more:.2f} ms ({promise}).", projects["1000"]


def changes(scratch, binary, project, rounds):
    """What a change of one among 1000 costs: the writing, and the first reading after it."""
    base = env_true(scratch)
    value = os.path.join(scratch, "value")

    def another():
        with open(value, "w") as file:
            file.write(f"fake-{time.perf_counter_ns()}")

    state = os.path.join(project.home, ".local/state/secrets")
    kept = os.path.join(scratch, "state")

    def forget():
        shutil.rmtree(state)
        os.makedirs(state, mode=0o700)

    set_one = Command(
        "set, 1 of 1000", [binary, "set", "KEY_500"], project.folder, project.environment,
        before=another, stdin=value)
    measure([base, set_one], rounds)
    lines = project.git("diff", "--numstat", "--", "secrets/development.sealed").split()
    project.commit("set")

    shutil.copytree(state, kept)
    trusting = dict(project.environment)
    trusting["SECRETS_TRUST"] = project.git(
        "show", "HEAD:secrets/team.keys").split("project=")[1].split()[0]
    first = Command(
        "run, 1000 values, all signatures", [binary, "run", "--", "/usr/bin/true"],
        project.folder, trusting, before=forget)
    measure([base, first], rounds)
    shutil.rmtree(state)
    shutil.copytree(kept, state)
    text = table("## After a change", [base, set_one, first], base)
    return text + f"\n\n`set`, in `git diff`: lines added {lines[0]}, taken away {lines[1]}."


def rekeying(scratch, binary):
    """A reader comes, and their time is over: one line, then 1000 values sealed again."""
    project = Project(scratch, binary, "rekeying", 1000)
    times = []
    for turn in range(5):
        other = f"bob.{turn}"
        key = os.path.join(scratch, other)
        check(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], scratch,
              project.environment)
        project.secrets("team", "add", other, key + ".pub", "--grant", "development")
        if turn == 0:
            lines = project.git("diff", "--numstat", "--", "secrets/development.sealed").split()
        project.commit("add")
        project.secrets("grant", other, "development", "--for", "1s")
        project.commit("grant")
        time.sleep(2.1)  # until the grant is over
        resolve = Command("resolve", [binary, "resolve"], project.folder, project.environment)
        resolve.turn()
        times += resolve.times
        resealed = project.git("diff", "--numstat", "--", "secrets/development.sealed").split()
        project.commit("resolve")
    took = statistics.median(times) * 1000
    return (
        "## Readers of 1000 values\n\n"
        f"A new reader, in `git diff`: lines added {lines[0]}, the empty one between records "
        f"counted; taken away {lines[1]}.\n\n"
        f"Taking one away (`resolve` after a grant's end: a new key, {resealed[0]} lines anew): "
        f"{took:.0f} ms.")


def peers(scratch, binary, project, folder, rounds):
    """The same 1000 values by the peers that are there."""
    path = os.pathsep.join(filter(None, [folder, os.environ.get("PATH")]))

    def found(name):
        return shutil.which(name, path=path)

    base = env_true(scratch)
    commands = [base, project.run("secrets run")]
    versions = []
    age, keygen = found("age"), found("age-keygen")
    home = os.path.join(scratch, "peers")
    os.makedirs(home)
    environment = {"PATH": path, "HOME": home}
    plain = os.path.join(home, "plain.env")
    with open(plain, "w") as file:
        file.write(dotenv(1000))
    if age and keygen:
        key = os.path.join(home, "key.txt")
        check([keygen, "-o", key], home, environment)
        recipient = check([keygen, "-y", key], home, environment).strip()
        versions.append(f"age {check([age, '--version'], home, environment).strip()}")
        check([age, "-r", recipient, "-o", "env.age", plain], home, environment)
        script = f'set -a; eval "$({age} -d -i {key} env.age)"; exec true'
        commands.append(Command("age -d and sh", ["/bin/sh", "-c", script], home, environment))
        if sops := found("sops"):
            versions.append(check([sops, "--version"], home, environment).split("\n")[0])
            sealed = check([sops, "-e", "--age", recipient, plain], home, environment)
            with open(os.path.join(home, "sops.env"), "w") as file:
                file.write(sealed)
            commands.append(Command(
                "sops exec-env", [sops, "exec-env", "sops.env", "true"], home,
                environment | {"SOPS_AGE_KEY_FILE": key}))
        if fnox := found("fnox"):
            versions.append(check([fnox, "--version"], home, environment).strip())
            with open(os.path.join(home, "fnox.toml"), "w") as file:
                file.write(f'[providers.age]\ntype = "age"\nrecipients = ["{recipient}"]\n')
            keyed = environment | {"FNOX_AGE_KEY_FILE": key}
            check([fnox, "import", "--force", "--provider", "age", "-i", plain, "env"],
                  home, keyed)
            commands.append(Command(
                "fnox exec", [fnox, "exec", "--", "true"], home, keyed))
    measure(commands, rounds)
    text = table("## Peers, 1000 values", commands, base, {})
    return text + (f"\n\n{', '.join(versions)}." if versions else "\n\nNone is installed here.")


def machine():
    with open("/proc/cpuinfo") as file:
        model = next(
            (line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--peers", default=os.environ.get("PEERS"), help="a folder of programs")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--write", help="the document whose figures are replaced")
    options = parser.parse_args()
    binary = os.path.realpath(options.binary)
    top = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="secrets-bench-") as scratch:
        os.environ["GIT_CONFIG_SYSTEM"] = "/dev/null"
        version = check([binary, "--version"], scratch, {}).strip()
        parts = [f"secrets {version}; {machine()}; {datetime.date.today()}; "
                 f"medians of {options.rounds} turns."]
        print(parts[0], flush=True)

        def show(text):
            parts.append(text)
            print("\n" + text, flush=True)

        text, project = runs(scratch, binary, options.rounds)
        show(text)
        show(changes(scratch, binary, project, max(options.rounds // 4, 5)))
        show(rekeying(scratch, binary))
        show(peers(scratch, binary, project, options.peers, max(options.rounds // 10, 5)))
        os.chdir(top)
    if options.write:
        with open(options.write) as file:
            head = file.read().split("<!-- figures -->")[0]
        with open(options.write, "w") as file:
            file.write(head + "<!-- figures -->\n\n" + "\n\n".join(parts) + "\n")


main()
