# SPDX-License-Identifier: Apache-2.0
"""The time by which a request must be answered. Work that can take long looks at it as it goes."""

from time import monotonic
from typing import Self

from placedock.errors import RequestTookTooLong


class Deadline:
    """A moment that is `seconds` away when this is made.

    `seconds` is also what the client is told. `check` costs a tenth of a microsecond: it may stand in a loop whose
    turns cost ten times as much.
    """

    __slots__ = ("_end", "_seconds")

    def __init__(self, seconds: float, spent: float = 0) -> None:
        """`spent`: seconds of the request's time that are over already, because it had to wait for its turn."""
        self._seconds = seconds
        self._end = monotonic() + seconds - spent

    @classmethod
    def never(cls) -> Self:
        """For work that may take as long as it takes."""
        return cls(float("inf"))

    def check(self) -> None:
        """Raise `RequestTookTooLong` when the time is over."""
        if monotonic() > self._end:
            raise RequestTookTooLong(seconds=self._seconds)

    def remaining(self) -> float:
        """Seconds that are left; below 0 when the time is over."""
        return self._end - monotonic()


NEVER = Deadline.never()
