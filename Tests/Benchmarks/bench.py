"""Prints how long `secrets` takes, as ratios to `env true`, and what its peers take for the same.

    python3 Tests/Benchmarks/bench.py BINARY [--peers DIR] [--write FILE] [--quick]

All commands of a table are run in turns, so that whatever else the machine does falls on each of
them; a figure is the median of its turns. Nothing is installed: peers are looked for in
DIR and PATH.
"""

import argparse
import datetime
import os
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measuring import Pace
from operations import Rivals, changes, runs
from plot import Curves, plot
from projects import Binary
from promises import promises
from services import peers
from tools import Floor, Secrets

MARK = "<!-- figures -->"


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    counts: tuple[int, ...]
    changed: int
    commits: int
    runs: Pace
    changes: Pace
    alone: Pace


FULL = Plan((10, 100, 1000, 10_000), 1000, 2000, runs=Pace(200, 5, 30),
            changes=Pace(50, 5, 15), alone=Pace(50, 5, 30))
QUICK = Plan((10, 100), 100, 50, runs=Pace(3, 2, 1), changes=Pace(3, 2, 1), alone=Pace(3, 2, 1))


def parts(binary: Binary, scratch: Path, folder: str | None, plan: Plan,
          curves: Curves) -> Iterator[str]:
    secrets = Secrets(scratch, binary)
    floor = Floor(scratch, secrets)
    with peers(scratch, folder) as others:
        versions = [f"secrets {binary.version}", *(peer.version for peer in others)]
        yield (f"{', '.join(versions)}. {machine()}; {datetime.date.today()}. Medians of "
               f"{plan.runs.turns} turns of `run`, {plan.changes.turns} of what changes, "
               f"{plan.runs.fewest} at least where one takes long.")
        rivals = Rivals(secrets, floor, others, scratch)
        yield from runs(rivals, plan.counts, plan.runs, curves)
        yield from changes(rivals, plan.changed, plan.changes)
    yield from promises(secrets, scratch, plan.changed, plan.commits, plan.alone)


def machine() -> str:
    with open("/proc/cpuinfo") as file:
        model = next(
            (line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--peers", metavar="DIR", help="a folder of programs to compare with")
    parser.add_argument("--write", metavar="FILE", type=Path,
                        help="the document whose figures are replaced, and a plot beside it")
    parser.add_argument("--quick", action="store_true", help="only see whether all of it works")
    options = parser.parse_args()
    if not options.binary.is_file():
        parser.error(f"there is no {options.binary}; make build")
    page = options.write and options.write.resolve()
    curves: Curves = {}
    said = []
    with tempfile.TemporaryDirectory(prefix="secrets-bench-") as scratch:
        binary = Binary(options.binary.resolve())
        plan = QUICK if options.quick else FULL
        for part in parts(binary, Path(scratch), options.peers, plan, curves):
            said.append(part)
            print(part, end="\n\n", flush=True)
        os.chdir("/")
    if page:
        picture = page.with_suffix(".svg")
        picture.write_text(plot(curves, [Secrets.name, "`env true`", Floor.name]))
        said.insert(1, f"![Time of run over the number of values]({picture.name})")
        head = page.read_text().split(MARK)[0]
        page.write_text("\n\n".join([head.rstrip(), MARK, *said]) + "\n")


if __name__ == "__main__":
    main()
