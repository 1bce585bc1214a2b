# SPDX-License-Identifier: Apache-2.0
"""Shows rows: as lines while they are measured, and as a table."""

from collections.abc import Iterable, Sequence

from .measure import Figure
from .rows import Row, Unit

HEAD = (
    *("work", "", "placedock", "p95", "upstream", "p95", "ratio", "x floor", "target", "met"),
    "note",
)
MET = {True: "yes", False: "NO", None: ""}


def cells(row: Row) -> tuple[str, ...]:
    """A row as a table has it."""
    return (
        f"{row.section}: {row.name}",
        row.unit.value,
        *_shown(row.ours, row.unit),
        *(_shown(row.theirs, row.unit) if row.theirs else ("-", "")),
        f"{row.ratio:.1f}" if row.ratio else "",
        f"{row.of_floor:.1f}" if row.of_floor else "",
        str(row.target),
        MET[row.met],
        row.note,
    )


def _shown(figure: Figure, unit: Unit) -> tuple[str, str]:
    digits = 2 if unit in (Unit.MILLISECONDS, Unit.SECONDS) else 1
    p95 = "" if figure.p95 is None else f"{figure.p95:,.{digits}f}"
    return f"{figure.median:,.{digits}f}", p95


def table(rows: Sequence[Row]) -> str:
    """All rows in aligned columns."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths) for line in lines)


def _line(line: Iterable[str], widths: Sequence[int]) -> str:
    aligned = (
        cell.ljust(width) if place in (0, 1, 8, 9, 10) else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return "  ".join(aligned).rstrip()
