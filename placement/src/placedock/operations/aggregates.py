# SPDX-License-Identifier: Apache-2.0
"""Aggregates of a provider: to read and replace."""

from collections.abc import Collection

from sqlalchemy import Connection

from placedock import errors
from placedock.operations import providers as provider_operations
from placedock.store import aggregates


class ProviderAlreadyChanged(errors.ConcurrentUpdate):
    sentence = "Resource provider's generation already changed. Please update the generation and try again."


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[str]]:
    """The provider's generation and the uuids of its aggregates."""
    found = aggregates.of_provider(connection, uuid)
    if found is None:
        raise errors.ProviderNotFound(uuid=uuid)
    return found


def replace(
    connection: Connection, uuid: str, wanted: Collection[str], generation: int | None
) -> int:
    """Make the provider a member of exactly `wanted`; its generation afterwards.

    Only a client that sends a `generation` is held to it, and only then does the change count.
    """
    if generation is None:
        after = provider_operations.lock(connection, uuid).generation
    else:
        provider_operations.advance_at(connection, uuid, generation, ProviderAlreadyChanged)
        after = int(generation) + 1
    provider_id, present, ids = aggregates.memberships(connection, uuid, wanted)
    new = set(wanted) - present.keys()
    for aggregate in sorted(new - ids.keys()):
        ids[aggregate] = aggregates.make(connection, aggregate)
    aggregates.leave(
        connection, provider_id, {present[one] for one in present.keys() - set(wanted)}
    )
    aggregates.join(connection, provider_id, {ids[one] for one in new})
    return after
