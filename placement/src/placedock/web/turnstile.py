# SPDX-License-Identifier: Apache-2.0
"""Lets a few threads of the process wait for a neighbour at once, so that one that hangs cannot occupy them all."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SLOW = 0.5
"""A neighbour that has not answered its oldest question after so many seconds is slow: then no thread waits for a place."""


class Full(Exception):
    """All places are taken, and the neighbour is slow."""


class Turnstile:
    """Has places for `most` threads. When all are taken, another thread waits for one, unless the neighbour is slow."""

    def __init__(self, most: int, slow: float = SLOW) -> None:
        self._slow = slow
        self._most = most
        self._since: list[float] = []
        self._changed = threading.Condition()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """The caller has a place for as long as the block runs. Raises `Full`."""
        began = self._enter()
        try:
            yield
        finally:
            with self._changed:
                self._since.remove(began)
                self._changed.notify()

    def _enter(self) -> float:
        with self._changed:
            while len(self._since) >= self._most:
                patience = min(self._since) + self._slow - time.monotonic()
                if patience <= 0:
                    raise Full()
                self._changed.wait(patience)
            began = time.monotonic()
            self._since.append(began)
            return began
