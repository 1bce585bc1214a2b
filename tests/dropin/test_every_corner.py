# SPDX-License-Identifier: Apache-2.0
"""One service writes at every age of the API, and the other gives exactly the same answers.

The first is stopped before the second starts: the second has only the database to go by.
"""

from collections.abc import Callable

import pytest
from conformance import servers
from conformance.databases import Database
from conformance.servers import Start
from conformance.suite import PLAIN_SETTINGS
from differential.calls import Client

from . import filling
from .corners import different, read

OURS, THEIRS = servers.serve.served, servers.upstream.served


@pytest.mark.parametrize(
    ("writer", "reader"), [(THEIRS, OURS), (OURS, THEIRS)], ids=["to us", "to upstream"]
)
def test_what_one_wrote_the_other_answers_and_continues(
    database: Database, writer: Start, reader: Start, record_property: Callable[[str, object], None]
) -> None:
    with database() as url:
        with writer(PLAIN_SETTINGS, url) as server:
            filling.fill(Client(server), "FIRST")
            written = read(Client(server), ["FIRST"])
        with reader(PLAIN_SETTINGS, url) as server:
            assert different(written, read(Client(server), ["FIRST"])) == []
            filling.fill(Client(server), "SECOND")
            continued = read(Client(server), ["FIRST", "SECOND"])
        with writer(PLAIN_SETTINGS, url) as server:
            assert different(continued, read(Client(server), ["FIRST", "SECOND"])) == []
    record_property("answers compared of every corner", len(written) + len(continued))
