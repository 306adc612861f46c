"""What can be measured: `secrets`, the floor below it, and what they share with the peers."""

import itertools
import shutil
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

from measuring import Absent, Command, Words
from projects import Binary, Project, dotenv

CHANGED = "KEY_5"
"""The value that a change of one changes; it is there at every count."""

Attempt = Command | Absent


class Tool(ABC):
    """A program, and how each operation over a number of values is done with it."""

    name: str
    version = ""

    def __init__(self, scratch: Path):
        self.scratch = scratch
        self.homes = itertools.count()
        self.value = scratch / "value"
        self.value.write_text("fake-value-of-another-length")

    def home(self) -> Path:
        """A home of its own for each command, so that none disturbs another."""
        return self.scratch / f"{type(self).__name__.lower()}-{next(self.homes)}"

    def absent(self, reason: str) -> Absent:
        return Absent(self.name, reason)

    @abstractmethod
    def run(self, count: int) -> Attempt:
        """Becomes `true`, its last word, with all values in its environment."""

    @abstractmethod
    def set_one(self, count: int) -> Attempt:
        """Changes one value, which comes from a file."""

    @abstractmethod
    def add_reader(self, count: int) -> Attempt:
        """Lets a second reader in."""

    @abstractmethod
    def remove_reader(self, count: int) -> Attempt:
        """Takes a second reader's access away, for values that are sealed from then on."""

    @abstractmethod
    def take_over(self, count: int) -> Attempt:
        """Takes a dotenv file over into a new store."""


class Secrets(Tool):
    name = "**secrets**"

    def __init__(self, scratch: Path, binary: Binary):
        super().__init__(scratch)
        self.binary = binary
        self.unchanged: dict[int, Project] = {}

    def project(self, count: int) -> Project:
        return Project(self.home(), self.binary.path, count)

    def still(self, count: int) -> Project:
        """A project that nothing changes; the floor reads the same files."""
        if count not in self.unchanged:
            self.unchanged[count] = self.project(count)
        return self.unchanged[count]

    def run(self, count: int) -> Command:
        return self.still(count).run(self.name)

    def set_one(self, count: int) -> Command:
        return self.project(count).change(self.name, "set", CHANGED, stdin=self.value)

    def add_reader(self, count: int) -> Attempt:
        project = self.project(count)
        key = project.key("bob")
        return project.change(
            self.name, "team", "add", "bob", key, "--grant", "development", "--yes")

    def remove_reader(self, count: int) -> Attempt:
        if not self.binary.knows("team", "remove"):
            return self.absent("this binary has no `team remove`")
        project = self.project(count)
        project.add("bob", "development")
        project.secrets("check")
        return project.change(self.name, "team", "remove", "bob", "--yes")

    def take_over(self, count: int) -> Attempt:
        project = self.project(0)
        plain = project.home / "plain.env"
        plain.write_text(dotenv(count))
        return project.change(self.name, "import", plain)


class Floor(Tool):
    """The least that any implementation must do, in C: what is above it is ours."""

    name = "the floor, in C"

    def __init__(self, scratch: Path, secrets: Secrets):
        super().__init__(scratch)
        self.secrets = secrets
        self.program = scratch / "floor"
        self.problem = self.built()

    def built(self) -> str | None:
        compiler = shutil.which("cc")
        if compiler is None:
            return "there is no cc here"
        source = Path(__file__).with_name("floor.c")
        done = subprocess.run(
            [compiler, "-O2", "-static", "-o", self.program, source, "-l:libsodium.a"],
            capture_output=True, text=True)
        return "cc cannot build it here; is libsodium.a there?" if done.returncode else None

    def run(self, count: int) -> Attempt:
        if self.problem:
            return self.absent(self.problem)
        project = self.secrets.still(count)
        argv: Words = [self.program, project.sealed, project.team, project.identity, "alice",
                       "/usr/bin/true"]
        return Command(self.name, argv, project.path, {})

    def set_one(self, count: int) -> Attempt:
        return self.absent("made for `run` only")

    add_reader = remove_reader = take_over = set_one
