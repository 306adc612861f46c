"""What people do with values: each operation, by `secrets`, the floor and the peers, in turns."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from differences import difference
from measuring import Command, Pace, check, env_true, measure
from plot import Curves
from projects import dotenv
from tables import ahead, figure, measured, promise, table
from tools import Floor, Secrets, Tool

RUN_LIMITS = {100: 1.7, 1000: 2.5, 10_000: 10}
"""What the project promises of `run`, as a ratio to `env true`."""

SET_LIMIT = 8


@dataclass(frozen=True)
class Rivals:
    """All that take part, and where they do."""

    secrets: Secrets
    floor: Floor
    peers: Sequence[Tool]
    scratch: Path


def runs(rivals: Rivals, counts: Sequence[int], pace: Pace, curves: Curves) -> Iterator[str]:
    """What a person waits for again and again."""
    yield "## `run`: values into the environment of `true`"
    for count in counts:
        base = env_true(rivals.scratch)
        ours, floor = rivals.secrets.run(count), rivals.floor.run(count)
        peers = [peer.run(count) for peer in rivals.peers]
        everyone = [ours, floor, *peers]
        for command in measured(everyone):
            prove(command, count)
        commands = [base, *measured(everyone)]
        measure(commands, pace)
        for command in commands:
            curves.setdefault(command.name, {})[count] = command.milliseconds
        lines = [table(f"{count:,} values", base, everyone), "", ahead(ours, peers)]
        if isinstance(floor, Command):
            above = ours.milliseconds - floor.milliseconds
            lines += ["", f"Above the floor: {figure(above)} ms."]
        if limit := RUN_LIMITS.get(count):
            quotient = ours.milliseconds / base.milliseconds
            lines += ["", promise(f"`run` with {count:,} values", quotient, limit, "× `env true`")]
        yield "\n".join(lines)


def prove(command: Command, count: int) -> None:
    """Ends all where `env` in the place of `true` does not show every value."""
    *before, last = map(str, command.argv)
    shown = check([*before, last.removesuffix("true") + "env"], command.folder, command.environment)
    if missing := set(dotenv(count).splitlines()) - set(shown.splitlines()):
        sys.exit(f"{command.name} gave {len(missing)} of {count} values not, or not as they are")


def changes(rivals: Rivals, count: int, pace: Pace) -> Iterator[str]:
    """What is written, and then reviewed."""
    yield f"## Changes, with {count:,} values"
    titles = {
        "set_one": "`set`: one value anew",
        "add_reader": "`team add`: a second reader",
        "remove_reader": "`team remove`: one of two readers",
        "take_over": f"`import`: {count:,} values out of a dotenv file",
    }
    for operation, title in titles.items():
        base = env_true(rivals.scratch)
        tools = (rivals.secrets, *rivals.peers)
        ours, *peers = everyone = [getattr(tool, operation)(count) for tool in tools]
        measure([base, *measured(everyone)], pace)
        differences = {
            command.name: difference(command, command.store)
            for command in measured(everyone) if command.store}
        lines = [table(title, base, everyone, differences), "", ahead(ours, peers)]
        if operation == "set_one":
            quotient = ours.milliseconds / base.milliseconds
            lines += ["", promise("`set`", quotient, SET_LIMIT, "× `env true`")]
        yield "\n".join(lines)
