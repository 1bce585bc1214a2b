# SPDX-License-Identifier: Apache-2.0
"""Runs several clients at the same time, each with a queue of work, and tells how long the work took and what failed.

The clients are threads of one process and share its interpreter. A request costs the interpreter a twentieth of a
millisecond. The servers need the rest of the two milliseconds or more that a client waits.
"""

import threading
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple, Protocol

from .client import Answer, Connection
from .servers import Service

TRIES = 20
CONFLICT = b"placement.concurrent_update"

Work = Sequence[bytes]
"""Requests that a client sends one after the other and that count as one piece of work."""


class Outcome(NamedTuple):
    """The result of one turn: the seconds of all clients together, and of each piece of work that succeeded."""

    elapsed: float
    seconds: list[float]
    again: int
    errors: list[str]

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed


class Client(Protocol):
    """Works in a thread of its own from the moment at which all clients are ready, and keeps what came of it."""

    seconds: list[float]
    again: int
    errors: list[str]

    def run(self, ready: threading.Barrier) -> None: ...


def work_off(service: Service, queues: Sequence[Sequence[Work]]) -> Outcome:
    """Start a client for each queue, and wait until each client has done all work of its queue."""
    return together([_Client(service.connect(), queue) for queue in queues])


def together(clients: Sequence[Client]) -> Outcome:
    """Run all clients at the same time, and wait until each has done its work."""
    ready = threading.Barrier(len(clients) + 1)
    threads = [threading.Thread(target=client.run, args=(ready,)) for client in clients]
    for thread in threads:
        thread.start()
    ready.wait()
    started = perf_counter()
    for thread in threads:
        thread.join()
    return Outcome(
        perf_counter() - started,
        [each for client in clients for each in client.seconds],
        sum(client.again for client in clients),
        [error for client in clients for error in client.errors],
    )


class _Client:
    """Sends a request again after a 409 `placement.concurrent_update`, as the API asks; any other refusal is an error."""

    def __init__(self, connection: Connection, queue: Sequence[Work]) -> None:
        self._connection = connection
        self._queue = queue
        self.seconds: list[float] = []
        self.again = 0
        self.errors: list[str] = []

    def run(self, ready: threading.Barrier) -> None:
        ready.wait()
        with self._connection:
            try:
                for work in self._queue:
                    self._do(work)
            except OSError as error:
                self.errors.append(repr(error))

    def _do(self, work: Work) -> None:
        started = perf_counter()
        for request in work:
            answer = self._sent(request)
            if answer.status >= 300:
                self.errors.append(f"{answer.status}: {answer.body.decode()}")
                return
        self.seconds.append(perf_counter() - started)

    def _sent(self, request: bytes) -> Answer:
        for _ in range(TRIES):
            answer = self._connection.ask(request)
            if answer.status != 409 or CONFLICT not in answer.body:
                break
            self.again += 1
        return answer
