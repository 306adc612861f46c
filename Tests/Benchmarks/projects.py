"""Folders in git, projects of `secrets` in them, and the values that all programs are given."""

import os
import pty
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from measuring import Command, Environment, check


def dotenv(count: int) -> str:
    """Values of the length that tokens have."""
    return "".join(f"KEY_{i}={value(i)}\n" for i in range(count))


def values(count: int) -> dict[str, str]:
    return {f"KEY_{i}": value(i) for i in range(count)}


def value(number: int) -> str:
    return f"fake-value-{number:032d}"


class Folder:
    """A home, and in it a folder that git looks after."""

    def __init__(self, home: Path, path: str = "/usr/bin:/bin"):
        self.home = home
        self.path = home / "project"
        self.path.mkdir(parents=True)
        self.environment: Environment = {
            "PATH": path,
            "HOME": str(home),
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        self.git("config", "--global", "user.name", "alice")
        self.git("config", "--global", "user.email", "alice@example.com")
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str) -> str:
        return check(["git", *arguments], self.path, self.environment)

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.write_text(text)
        return file

    def kept(self, *more: Path) -> Callable[[], None]:
        """Commits the folder; what is given back puts it and `more` in today's state again."""
        if self.git("status", "--porcelain"):
            self.commit("seal")
        kept = self.home / "kept"
        originals = [file for file in (self.path, *more) if file.exists()]
        for number, original in enumerate(originals):
            shutil.copytree(original, kept / str(number), ignore=shutil.ignore_patterns(".git"))

        def put_back() -> None:
            for number, original in enumerate(originals):
                for child in original.iterdir():
                    if child.name != ".git":
                        shutil.rmtree(child) if child.is_dir() else child.unlink()
                shutil.copytree(kept / str(number), original, dirs_exist_ok=True)

        return put_back


class Project(Folder):
    """A project with a number of values, of alice's."""

    def __init__(self, home: Path, binary: Path, count: int, passphrase: str | None = None):
        super().__init__(home)
        self.binary = binary
        if passphrase is None:
            self.secrets("init", "--no-passphrase")
        else:
            at_terminal([str(binary), "init"], self.path, self.environment, [passphrase] * 2)
        if count:
            self.secrets("import", "-", text=dotenv(count))
        self.commit("seal")
        self.secrets("run", "--", "true")  # from here on the signatures are known to be good

    def secrets(self, *arguments: str, text: str = "") -> str:
        return check([self.binary, *arguments], self.path, self.environment, text)

    def command(self, name: str, *arguments: str | Path, **more) -> Command:
        argv = [self.binary, *arguments]
        return Command(name, argv, self.path, self.environment, **more)

    def run(self, name: str, **more) -> Command:
        return self.command(name, "run", "--", "/usr/bin/true", **more)

    def change(self, name: str, *arguments: str | Path, **more) -> Command:
        """A command that finds files and memory as they are now, at each of its turns."""
        put_back = self.kept(self.state)
        return self.command(name, *arguments, before=put_back, store=self.path, **more)

    def key(self, name: str) -> Path:
        """Another person's public key."""
        key = self.home / name
        check(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key],
              self.home, self.environment)
        return key.with_name(name + ".pub")

    def add(self, name: str, *environments: str) -> None:
        grants = ",".join(environments)
        self.secrets("team", "add", name, str(self.key(name)), "--grant", grants, "--yes")

    @property
    def state(self) -> Path:
        """What this machine remembers."""
        return self.home / ".local/state/secrets"

    @property
    def identity(self) -> Path:
        return self.home / ".config/secrets/identity"

    @property
    def sealed(self) -> Path:
        return self.path / "secrets/development.sealed"

    @property
    def team(self) -> Path:
        return self.path / "secrets/team.keys"

    @property
    def trust(self) -> str:
        return self.team.read_text().split("project=")[1].split()[0]


class Binary:
    """The binary that is measured, and what it can do."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def version(self) -> str:
        return self.says("--version").strip()

    def knows(self, *command: str) -> bool:
        """Whether a help text lists the command, such as `team remove`."""
        *parents, last = command
        return any(
            line.startswith(f"  {last} ") for line in self.says(*parents, "--help").splitlines())

    def verifies_history(self) -> bool:
        return "<range>" in self.says("verify", "--help")

    def says(self, *arguments: str) -> str:
        return check([self.path, *arguments], Path("/"), {"PATH": "/usr/bin:/bin"})


def with_history(project: Project, commits: int) -> None:
    """Signs as many changes, each of them a commit; git takes them over in one stream."""
    parent = project.git("rev-parse", "HEAD").strip()
    name = project.sealed.relative_to(project.path)
    stream = project.home / "history"
    with stream.open("wb") as file:
        for number in range(commits):
            project.secrets("set", f"KEY_{number % 100}", text=f"fake-{number}")
            content = project.sealed.read_bytes()
            origin = f"from {parent}\n" if number == 0 else ""
            file.write(
                f"commit refs/heads/main\ncommitter alice <alice@example.com> {number} +0000\n"
                f"data 3\nset\n{origin}M 100644 inline {name}\ndata {len(content)}\n".encode()
                + content + b"\n")
    with stream.open("rb") as file:
        subprocess.run(["git", "fast-import", "--quiet"], stdin=file, check=True,
                       cwd=project.path, env=project.environment)
    project.git("gc", "-q")
    project.git("reset", "-q", "--hard")


def at_terminal(argv: list[str], folder: Path, environment: Environment,
                answers: list[str]) -> None:
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
