# SPDX-License-Identifier: Apache-2.0
"""Aggregates: uuids that providers are members of. One exists as soon as a provider is put into it."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from placedock.store.driver_errors import LostRace
from placedock.store.tables import (
    placement_aggregates,
    resource_provider_aggregates,
    resource_providers,
)

_MEMBERS = resource_providers.outerjoin(
    resource_provider_aggregates,
    resource_provider_aggregates.c.resource_provider_id == resource_providers.c.id,
).outerjoin(
    placement_aggregates,
    placement_aggregates.c.id == resource_provider_aggregates.c.aggregate_id,
)
_OF_PROVIDER = (
    select(resource_providers.c.generation, placement_aggregates.c.uuid)
    .select_from(_MEMBERS)
    .where(resource_providers.c.uuid == bindparam("uuid"))
)
_MEMBERSHIPS = sa.union_all(
    select(resource_providers.c.id, placement_aggregates.c.uuid, placement_aggregates.c.id)
    .select_from(_MEMBERS)
    .where(resource_providers.c.uuid == bindparam("uuid")),
    select(sa.null(), placement_aggregates.c.uuid, placement_aggregates.c.id).where(
        placement_aggregates.c.uuid.in_(bindparam("asked", expanding=True))
    ),
)
_MAKE = placement_aggregates.insert()
_BY_UUID = select(placement_aggregates.c.id).where(placement_aggregates.c.uuid == bindparam("uuid"))
_JOIN = resource_provider_aggregates.insert()
_LEAVE = resource_provider_aggregates.delete().where(
    resource_provider_aggregates.c.resource_provider_id == bindparam("provider_id"),
    resource_provider_aggregates.c.aggregate_id.in_(bindparam("aggregate_ids", expanding=True)),
)


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[str]] | None:
    """The provider's generation and its aggregates' uuids, or None when there is no such provider."""
    rows = connection.execute(_OF_PROVIDER, {"uuid": uuid}).all()
    if not rows:
        return None
    return rows[0][0], [row[1] for row in rows if row[1] is not None]


class Memberships(NamedTuple):
    """A provider's id, and by uuid the ids of the aggregates that it is in, and of those that were asked for and exist."""

    provider_id: int
    present: dict[str, int]
    asked: dict[str, int]


def memberships(connection: Connection, uuid: str, asked: Collection[str]) -> Memberships:
    """The memberships of a provider that exists, and the ids of `asked`. One statement asks for both, to save a round trip."""
    rows = connection.execute(_MEMBERSHIPS, {"uuid": uuid, "asked": list(asked)}).all()
    (provider_id,) = {row[0] for row in rows if row[0] is not None}
    present = {row[1]: row[2] for row in rows if row[0] is not None and row[2] is not None}
    found = {row[1]: row[2] for row in rows if row[0] is None}
    # Some databases do not tell cases apart, and have one aggregate for all spellings.
    folded = {name.lower(): id_ for name, id_ in found.items()}
    ids = {one: found.get(one, folded.get(one.lower())) for one in asked}
    return Memberships(
        provider_id, present, {one: id_ for one, id_ in ids.items() if id_ is not None}
    )


def make(connection: Connection, uuid: str) -> int:
    """The id of a new aggregate, or of one that was made a moment ago: by others, or in another case by the same request."""
    try:
        added = connection.execute(_MAKE, {"uuid": uuid})
    except sa.exc.IntegrityError as error:
        there = connection.scalar(_BY_UUID, {"uuid": uuid})
        if there is None:
            raise LostRace from error
        return int(there)
    key = added.inserted_primary_key
    assert key is not None
    return int(key[0])


def join(connection: Connection, provider_id: int, aggregate_ids: Iterable[int]) -> None:
    rows = [{"resource_provider_id": provider_id, "aggregate_id": id_} for id_ in aggregate_ids]
    if rows:
        connection.execute(_JOIN, rows)


def leave(connection: Connection, provider_id: int, aggregate_ids: Iterable[int]) -> None:
    wanted = list(aggregate_ids)
    if wanted:
        connection.execute(_LEAVE, {"provider_id": provider_id, "aggregate_ids": wanted})
