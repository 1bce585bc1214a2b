# SPDX-License-Identifier: Apache-2.0
"""Checks that every node holds at the end what the clients were told, and never shows anything impossible."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import sqlalchemy as sa
from concurrency.watcher import Watcher
from placedock.store.tables import metadata
from topology import uuid_of

from .clients import NOTHING, Actor, State, memory
from .stack import Cluster

PATIENCE = 5
"""Seconds that one who watches waits for the proxy to say anything."""

HOLDS = """
    SELECT c.uuid, c.generation, p.uuid, r.name, a.used FROM placement.consumers c
      JOIN placement.allocations a ON a.consumer_id = c.uuid
      JOIN placement.resource_providers p ON p.id = a.resource_provider_id
      JOIN placement.resource_classes r ON r.id = a.resource_class_id"""
SERIALS = """
    SELECT r.name, i.total FROM placement.inventories i
      JOIN placement.resource_classes r ON r.id = i.resource_class_id"""


def faults(cluster: Cluster, nodes: Sequence[str], actors: Sequence[Actor]) -> Iterator[str]:
    """Everything that must not be on these nodes, in words."""
    yield from differences(cluster, nodes)
    for node in nodes:
        watcher = Watcher(cluster.url(node))
        watcher.look()
        yield from (f"{node}: {each}" for each in watcher.seen)
        yield from (f"{node}: {each}" for each in _lost(cluster, node, actors))


def _lost(cluster: Cluster, node: str, actors: Sequence[Actor]) -> Iterator[str]:
    found: dict[str, State] = {}
    rows = cluster.execute(node, HOLDS)
    for consumer, generation, provider, resource_class, used in rows:
        state = found.setdefault(consumer, State({}, generation))
        state.held.setdefault(provider, {})[resource_class] = used
    told = {
        uuid_of(name): state
        for actor in actors
        for name, state in actor.states.items()
        if state != NOTHING
    }
    for consumer in told.keys() | found.keys():
        if told.get(consumer) != found.get(consumer):
            yield f"{consumer} was told {told.get(consumer)}, and there is {found.get(consumer)}"
    totals = dict(cluster.execute(node, SERIALS))
    for actor in actors:
        if totals[memory(actor)] != actor.serial:
            yield f"{memory(actor)} was told {actor.serial}, and there is {totals[memory(actor)]}"


def differences(
    cluster: Cluster, nodes: Sequence[str], database: str = "placement"
) -> Iterator[str]:
    """Tables that are not the same on all of these nodes, once each has what any of them has."""
    cluster.catch_up(nodes)
    asked = "CHECKSUM TABLE " + ", ".join(f"{database}.{name}" for name in metadata.tables)
    found = [dict(cluster.execute(node, asked)) for node in nodes]
    for table, first in found[0].items():
        if any(each[table] != first for each in found):
            yield f"{table} is not the same on {nodes}: {[each[table] for each in found]}"


@contextmanager
def watched(cluster: Cluster) -> Iterator[Watcher]:
    """Look all the time by way of the proxy, as the service does; not while there is no way.

    A proxy that has lost its server in the middle of a greeting says nothing for ever, hence the patience.
    """
    url = cluster.url("mysql-1").replace(
        cluster.address("mysql-1"), cluster.address("database", "default")
    )
    url += f"?connect_timeout={PATIENCE}&read_timeout={PATIENCE}"
    watcher = Watcher(url)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            try:
                watcher.look()
            except sa.exc.OperationalError:
                continue

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            yield watcher
        finally:
            ended.set()
            watching.result()
