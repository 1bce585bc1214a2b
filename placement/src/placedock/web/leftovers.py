# SPDX-License-Identifier: Apache-2.0
"""What a request leaves in memory, and when it is cleared away.

Python frees what nobody refers to at once, and looks for what refers only to itself now and then. In the midst of a search,
which makes a hundred thousand values of which none is such, to look took a third of all the time. So nobody looks while a
request is at work, and little is left to be found after it.
"""

import gc
from collections.abc import Iterable

from placedock.web.environ import Application, Environ, StartResponse

ENOUGH = 50_000
"""So many objects that have come and not gone since the last time are looked through. A small request leaves none, some
a hundred; what another thread is at work on counts too, which is why it is not less."""


def clear_between_requests() -> None:
    """For a process that serves and has made all that stays. Without it, Python looks when it likes."""
    gc.collect()
    gc.freeze()
    gc.disable()


class Leftovers:
    """Clears away after each request."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        own = environ.copy()
        try:
            return self.application(own, start_response)
        finally:
            # A request keeps its environ, and there WebOb and Pecan keep the request, and with it the whole answer.
            own.clear()
            if gc.get_count()[0] > ENOUGH:
                gc.collect()
