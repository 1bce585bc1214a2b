# SPDX-License-Identifier: Apache-2.0
"""Clients let loose on servers, all at once; and what they say of it afterwards."""

import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from conformance.servers import Server
from differential import calls
from differential.calls import Answer, Call

from . import invariants, stage
from .client import Client
from .watch import Watch

CLIENTS = 8
OPERATIONS = 60


def unleash(
    servers: Sequence[Server],
    url: str,
    *,
    shrinks: bool = False,
    excused: Collection[Server] = (),
    operations: int = OPERATIONS,
) -> Watch:
    """Let the clients write until each has done its share, and assert that every invariant holds."""
    watch = Watch()
    names = [f"client{number}" for number in range(CLIENTS)]
    tested = [server for server in servers if server not in excused]
    stage.set_up(tested[0], names)
    clients = [Client(name, servers, watch, shrinks=shrinks, excused=excused) for name in names]
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda client: client.run(operations), clients))
    holding = sum(client.check() for client in clients)
    print(watch)
    assert not watch.complaints, "\n".join(watch.complaints[:10])
    broken = invariants.broken(url, may_exceed=shrinks)
    doubtful = set().union(*(client.doubtful for client in clients))
    left = broken.pop("consumers without allocations", set()) - doubtful
    assert not broken and not left, (broken, left)
    assert holding, "nobody holds anything, so nothing was shown"
    return watch


def at_once(servers: Sequence[Server], calls_: Sequence[Call]) -> list[Answer]:
    """The answers to calls that are sent at the same moment, spread over the servers."""
    start = threading.Barrier(len(calls_))
    clients = [calls.Client(servers[number % len(servers)]) for number in range(len(calls_))]

    def send(client: calls.Client, call: Call) -> Answer:
        start.wait()
        return client.send(call)

    with ThreadPoolExecutor(len(calls_)) as pool:
        return list(pool.map(send, clients, calls_))
