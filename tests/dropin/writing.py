# SPDX-License-Identifier: Apache-2.0
"""Fills a database through one server."""

from differential.calls import Client, resolved
from differential.session import any_write, first_writes
from differential.world import World
from differential.writes import Write


def write(client: Client, world: World, writes: int) -> int:
    """Make a topology unless there is one, then write at random; how many of the writes succeeded."""
    if not world.providers:
        for each in first_writes(world):
            _send(client, each)
    return sum(_send(client, any_write(world)) for _ in range(writes))


def _send(client: Client, write: Write) -> bool:
    ok = client.send(resolved(write.call, client.send)).ok
    if ok:
        write.succeeded()
    return ok
