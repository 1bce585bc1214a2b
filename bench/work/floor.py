# SPDX-License-Identifier: Apache-2.0
"""What no application on this server can undercut."""

from collections.abc import Iterator

from ..client import request
from ..clouds import flat
from ..measure import Figure, in_turn
from ..rows import Row, Unit
from ..run import Run


def measure(run: Run) -> Iterator[Row]:
    run.load(flat(100))
    floor = run.bench.floor
    sides = [(floor, request("GET", "/bare")), (floor, run.one_query())]
    for name, asked in zip(
        ("bare WSGI answer", "one query"), in_turn(sides, run.effort), strict=True
    ):
        yield Row("floor", name, Unit.MILLISECONDS, Figure.of(asked.seconds, 1000), None)
