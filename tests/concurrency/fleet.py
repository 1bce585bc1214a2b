# SPDX-License-Identifier: Apache-2.0
"""Several servers on one database: of placedock, of upstream, or of both."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from conformance import servers
from conformance.servers import Server
from conformance.suite import PLAIN_SETTINGS

# When upstream tries a claim again, it takes for used before what it wrote itself in the try before, and lets through what
# is too much. Three processes of it on MySQL overcommit within seconds, alone.
ONE_TRY = PLAIN_SETTINGS._replace(
    variables=(*PLAIN_SETTINGS.variables, ("OS_PLACEMENT__ALLOCATION_CONFLICT_RETRY_COUNT", "1"))
)


class Fleet(NamedTuple):
    """The servers, and the URL of their database."""

    ours: list[Server]
    theirs: list[Server]
    database: str

    @property
    def servers(self) -> list[Server]:
        return self.ours + self.theirs


@contextmanager
def fleet(database: str, ours: int, theirs: int = 0) -> Iterator[Fleet]:
    """Start so many of each. The first makes the tables."""
    starts = [(servers.serve.served, PLAIN_SETTINGS)] * ours
    starts += [(servers.upstream.served, ONE_TRY)] * theirs
    with ExitStack() as running:
        made = [running.enter_context(start(settings, database)) for start, settings in starts]
        yield Fleet(made[:ours], made[ours:], database)
