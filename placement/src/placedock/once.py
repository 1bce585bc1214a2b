# SPDX-License-Identifier: Apache-2.0
"""Work that each process does once, when something needs it first.

A server may load the application and fork afterwards (`gunicorn --preload`, uWSGI by default). A thread that the parent
started does not exist in the child, and a lock that a thread of the parent held stays locked there. So `Once` starts no
thread, and the child gets a new lock.
"""

import os
import threading
import time
from collections.abc import Callable

from placedock.errors import Unavailable


class Once:
    """Calling it does the work, or waits for the thread that does it, or returns at once when the work is done.

    Work that raises is not done, and the next call tries again. Only `Unavailable` is expected: the threads that waited
    for a try that ended so raise it too. Each would otherwise wait for the same database in turn.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._done = False
        self._failed = float("-inf")
        self._reason = ""
        self._renew_lock()
        os.register_at_fork(after_in_child=self._renew_lock)

    def __call__(self) -> None:
        if self._done:
            return
        asked = time.monotonic()
        with self._lock:
            if self._done:
                return
            if self._failed > asked:
                raise Unavailable(reason=self._reason)
            try:
                self._work()
            except Unavailable as error:
                self._failed, self._reason = time.monotonic(), error.reason
                raise
            self._done = True

    def _renew_lock(self) -> None:
        self._lock = threading.Lock()
