"""Commands, how long they take, and the pace at which they take turns."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Environment = dict[str, str]
Words = Sequence[str | Path]


@dataclass
class Command:
    """A command with its place and its variables, and how long each of its turns took."""

    name: str
    argv: Words
    folder: Path
    environment: Environment
    before: Callable[[], object] = lambda: None
    stdin: Path = Path(os.devnull)
    store: Path | None = None  # where a change of it is seen by git
    times: list[float] = field(default_factory=list)

    def turn(self) -> None:
        self.before()
        os.chdir(self.folder)
        files = [
            (os.POSIX_SPAWN_OPEN, 0, self.stdin, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        start = time.perf_counter()
        process = os.posix_spawn(
            self.argv[0], tuple(self.argv), self.environment, file_actions=files)
        _, status = os.waitpid(process, 0)
        took = time.perf_counter() - start
        if status:
            code = os.waitstatus_to_exitcode(status)
            sys.exit(f"{self.name} ended with {code}, in {self.folder}: {shown(self.argv)}")
        self.times.append(took)

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.times) * 1000


@dataclass(frozen=True)
class Absent:
    """What a program has no such operation for, or what could not be measured here, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Pace:
    """How many turns a command takes, and after how many seconds of its own fewer will do."""

    turns: int
    fewest: int
    seconds: float

    def wants(self, command: Command) -> bool:
        taken = len(command.times)
        return taken < self.fewest or (
            taken < self.turns and sum(command.times) < self.seconds)


def measure(commands: Sequence[Command], pace: Pace) -> None:
    """Has the commands take turns, so that what else the machine does falls on each of them."""
    for command in commands:
        command.turn()  # not counted: the files are not in the cache yet
        command.times.clear()
    while waiting := [command for command in commands if pace.wants(command)]:
        for command in waiting:
            command.turn()


def env_true(folder: Path) -> Command:
    """What every figure is a ratio to: one program that becomes another."""
    return Command("`env true`", ["/usr/bin/env", "true"], folder, {"PATH": "/usr/bin:/bin"})


def check(argv: Words, folder: Path, environment: Environment, text: str = "") -> str:
    """What a command prints; all ends where it fails."""
    done = subprocess.run(
        argv, cwd=folder, env=environment, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{shown(argv)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def shown(argv: Words) -> str:
    return " ".join(map(str, argv))
