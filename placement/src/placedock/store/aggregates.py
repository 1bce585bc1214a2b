# SPDX-License-Identifier: Apache-2.0
"""Aggregates: uuids that providers are members of. One exists as soon as a provider is put into it."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from placedock.store.faults import duplicate_is_lost_race
from placedock.store.tables import (
    placement_aggregates,
    resource_provider_aggregates,
    resource_providers,
)

_OF_PROVIDER = (
    select(resource_providers.c.generation, placement_aggregates.c.uuid)
    .select_from(
        resource_providers.outerjoin(
            resource_provider_aggregates,
            resource_provider_aggregates.c.resource_provider_id == resource_providers.c.id,
        ).outerjoin(
            placement_aggregates,
            placement_aggregates.c.id == resource_provider_aggregates.c.aggregate_id,
        )
    )
    .where(resource_providers.c.uuid == bindparam("uuid"))
)


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[str]] | None:
    """The provider's generation and its aggregates' uuids, or None when there is no such provider."""
    rows = connection.execute(_OF_PROVIDER, {"uuid": uuid}).all()
    if not rows:
        return None
    return rows[0][0], [row[1] for row in rows if row[1] is not None]


def ids(connection: Connection, uuids: Iterable[str]) -> dict[str, int]:
    """The aggregates of `uuids` that exist, as they are spelled there: some databases do not tell cases apart."""
    wanted = list(uuids)
    if not wanted:
        return {}
    columns = placement_aggregates.c
    rows = connection.execute(
        select(columns.uuid, columns.id).where(columns.uuid.in_(wanted))
    ).all()
    exact = {row.uuid: row.id for row in rows}
    folded = {row.uuid.lower(): row.id for row in rows}
    found = {uuid: exact.get(uuid, folded.get(uuid.lower())) for uuid in wanted}
    return {uuid: id_ for uuid, id_ in found.items() if id_ is not None}


def make(connection: Connection, uuid: str) -> int:
    with duplicate_is_lost_race():
        added = connection.execute(placement_aggregates.insert().values(uuid=uuid))
    key = added.inserted_primary_key
    assert key is not None
    return int(key[0])


def join(connection: Connection, provider_id: int, aggregate_ids: Iterable[int]) -> None:
    rows = [{"resource_provider_id": provider_id, "aggregate_id": id_} for id_ in aggregate_ids]
    if rows:
        connection.execute(resource_provider_aggregates.insert(), rows)


def leave(connection: Connection, provider_id: int, aggregate_ids: Iterable[int]) -> None:
    wanted = list(aggregate_ids)
    if wanted:
        columns = resource_provider_aggregates.c
        connection.execute(
            resource_provider_aggregates.delete().where(
                columns.resource_provider_id == provider_id, columns.aggregate_id.in_(wanted)
            )
        )
