# SPDX-License-Identifier: Apache-2.0
"""The deadline of a request. Its time begins when the request has arrived, and not when a thread is free for it.

A client that waited for its turn as long as a request may take has been told by the proxy, or has gone.
"""

import time

from placedock.model.deadline import Deadline
from placedock.web.environ import QUEUED, Environ

MICROSECONDS = 1e12
"""More seconds than any clock tells: mod_wsgi before 6.0 counts microseconds."""


def deadline(environ: Environ, seconds: float) -> Deadline:
    """The end of the `seconds` that the request may take."""
    return Deadline(seconds, spent=max(0.0, time.time() - _queued(environ)))


def _queued(environ: Environ) -> float:
    """The time at which the server gave the request to the application, as mod_wsgi or `serving` tell."""
    told = float(environ.get(QUEUED) or environ.get("mod_wsgi.queue_start") or time.time())
    return told / 1e6 if told > MICROSECONDS else told
