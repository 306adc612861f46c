"""The plot of `run`: time over number of values, both logarithmic, each curve with its name."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Curves = dict[str, dict[int, float]]
"""Milliseconds by number of values, by name."""

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 180, 48, 52
LINE = 16  # how far apart names are

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.faint { fill: #6e7781 }
.grid { stroke: #d0d7de }
.curve { fill: none; stroke-width: 1.5 }
.ours { stroke-width: 3.5 }
.ours-name { font-weight: 700 }
.lead { stroke-width: 0.75; opacity: 0.6 }
.c0 { stroke: #0969da } .c1 { stroke: #6e7781; stroke-dasharray: 2 4 }
.c2 { stroke: #6e7781; stroke-dasharray: 6 3 } .c3 { stroke: #bc4c00 } .c4 { stroke: #1a7f37 }
.c5 { stroke: #8250df } .c6 { stroke: #bf3989 } .c7 { stroke: #9a6700 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.faint { fill: #8d96a0 }
.grid { stroke: #30363d }
.c0 { stroke: #58a6ff } .c1, .c2 { stroke: #8d96a0 } .c3 { stroke: #f0883e } .c4 { stroke: #3fb950 }
.c5 { stroke: #bc8cff } .c6 { stroke: #f778ba } .c7 { stroke: #d29922 }
}
"""


class Scale:
    """Where on a logarithmic axis a number lies."""

    def __init__(self, least: float, most: float, start: float, end: float):
        self.least, self.most, self.start, self.end = least, most, start, end

    def __call__(self, number: float) -> float:
        part = math.log(number / self.least) / math.log(self.most / self.least)
        return round(self.start + part * (self.end - self.start), 1)

    def decades(self) -> Iterator[float]:
        decade = 10.0 ** math.ceil(math.log10(self.least))
        while decade <= self.most:
            yield decade
            decade *= 10


def plot(curves: Curves, first: Sequence[str]) -> str:
    """An SVG; the curves named in `first` are drawn as what they are: ours, the base, the floor."""
    names = [*(name for name in first if name in curves),
             *(name for name in curves if name not in first)]
    counts = sorted({count for curve in curves.values() for count in curve})
    times = [time for curve in curves.values() for time in curve.values()]
    # A decade more at least, so that neither axis is without extent.
    x = Scale(counts[0], max(counts[-1], counts[0] * 10), LEFT, WIDTH - RIGHT)
    y = Scale(10 ** math.floor(math.log10(min(times))), 10 ** math.ceil(math.log10(max(times))),
              HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title">',
        '<title id="title">Time to run a command, by number of values in its environment</title>',
        f"<style>{STYLE}</style>",
        text(LEFT, 22, "Time to run a command with values in its environment, in milliseconds"),
        *axes(x, y, counts),
        *(curve(number, curves[name], x, y) for number, name in enumerate(names)),
        *labels({name: y(curves[name][max(curves[name])]) for name in names}),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def axes(x: Scale, y: Scale, counts: Sequence[int]) -> Iterator[str]:
    for decade in y.decades():
        yield line(LEFT, y(decade), WIDTH - RIGHT, y(decade), "grid")
        yield text(LEFT - 8, y(decade) + 4, f"{decade:,g}", "faint", "end")
    for count in counts:
        yield line(x(count), TOP, x(count), HEIGHT - BOTTOM, "grid")
        yield text(x(count), HEIGHT - BOTTOM + 20, f"{count:,}", "faint", "middle")
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "values", "faint", "middle")


def curve(number: int, times: Mapping[int, float], x: Scale, y: Scale) -> str:
    points = " ".join(f"{x(count)},{y(time)}" for count, time in sorted(times.items()))
    kind = f"curve c{number % 8}" + (" ours" if number == 0 else "")
    return f'<polyline class="{kind}" points="{points}"/>'


def labels(ends: Mapping[str, float]) -> Iterator[str]:
    """The names beside the curves' ends, moved apart where those are close."""
    numbers = {name: number for number, name in enumerate(ends)}
    order = sorted(ends, key=ends.__getitem__)
    places: list[float] = []
    for name in order:
        places.append(max(ends[name], places[-1] + LINE if places else TOP))
    over = max(0, places[-1] - (HEIGHT - BOTTOM))
    for position in reversed(range(len(places))):  # back up where they ran out of the picture
        below = places[position + 1] - LINE if position + 1 < len(places) else places[-1] - over
        places[position] = min(places[position], below)
    edge = WIDTH - RIGHT
    for name, place in zip(order, places, strict=True):
        number = numbers[name]
        yield line(edge + 2, ends[name], edge + 14, round(place, 1), f"lead c{number % 8}")
        kind = "ours-name" if number == 0 else ""
        yield text(edge + 18, round(place + 4, 1), name.strip("*").replace("`", ""), kind)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
