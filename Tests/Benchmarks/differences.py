"""What a change is in git: lines and bytes of its diff."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measuring import Command, check

BINARY = "binary"


@dataclass(frozen=True)
class Difference:
    added: str
    removed: str
    size: int

    @property
    def lines(self) -> str:
        return self.added if self.added == BINARY else f"+{self.added} −{self.removed}"


def difference(command: Command, store: Path) -> Difference:
    """Of one more turn, which is not counted."""
    command.turn()
    command.times.pop()

    def git(*arguments: str) -> str:
        return check(["git", *arguments], store, command.environment)

    git("add", "--all", "--intent-to-add")
    diff = ("diff", "--no-ext-diff", "--no-textconv")
    lines = [line.split("\t")[:2] for line in git(*diff, "--numstat").splitlines()]
    patch = git(*diff, "--binary", "--unified=0")
    git("reset", "-q")
    added, removed = (total(column) for column in zip(*lines, strict=True))
    return Difference(added, removed, len(patch.encode()))


def total(column: Sequence[str]) -> str:
    """Git counts no lines where a file is not text."""
    return BINARY if "-" in column else f"{sum(map(int, column)):,}"
