# SPDX-License-Identifier: Apache-2.0
"""Clients let loose on servers, all at once; and what must hold afterwards."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from conformance.servers import Server

from . import invariants, stage
from .mixing import Client
from .watch import Watch

CLIENTS = 6
OPERATIONS = 50


def unleash(servers: Sequence[Server], excused: Collection[Server], url: str) -> Watch:
    """Let the clients write until each has done its share, and assert that every invariant holds."""
    watch = Watch()
    names = [f"client{number}" for number in range(CLIENTS)]
    stage.set_up(servers[0], names)
    clients = [Client(name, servers, watch, excused) for name in names]
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda client: client.run(OPERATIONS), clients))
    holding = sum(client.check() for client in clients)
    doubtful = set().union(*(client.doubtful for client in clients))
    found = [*watch.complaints, *invariants.broken(url, doubtful)]
    assert not found, "\n".join(found[:10])
    assert holding, "nobody holds anything, so nothing was shown"
    return watch
