# SPDX-License-Identifier: Apache-2.0
"""Several servers on one database: of placedock, of upstream, or of both."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from conformance import servers
from conformance.servers import Server
from conformance.suite import PLAIN_SETTINGS


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
    with ExitStack() as running:
        made = [
            running.enter_context(start(PLAIN_SETTINGS, database))
            for start in [servers.serve.served] * ours + [servers.upstream.served] * theirs
        ]
        yield Fleet(made[:ours], made[ours:], database)
