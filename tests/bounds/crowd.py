# SPDX-License-Identifier: Apache-2.0
"""Many clients at once that take their time."""

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Self

STEP = 0.2
"""Seconds between two bytes of each."""


class Crowd:
    """`count` connections. Each sends `opening`, and then `more`, a byte at a time, as long as the server takes it.

    With `reads`, each takes a byte of the answer at a time instead of all that has come.
    """

    def __init__(
        self,
        address: tuple[str, int],
        count: int,
        opening: bytes,
        more: bytes = b"",
        reads: bool = False,
    ) -> None:
        self.answers: Counter[str] = Counter()
        """The first lines of the answers. A connection that the server closed without one counts as `closed`."""
        self._more = more
        self._reads = reads
        self._over = threading.Event()
        self._open = {self._connect(address, opening): 0 for _ in range(count)}
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for each in self._open:
            each.close()

    def __len__(self) -> int:
        """The number of clients that are connected."""
        return len(self._open)

    def wait_until_gone(self, seconds: float) -> None:
        self._wait(lambda: not self._open, seconds)

    def wait_until_answered(self, count: int, seconds: float) -> None:
        """Wait until so many clients have an answer."""
        self._wait(lambda: self.answers.total() - self.answers["closed"] >= count, seconds)

    def _wait(self, true: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"{len(self)} are connected; {self.answers}"
            time.sleep(STEP)

    def _connect(self, address: tuple[str, int], opening: bytes) -> socket.socket:
        made = socket.socket()
        if self._reads:
            # Little of an answer is on its way.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.settimeout(30)
        made.connect(address)
        made.sendall(opening)
        made.setblocking(False)
        return made

    def _go_on(self) -> None:
        while not self._over.wait(STEP):
            for each in list(self._open):
                if not self._one_step(each):
                    each.close()
                    del self._open[each]

    def _one_step(self, each: socket.socket) -> bool:
        """Whether the connection goes on. An answer may be there although the server takes no more."""
        try:
            if self._more:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    each.send(self._more[self._open[each] % len(self._more) :][:1])
                    self._open[each] += 1
            answer = each.recv(1 if self._reads else 4096)
        except BlockingIOError:
            return True
        except OSError:
            answer = b""
        if self._reads:
            return bool(answer)
        self.answers[answer.split(b"\r\n")[0].decode() or "closed"] += 1
        return bool(answer) and not self._more
