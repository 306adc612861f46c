"""The peers that keep a file in git, and how each does what `secrets` does."""

import shutil
from collections.abc import Callable
from pathlib import Path

from measuring import Command, Words, check
from projects import Folder, dotenv
from tools import CHANGED, Attempt, Tool

SHELL = "/bin/sh"


class Peer(Tool):
    """A program found in the path given."""

    def __init__(self, scratch: Path, path: str, program: str):
        super().__init__(scratch)
        self.path = path
        self.program = program
        self.version = f"{program} {self.version_number()}"

    def version_number(self) -> str:
        """The first word with a digit of what `--version` prints."""
        said = check([self.found(), "--version"], self.scratch,
                     {"PATH": self.path, "HOME": str(self.scratch)})
        return next(word for word in said.split() if any(map(str.isdigit, word)))

    def found(self, program: str | None = None) -> str:
        return shutil.which(program or self.program, path=self.path) or ""

    def folder(self) -> Folder:
        return Folder(self.home(), self.path)

    @property
    def edit(self) -> str:
        """How a shell changes one value where the program itself cannot."""
        return f'sed "s/^{CHANGED}=.*/{CHANGED}=$(cat {self.value})/"'

    def changed(self, folder: Folder, *argv: str | Path,
                prepare: Callable[[], object] = lambda: None, **more) -> Command:
        """A command that finds the files as they are now, then prepared, at each of its turns."""
        put_back = folder.kept()

        def before() -> None:
            put_back()
            prepare()

        return Command(self.name, [*argv], folder.path, folder.environment,
                       before=before, store=folder.path, **more)

    def plain(self, folder: Folder, count: int) -> Path:
        file = folder.home / "plain.env"
        file.write_text(dotenv(count))
        return file


class AgePeer(Peer):
    """One with two age keys, of alice and of bob."""

    def __init__(self, scratch: Path, path: str, program: str):
        super().__init__(scratch, path, program)
        self.key, self.alice = self.pair("alice")
        _, self.bob = self.pair("bob")

    def pair(self, name: str) -> tuple[Path, str]:
        keygen = self.found("age-keygen")
        key = self.scratch / f"{self.program}-{name}.key"
        check([keygen, "-o", key], self.scratch, {})
        return key, check([keygen, "-y", key], self.scratch, {}).strip()


class Age(AgePeer):
    name = "age and sh"

    def folder(self) -> Folder:
        folder = super().folder()
        folder.environment["KEY"] = str(self.key)
        return folder

    def sealed(self, count: int, *recipients: str) -> Folder:
        folder = self.folder()
        plain = self.plain(folder, count)
        check([self.found(), *self.to(*recipients), "-o", "env.age", plain],
              folder.path, folder.environment)
        return folder

    def to(self, *recipients: str) -> list[str]:
        return [word for recipient in recipients for word in ("-r", recipient)]

    def again(self, folder: Folder, *recipients: str, through: str = "", **more) -> Command:
        to = " ".join(self.to(*recipients))
        script = f'age -d -i "$KEY" env.age {through}| age {to} -o new && mv new env.age'
        return self.changed(folder, SHELL, "-c", script, **more)

    def run(self, count: int) -> Attempt:
        script = 'set -a; eval "$(age -d -i "$KEY" env.age)"; exec true'
        folder = self.sealed(count, self.alice)
        return Command(
            self.name, [SHELL, "-c", script], folder.path, folder.environment)

    def set_one(self, count: int) -> Attempt:
        through = f"| {self.edit} "
        return self.again(self.sealed(count, self.alice), self.alice, through=through)

    def add_reader(self, count: int) -> Attempt:
        return self.again(self.sealed(count, self.alice), self.alice, self.bob)

    def remove_reader(self, count: int) -> Attempt:
        return self.again(self.sealed(count, self.alice, self.bob), self.alice)

    def take_over(self, count: int) -> Attempt:
        folder = self.folder()
        plain = self.plain(folder, count)
        return self.changed(folder, self.found(), *self.to(self.alice), "-o", "env.age", plain)


class Sops(AgePeer):
    name = "sops"

    def folder(self) -> Folder:
        folder = super().folder()
        folder.environment["SOPS_AGE_KEY_FILE"] = str(self.key)
        self.rule(folder, self.alice)
        return folder

    def rule(self, folder: Folder, *recipients: str) -> None:
        folder.write(".sops.yaml", f"creation_rules:\n  - age: {','.join(recipients)}\n")

    def sealed(self, count: int, *recipients: str) -> Folder:
        folder = self.folder()
        self.rule(folder, *recipients)
        check([self.found(), "-e", "--output", "app.env", self.plain(folder, count)],
              folder.path, folder.environment)
        return folder

    def run(self, count: int) -> Attempt:
        folder = self.sealed(count, self.alice)
        argv = [self.found(), "exec-env", "app.env", "true"]
        return Command(self.name, argv, folder.path, folder.environment)

    def set_one(self, count: int) -> Attempt:
        folder = self.sealed(count, self.alice)
        quoted = folder.home / "value.json"
        quoted.write_text(f'"{self.value.read_text()}"')
        return self.changed(
            folder, self.found(), "set", "--value-stdin", "app.env", f'["{CHANGED}"]', stdin=quoted)

    def add_reader(self, count: int) -> Attempt:
        folder = self.sealed(count, self.alice)
        return self.changed(
            folder, self.found(), "updatekeys", "-y", "app.env",
            prepare=lambda: self.rule(folder, self.alice, self.bob))

    def remove_reader(self, count: int) -> Attempt:
        """`updatekeys` would leave the data key that bob has."""
        folder = self.sealed(count, self.alice, self.bob)
        return self.changed(folder, self.found(), "rotate", "-i", "--rm-age", self.bob, "app.env")

    def take_over(self, count: int) -> Attempt:
        folder = self.folder()
        plain = self.plain(folder, count)
        return self.changed(folder, self.found(), "-e", "--output", "app.env", plain)


class Fnox(AgePeer):
    name = "fnox"

    def folder(self) -> Folder:
        folder = super().folder()
        folder.environment["FNOX_AGE_KEY_FILE"] = str(self.key)
        self.provider(folder, self.alice)
        return folder

    def provider(self, folder: Folder, *recipients: str) -> None:
        """The readers, in the file that holds the values too."""
        quoted = ", ".join(f'"{recipient}"' for recipient in recipients)
        line = f"recipients = [{quoted}]"
        file = folder.path / "fnox.toml"
        if not file.exists():
            file.write_text('[providers.age]\ntype = "age"\nrecipients =\n')
        file.write_text("\n".join(
            line if old.startswith("recipients =") else old
            for old in file.read_text().split("\n")))

    def imported(self, folder: Folder, count: int) -> Words:
        plain = self.plain(folder, count)
        return [self.found(), "import", "--force", "--provider", "age", "-i", plain, "env"]

    def sealed(self, count: int, *recipients: str) -> Folder:
        folder = self.folder()
        self.provider(folder, *recipients)
        check(self.imported(folder, count), folder.path, folder.environment)
        return folder

    def sealed_for(self, folder: Folder, *recipients: str) -> Attempt:
        return self.changed(
            folder, self.found(), "reencrypt", "--force",
            prepare=lambda: self.provider(folder, *recipients))

    def run(self, count: int) -> Attempt:
        folder = self.sealed(count, self.alice)
        argv = [self.found(), "exec", "--", "true"]
        return Command(self.name, argv, folder.path, folder.environment)

    def set_one(self, count: int) -> Attempt:
        folder = self.sealed(count, self.alice)
        return self.changed(folder, self.found(), "set", CHANGED, "-p", "age", stdin=self.value)

    def add_reader(self, count: int) -> Attempt:
        return self.sealed_for(self.sealed(count, self.alice), self.alice, self.bob)

    def remove_reader(self, count: int) -> Attempt:
        return self.sealed_for(self.sealed(count, self.alice, self.bob), self.alice)

    def take_over(self, count: int) -> Attempt:
        folder = self.folder()
        return self.changed(folder, *self.imported(folder, count))
