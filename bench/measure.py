# SPDX-License-Identifier: Apache-2.0
"""Asks the services in turn (A B C A B C) and keeps the time, so that other load on the machine affects all services alike."""

import gc
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple, Self

from .client import Connection
from .servers import Service


class Effort(NamedTuple):
    """The effort of a run: turns for each side, seconds of a side in each turn, writes in each turn, and starts."""

    turns: int
    seconds: float
    claims: int
    creations: int
    starts: int


FULL = Effort(turns=8, seconds=0.25, claims=96, creations=24, starts=5)
QUICK = Effort(turns=2, seconds=0.02, claims=8, creations=2, starts=1)

ENOUGH = 12.0
"""Seconds after which the bench stops asking a slow side that has answered at least three times."""


class Figure(NamedTuple):
    """The summary of many measurements, in the unit of their row."""

    median: float
    p95: float | None = None

    @classmethod
    def of(cls, values: Sequence[float], scale: float = 1.0) -> Self:
        ordered = sorted(values)
        return cls(
            statistics.median(ordered) * scale,
            ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * scale,
        )


@dataclass
class Asked:
    """The requests to one side: the seconds of each request, and every different answer."""

    service: Service
    request: bytes
    seconds: list[float] = field(default_factory=list)
    answers: set[tuple[int, bytes]] = field(default_factory=set)


def in_turn(sides: Sequence[tuple[Service, bytes]], effort: Effort) -> list[Asked]:
    """Send each side its request repeatedly, in turns, and at least once in each turn."""
    asked = [Asked(service, request) for service, request in sides]
    with ExitStack() as stack:
        connections = [stack.enter_context(side.service.connect()) for side in asked]
        for turn in range(effort.turns + 1):
            for side, connection in zip(asked, connections, strict=True):
                if len(side.seconds) < 3 or sum(side.seconds) < ENOUGH:
                    _ask(side, connection, effort.seconds)
                if turn == 0:
                    # The bench does not count the first requests of each process, because they fill pools and caches that stay.
                    side.seconds.clear()
    return asked


def _ask(side: Asked, connection: Connection, seconds: float) -> None:
    end = perf_counter() + seconds
    while True:
        answer = connection.ask(side.request)
        side.seconds.append(answer.seconds)
        side.answers.add((answer.status, answer.body))
        if perf_counter() >= end:
            break


@contextmanager
def without_collections() -> Iterator[None]:
    """Stop the garbage collector, whose time would otherwise count as the time of the answer that it interrupts."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
