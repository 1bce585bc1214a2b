# SPDX-License-Identifier: Apache-2.0
"""Writes the results of a full run into the documentation: docs/performance.md, its plots, and the short table of README.md."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import plots, report, targets
from .options import ROOT, SECTIONS
from .results import Results
from .rows import Row, Unit
from .work import imports, profile

PAGE = ROOT / "docs" / "performance.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- of scripts/bench --write-docs -->", "<!-- end of it -->"

INTRODUCTION = """\
# How fast it is

`scripts/bench --write-docs` wrote this page from one run of `scripts/bench`. To change its text, edit `bench/docs.py`, or
`bench/targets.py` for the reasons.

Both services run behind the same server, with the same number of processes and threads. Each has a database of its own on one
MySQL, and both databases hold the same cloud. The bench asks the services in turn and compares each answer of one with the
answer of the other. Its clients share the cores of the machine with the servers and the database.

- *p95*: 95 of 100 requests took no longer.
- *ratio*: how many times as fast placedock is, or how many times less memory it takes, by medians.
- *x floor*: how many times as long a read takes as a read that no application on this server could undercut: a WSGI function
  that finds one provider by its unique index, with SQLAlchemy Core and PyMySQL, by one statement without a transaction. The
  floor of a search for candidates is what placedock's own statements take by MySQL's client in C, without a server, and the
  time to write the answer as JSON once.

Flat hosts have VCPU, MEMORY_MB and DISK_GB and one instance each, and they belong to twenty aggregates. Nested trees and their
query are those of the nested perfload job of upstream's gate: seven providers each, `same_subtree`. A client that gets
`placement.concurrent_update` sends its write again; it counts an error when 20 attempts were not enough.
"""


def write(results: Results, folder: Path) -> None:
    """Write the documentation. Raises SystemExit when the run was not complete, or when its answers differed."""
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
    yield from ("", "## Targets", "", *targets.lines(results.rows), "")
    yield from ("## Where our time goes", "", *_profiles(results.rows), "")
    yield from ("What a worker needs to start, and holds then:", "", *_imports(results.rows), "")
    yield from (
        "## All of it",
        "",
        *_markdown([row for row in results.rows if not _is_profile(row)]),
        "",
    )
    yield from (
        "## In larger clouds",
        "",
        f"![milliseconds over trees]({PAGE.stem}/{plots.LATENCY})",
    )
    yield "\nUpstream's curves end where an answer would have taken more than ten seconds."
    yield from ("", "## With more clients", "")
    yield f"![a second over clients]({PAGE.stem}/{plots.THROUGHPUT})"


def _is_profile(row: Row) -> bool:
    """Whether the row shows where placedock's time goes. Such a row has no figure of upstream."""
    return row.section.startswith((profile.SECTION, imports.SECTION))


def _profiles(rows: Sequence[Row]) -> Iterable[str]:
    """A table with a line for each kind of work and a column for each layer."""
    works: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.section.startswith(profile.SECTION):
            works.setdefault(row.section.partition(": ")[2], {})[row.name] = row.ours.median
    layers = list(dict.fromkeys(profile.LAYERS.values()))
    yield "Milliseconds in the process that does the work, from samples of its stack."
    yield from (
        "",
        f"| work | {' | '.join(layers)} | in all |",
        f"|---|{'--:|' * (len(layers) + 1)}",
    )
    for work, spent in works.items():
        cells = [f"{spent.get(layer, 0):.1f}" for layer in layers]
        yield f"| {work} | {' | '.join(cells)} | {sum(spent.values()):.1f} |"


def _imports(rows: Sequence[Row]) -> Iterable[str]:
    """A table with a line for each step, and the time and memory that it adds to the step before."""
    steps: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.section == imports.SECTION:
            steps.setdefault(row.name, {})[row.unit] = row.ours.median
    units = (Unit.MILLISECONDS, Unit.MEGABYTES)
    yield f"| step | {' | '.join(units)} |"
    yield "|---|--:|--:|"
    for name, added in steps.items():
        yield f"| {name} | {' | '.join(f'{added[unit]:.0f}' for unit in units)} |"
    totals = [sum(added[unit] for added in steps.values()) for unit in units]
    yield f"| in all | {' | '.join(f'{total:.0f}' for total in totals)} |"


def _markdown(rows: Sequence[Row]) -> Iterable[str]:
    yield f"| {' | '.join(report.HEAD)} |"
    numbers = len(report.NUMBERS)
    yield f"|---|---|{'--:|' * numbers}{'---|' * (len(report.HEAD) - numbers - 2)}"
    yield from (f"| {' | '.join(report.cells(row))} |" for row in rows)


def _write_into_readme(rows: Sequence[Row]) -> None:
    """Replace the table between the two marks of README.md by the rows that have a target."""
    lines = [
        "The medians of the last full run:",
        "",
        "| | placedock | upstream 16.0.0 | ratio |",
        "|---|--:|--:|--:|",
    ]
    for row in rows:
        if row.target.times and row.theirs:
            ours, theirs = (_readable(each.median, row.unit) for each in (row.ours, row.theirs))
            lines.append(f"| {row.title} | {ours} | {theirs} | {row.ratio:.1f} |")
    lines += [
        "",
        f"[docs/{PAGE.name}]({PAGE.relative_to(ROOT)}) has all figures, curves, and the machine.",
    ]
    before, begin, rest = README.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"bench: README.md has no place for its table, between {BEGIN} and {END}")
    README.write_text("".join([before, begin, "\n", "\n".join(lines), "\n", end, after]))


def _readable(value: float, unit: Unit) -> str:
    digits = 1 if value < 100 else 0
    return f"{value:,.{digits}f} {'a second' if unit is Unit.PER_SECOND else unit.value}"
