# SPDX-License-Identifier: Apache-2.0
"""One service serves the data that the other has written, with the same answers."""

from collections.abc import Callable

from concurrency.fleet import fleet
from conformance.databases import Database
from differential.calls import Client
from differential.world import World

from .reading import compare
from .writing import write

SEED, WRITES, QUERIES = 2024, 80, 100


def test_a_database_passes_from_upstream_to_placedock_and_back(
    database: Database, record_property: Callable[[str, object], None]
) -> None:
    world = World(SEED)
    compared = 0
    with database() as url:
        for ours, theirs in ((0, 1), (1, 0)):
            with fleet(url, ours, theirs) as writing:
                assert write(Client(writing.servers[0]), world, WRITES) > WRITES / 4
            # Started anew, because upstream remembers names of traits and classes that others have deleted.
            with fleet(url, ours=1, theirs=1) as reading:
                clients = Client(reading.ours[0]), Client(reading.theirs[0])
                compared += compare(*clients, world, QUERIES)
    record_property("answers compared on one database", compared)
