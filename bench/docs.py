# SPDX-License-Identifier: Apache-2.0
"""Writes what a full run found out into the documentation: docs/performance.md, its plots, and README.md's short table."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import plots, report
from .options import ROOT, SECTIONS
from .results import Results
from .rows import Row, Unit

PAGE = ROOT / "docs" / "performance.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- of scripts/bench --write-docs -->", "<!-- end of it -->"

INTRODUCTION = """\
# How fast it is

Made by `scripts/bench --write-docs` of one run of `scripts/bench`; edit `bench/docs.py` instead.

Both services stand behind the same server, with as many processes and threads, each on a database of its own of one MySQL,
which hold the same clouds. They are asked in turn, by clients that share the machine's cores with everything else, and each
answer of one is compared with the other's.

- *p95*: 95 of 100 took no longer.
- *ratio*: how many times as fast placedock is, or how many times less memory it takes, by medians.
- *x floor*: how many times as long a read takes as one that no application on this server could undercut: a WSGI function
  that finds one provider by its unique index, with SQLAlchemy Core and PyMySQL, by one statement without a transaction.

Flat hosts have VCPU, MEMORY_MB and DISK_GB, an instance on each, and are in twenty aggregates. Nested trees and their query
are those of the nested perfload job of upstream's gate: seven providers each, `same_subtree`. A client that meets
`placement.concurrent_update` sends its write again, and has an error when 20 times were not enough.
"""


def write(results: Results, folder: Path) -> None:
    """Raises when the results are not of a full run, or of one whose answers differed."""
    if results.quick or results.sections != list(SECTIONS) or results.complaints:
        raise SystemExit(
            "bench: only a full run whose answers were equal goes into the documentation"
        )
    pictures = PAGE.with_suffix("")
    pictures.mkdir(exist_ok=True)
    for picture in plots.LATENCY, plots.THROUGHPUT:
        shutil.copy(folder / picture, pictures / picture)
    PAGE.write_text("\n".join(_page(results)) + "\n")
    _write_into_readme(results.rows)


def _page(results: Results) -> Iterable[str]:
    yield INTRODUCTION
    yield from ("## Where", "", "| | |", "|---|---|")
    yield from (f"| {name} | {what} |" for name, what in results.machine.items())
    yield from ("", "## Targets", "", report.summary(results.rows).replace("\n  ", "\n- "), "")
    yield from ("## All of it", "", *_markdown(results.rows), "")
    yield from (
        "## In larger clouds",
        "",
        f"![milliseconds over trees]({PAGE.stem}/{plots.LATENCY})",
    )
    yield "\nA curve of upstream ends where an answer would have taken more than ten seconds."
    yield from ("", "## With more clients", "")
    yield f"![a second over clients]({PAGE.stem}/{plots.THROUGHPUT})"


def _markdown(rows: Sequence[Row]) -> Iterable[str]:
    yield f"| {' | '.join(report.HEAD)} |"
    numbers = len(report.NUMBERS)
    yield f"|---|---|{'--:|' * numbers}{'---|' * (len(report.HEAD) - numbers - 2)}"
    yield from (f"| {' | '.join(report.cells(row))} |" for row in rows)


def _write_into_readme(rows: Sequence[Row]) -> None:
    """The rows that something is aimed at, between two marks."""
    lines = [
        "Medians of its last full run:",
        "",
        "| | placedock | upstream 16.0.0 | ratio |",
        "|---|--:|--:|--:|",
    ]
    for row in rows:
        if row.target.times and row.theirs:
            ours, theirs = (_readable(each.median, row.unit) for each in (row.ours, row.theirs))
            lines.append(f"| {row.title} | {ours} | {theirs} | {row.ratio:.1f} |")
    lines += ["", f"[All of it, with curves]({PAGE.relative_to(ROOT)}), and the machine."]
    before, begin, rest = README.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"bench: README.md has no place for its table, between {BEGIN} and {END}")
    README.write_text("".join([before, begin, "\n", "\n".join(lines), "\n", end, after]))


def _readable(value: float, unit: Unit) -> str:
    digits = 1 if value < 100 else 0
    return f"{value:,.{digits}f} {'a second' if unit is Unit.PER_SECOND else unit.value}"
