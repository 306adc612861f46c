"""Tables in Markdown: figures, ratios, what was promised, and where a peer is ahead."""

from collections.abc import Mapping, Sequence

from differences import Difference
from measuring import Absent, Command

Attempts = Sequence[Command | Absent]


def measured(attempts: Attempts) -> list[Command]:
    return [attempt for attempt in attempts if isinstance(attempt, Command)]


def table(title: str, base: Command, attempts: Attempts,
          differences: Mapping[str, Difference] | None = None) -> str:
    """One operation with all tools, the first of which is `secrets`."""
    ours = attempts[0]
    head = ["", "ms", "× `env true`", "× secrets"]
    if differences is not None:
        head += ["lines in `git diff`", "bytes in `git diff`"]
    rows = []
    for attempt in (base, *attempts):
        if isinstance(attempt, Absent):
            row = [f"{attempt.name}: {attempt.reason}"]
        else:
            row = [attempt.name, figure(attempt.milliseconds), ratio(attempt, base)]
            row.append(ratio(attempt, ours) if isinstance(ours, Command) else "")
            if differences is not None and (change := differences.get(attempt.name)):
                row += [change.lines, f"{change.size:,}"]
        rows.append(row + [""] * (len(head) - len(row)))
    return f"### {title}\n\n" + grid(head, rows)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows))


def figure(milliseconds: float) -> str:
    """Three digits or more."""
    return f"{milliseconds:,.{0 if milliseconds >= 100 else 1 if milliseconds >= 10 else 2}f}"


def ratio(command: Command, base: Command) -> str:
    quotient = command.milliseconds / base.milliseconds
    return f"{quotient:,.{0 if quotient >= 100 else 1 if quotient >= 10 else 2}f}"


def ahead(ours: Command | Absent, peers: Attempts) -> str:
    """Says which peers are ahead."""
    if isinstance(ours, Absent):
        return f"Not measured: {ours.reason}."
    faster = [peer for peer in measured(peers) if peer.milliseconds < ours.milliseconds]
    if not measured(peers):
        return "No peer was there to compare with."
    if not faster:
        return "No peer that was measured is ahead."
    names = ", ".join(f"{peer.name} ({ratio(peer, ours)} × our time)" for peer in faster)
    return f"Ahead of secrets: {names}."


def promise(what: str, value: float, limit: float, unit: str) -> str:
    kept = "kept" if value <= limit else "**missed**"
    return f"Promised: {what} at most {limit:g} {unit}; here {value:.2f}: {kept}."
