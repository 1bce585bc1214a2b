# SPDX-License-Identifier: Apache-2.0
"""Draws the curves that a table cannot show: how times grow with the cloud, and how throughput grows with clients."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from .rows import Row, Unit

LATENCY, THROUGHPUT = "latency.png", "throughput.png"
OURS, THEIRS = {"linestyle": "-", "marker": "o"}, {"linestyle": "--", "marker": "x"}
TITLES = {
    "scale, flat": "flat hosts",
    "scale, nested": "nested trees of seven providers",
    "reads at once": "GET of one provider",
    "claims": "claims on different hosts",
}
COLOURS = ("tab:blue", "tab:green", "tab:purple", "tab:orange")
NUMBER = FuncFormatter(lambda value, _: f"{value:,.10g}")


def draw(rows: Sequence[Row], folder: Path) -> list[str]:
    """Draw the plots for which there are rows, and return their files."""
    scale = _groups(
        (row for row in rows if row.size and row.unit is Unit.MILLISECONDS), lambda row: row.section
    )
    clients = _groups(
        (row for row in rows if row.clients and "hot" not in row.name), lambda row: row.section
    )
    clients = {name: group for name, group in clients.items() if len(group) > 2}
    drawn = []
    if scale:
        _save(folder / LATENCY, scale, _latency)
        drawn.append(LATENCY)
    if clients:
        _save(folder / THROUGHPUT, clients, _throughput)
        drawn.append(THROUGHPUT)
    return drawn


def _save(
    file: Path, groups: dict[str, list[Row]], panel: Callable[[Axes, list[Row]], None]
) -> None:
    """Draw a picture with one panel for each group."""
    figure = Figure(figsize=(6 * len(groups), 5.5), layout="constrained")
    for axes, (title, rows) in zip(
        figure.subplots(1, len(groups), squeeze=False)[0], groups.items(), strict=True
    ):
        axes.set_title(TITLES[title])
        panel(axes, rows)
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small", ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    figure.savefig(file, dpi=110)


def _latency(axes: Axes, rows: list[Row]) -> None:
    """Make both scales logarithmic: a cost in proportion to the cloud is then a straight line."""
    curves = _groups(rows, lambda row: row.name)
    for colour, (name, curve) in zip(COLOURS, curves.items(), strict=False):
        _both(axes, curve, lambda row: row.size or 0, name, colour)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("trees in the cloud")
    axes.set_ylabel("milliseconds, median")
    axes.set_xticks(sorted({row.size for row in rows if row.size}))
    axes.xaxis.set_major_formatter(NUMBER)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(NUMBER)


def _throughput(axes: Axes, rows: list[Row]) -> None:
    _both(axes, rows, lambda row: row.clients or 0, "", COLOURS[0])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("clients at the same time")
    axes.set_ylabel("a second")
    axes.set_xticks(sorted({row.clients for row in rows if row.clients}))


def _both(axes: Axes, rows: list[Row], over: Callable[[Row], int], name: str, colour: str) -> None:
    """Draw a curve for each service through the sizes at which it was measured."""
    of = f", {name}" if name else ""
    theirs = [(over(row), row.theirs.median) for row in rows if row.theirs]
    ours = [(over(row), row.ours.median) for row in rows]
    axes.plot(*zip(*ours, strict=True), color=colour, label=f"placedock{of}", **OURS)
    if theirs:
        axes.plot(*zip(*theirs, strict=True), color=colour, label=f"upstream{of}", **THEIRS)


def _groups(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
