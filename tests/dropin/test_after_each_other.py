# SPDX-License-Identifier: Apache-2.0
"""What the one has written, the other serves, and answers the same."""

import pytest
from concurrency.fleet import fleet
from conformance.databases import Database
from differential.calls import Client
from differential.world import World

from .reading import compare
from .writing import write

SEED = 2024


def test_a_database_passes_from_upstream_to_placedock_and_back(
    database: Database, pytestconfig: pytest.Config, record_property
) -> None:
    option = pytestconfig.option
    world = World(SEED)
    compared = 0
    with database() as url:
        for ours, theirs in ((0, 1), (1, 0)):
            with fleet(url, ours, theirs) as writing:
                assert write(Client(writing.servers[0]), world, option.writes) > option.writes / 4
            # Started anew, because upstream remembers names of traits and classes that others have deleted.
            with fleet(url, ours=1, theirs=1) as reading:
                clients = Client(reading.ours[0]), Client(reading.theirs[0])
                compared += compare(*clients, world, option.queries)
    record_property("answers compared on one database", compared)
