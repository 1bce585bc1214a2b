# SPDX-License-Identifier: Apache-2.0
"""Lets a few threads of the process wait for a neighbour at once, so that one that hangs cannot occupy them all."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SLOW = 0.5
"""Seconds after which a neighbour that has not answered the first who asked is too slow for others to wait behind them."""


class Full(Exception):
    """As many as may are waiting, and have been for a while."""


class Turnstile:
    """Has room for `most` at once. When it is full, others wait for a place as long as those inside are quick."""

    def __init__(self, most: int, slow: float = SLOW) -> None:
        self._slow = slow
        self._most = most
        self._since: list[float] = []
        self._changed = threading.Condition()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """The place is held in the block. Raises `Full`."""
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
