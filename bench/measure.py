# SPDX-License-Identifier: Apache-2.0
"""Takes turns and keeps time: A B C A B C, so that whatever else the machine does meets all alike."""

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
    """How much of it: turns for each side, seconds a side may ask in each, what is written in each, starts."""

    turns: int
    seconds: float
    claims: int
    creations: int
    starts: int


FULL = Effort(turns=8, seconds=0.25, claims=96, creations=24, starts=5)
QUICK = Effort(turns=2, seconds=0.02, claims=8, creations=2, starts=1)

ENOUGH = 12.0
"""Seconds of asking after which a slow side is asked no more, when it has answered three times."""


class Figure(NamedTuple):
    """What many measurements come to, in the unit of their row."""

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
    """One side's requests: how long each took, and every different answer."""

    service: Service
    request: bytes
    seconds: list[float] = field(default_factory=list)
    answers: set[tuple[int, bytes]] = field(default_factory=set)


def in_turn(sides: Sequence[tuple[Service, bytes]], effort: Effort) -> list[Asked]:
    """Ask each side its request again and again, in turns; at least once in each."""
    asked = [Asked(service, request) for service, request in sides]
    with ExitStack() as stack:
        connections = [stack.enter_context(side.service.connect()) for side in asked]
        for turn in range(effort.turns + 1):
            for side, connection in zip(asked, connections, strict=True):
                if len(side.seconds) < 3 or sum(side.seconds) < ENOUGH:
                    _ask(side, connection, effort.seconds)
                if turn == 0:
                    # Not counted: the first requests of each process fill pools and caches that stay.
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
    """Keep Python from looking for garbage in the midst of an answer, which would be counted as its time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
