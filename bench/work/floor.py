# SPDX-License-Identifier: Apache-2.0
"""Measures the floor: the time that no application on this server can undercut, and the rate that none can exceed."""

from collections.abc import Iterator

from ..client import request
from ..clients import work_off
from ..clouds import flat
from ..measure import Figure, in_turn
from ..rows import Row, Unit
from ..run import Run

CLIENTS = 8


def measure(run: Run) -> Iterator[Row]:
    run.load(flat(100))
    floor, bare, query = run.bench.floor, request("GET", "/bare"), run.one_query()
    asked = in_turn([(floor, bare), (floor, query)], run.effort)
    for name, side in zip(("bare WSGI answer", "one query"), asked, strict=True):
        yield Row("floor", name, Unit.MILLISECONDS, Figure.of(side.seconds, 1000), None)
    for name, ask in ("bare WSGI answer", bare), ("one query", query):
        queues = [[[ask]] * run.effort.claims * 4] * CLIENTS
        rates = [work_off(floor, queues).rate for _ in range(run.effort.turns // 2)]
        figure = Figure(Figure.of(rates).median)
        yield Row("floor", f"{name}, {CLIENTS} clients", Unit.PER_SECOND, figure, None)
