"""What only `secrets` does, and what it promises of that."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from measuring import Absent, Command, Pace, env_true, measure
from projects import Binary, Project, with_history
from tables import Attempts, figure, grid, measured, promise, ratio
from tools import Secrets

UNLOCKED_LIMIT = 0.1  # milliseconds
REMOVAL_LIMIT = 1  # seconds
HISTORY_LIMIT = 5  # seconds

MEMBERS = 20
ENVIRONMENTS = 5


def promises(secrets: Secrets, scratch: Path, values: int, commits: int,
             pace: Pace) -> Iterator[str]:
    yield "## `secrets` alone"
    yield keys_and_signatures(secrets, scratch, values, pace)
    yield removal(secrets, scratch, values, pace)
    yield history(secrets, scratch, commits, pace)


def alone(title: str, base: Command, attempts: Attempts) -> str:
    rows = [
        [f"{attempt.name}: {attempt.reason}", "", ""] if isinstance(attempt, Absent)
        else [attempt.name, figure(attempt.milliseconds), ratio(attempt, base)]
        for attempt in (base, *attempts)]
    return f"### {title}\n\n" + grid(["", "ms", "× `env true`"], rows)


def keys_and_signatures(secrets: Secrets, scratch: Path, values: int, pace: Pace) -> str:
    """What a passphrase that was typed adds, and what the first run after a pull pays."""
    base = env_true(scratch)
    plain = secrets.still(values).run(f"`run`, {values:,} values")
    locked = Project(secrets.home(), secrets.binary.path, values, passphrase="fake-passphrase")
    unlocked = locked.run("the same, unlocked passphrase")
    fresh = secrets.project(values)
    fresh.environment["SECRETS_TRUST"] = fresh.trust

    def forget() -> None:
        shutil.rmtree(fresh.state)
        fresh.state.mkdir(mode=0o700)

    unknown = fresh.run("the same, all signatures", before=forget)
    commands = [base, plain, unlocked, unknown]
    measure(commands, pace)
    more = unlocked.milliseconds - plain.milliseconds
    return "\n".join([
        alone("Keys and signatures", base, commands[1:]), "",
        promise("the unlocked passphrase adds", more, UNLOCKED_LIMIT, "ms")])


def removal(secrets: Secrets, scratch: Path, values: int, pace: Pace) -> str:
    """One member of many goes, from all environments; and the parts of that."""
    base = env_true(scratch)
    attempts: list[Command | Absent] = []
    leaver = f"`team remove`, 1 of {MEMBERS}, {ENVIRONMENTS} environments, {values:,} values in all"
    if secrets.binary.knows("team", "remove"):
        project = team(secrets.home(), secrets.binary, values)
        attempts.append(project.change(leaver, "team", "remove", "member-1", "--yes"))
    else:
        attempts.append(Absent(leaver, "this binary has no `team remove`"))
    again, one = f"`rekey`, {values:,} values", f"`set`, 1 of {values:,}"
    if secrets.binary.knows("rekey"):
        attempts.append(secrets.project(values).change(again, "rekey", "development"))
    else:
        attempts.append(Absent(again, "this binary has no `rekey`"))
    attempts.append(secrets.project(values).change(one, "set", "KEY_5", stdin=secrets.value))
    measure([base, *measured(attempts)], pace)
    lines = [alone("A member leaves", base, attempts)]
    gone, rekey, change = attempts
    if isinstance(gone, Command):
        lines += ["", promise("`team remove`", gone.milliseconds / 1000, REMOVAL_LIMIT, "s")]
    if isinstance(rekey, Command) and isinstance(change, Command):
        sealing = rekey.milliseconds - change.milliseconds
        lines += ["", f"`rekey` reads, judges and writes the same file as `set`. What it takes "
                  f"beyond that is to open and re-seal {values:,} values: {figure(sealing)} ms."]
    return "\n".join(lines)


def team(home: Path, binary: Binary, values: int) -> Project:
    """Every member reads every environment; the values are spread evenly."""
    project = Project(home, binary.path, 0)
    environments = ["development", *(f"stage-{n}" for n in range(1, ENVIRONMENTS))]
    for environment in environments[1:]:
        project.secrets("env", "new", environment)
    for environment in environments:
        some = values // ENVIRONMENTS
        text = "".join(f"KEY_{i}=fake-{environment}-{i:020d}\n" for i in range(some))
        project.secrets("import", "-", "-e", environment, text=text)
    for number in range(1, MEMBERS):  # alice is one of them
        project.add(f"member-{number}", *environments)
    project.secrets("check")
    return project


def history(secrets: Secrets, scratch: Path, commits: int, pace: Pace) -> str:
    """All that was ever signed, seen again."""
    if not secrets.binary.verifies_history():
        return "### History\n\nNot measured: this binary has no `verify` of history."
    base = env_true(scratch)
    project = secrets.project(100)
    with_history(project, commits)
    verify = project.command(f"`verify`, {commits:,} commits", "verify")
    measure([base, verify], pace)
    return "\n".join([
        alone("History", base, [verify]), "",
        "Each commit sets one of 100 values.", "",
        promise("`verify`", verify.milliseconds / 1000, HISTORY_LIMIT, "s")])
