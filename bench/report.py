# SPDX-License-Identifier: Apache-2.0
"""Shows rows as text: as lines during the run, and as a table at its end."""

from collections.abc import Sequence

from .measure import Figure
from .rows import Row, Unit

NUMBERS = ("placedock", "p95", "upstream", "p95", "ratio", "x floor")
HEAD = ("work", "unit", *NUMBERS, "target", "met", "note")
MET = {True: "yes", False: "NO", None: ""}
WIDTH_OF_WORK = 52


def cells(row: Row, judged: bool = True) -> tuple[str, ...]:
    """The cells of a row in the table. A quick run shows no targets, because its times mean nothing."""
    return (
        row.title,
        row.unit.value,
        *shown(row.ours, row.unit),
        *(shown(row.theirs, row.unit) if row.theirs else ("-", "")),
        f"{row.ratio:.1f}" if row.ratio else "",
        f"{row.of_floor:.1f}" if row.of_floor else "",
        str(row.target) if judged else "",
        MET[row.met] if judged else "",
        row.note,
    )


def shown(figure: Figure, unit: Unit) -> tuple[str, str]:
    """The median and the 95th percentile, which is empty when it was not measured."""
    digits = 2 if unit in (Unit.MILLISECONDS, Unit.TIMES) else 1
    p95 = "" if figure.p95 is None else f"{figure.p95:,.{digits}f}"
    return f"{figure.median:,.{digits}f}", p95


def line(row: Row, judged: bool) -> str:
    """A row as one line, which does not depend on the widths of other rows."""
    return aligned(cells(row, judged), [WIDTH_OF_WORK, 4, 9, 9, 9, 9, 6, 6, 0, 0, 0])


def table(rows: Sequence[Row], judged: bool) -> str:
    """All rows as a table, each column as wide as its longest cell."""
    lines = [HEAD, *(cells(row, judged) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(aligned(line, widths) for line in lines)


def aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    """Align numbers to the right and all other cells to the left."""
    first = HEAD.index(NUMBERS[0])
    return "  ".join(
        cell.rjust(width) if first <= place < first + len(NUMBERS) else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(line, widths, strict=True))
    ).rstrip()


def summary(rows: Sequence[Row]) -> str:
    """The number of targets that the run met, and the names of those that it missed."""
    judged = [row for row in rows if row.met is not None]
    missed = [f"  {row.title}: {row.target}" for row in judged if not row.met]
    return "\n".join([f"{len(judged) - len(missed)} of {len(judged)} targets met", *missed])
