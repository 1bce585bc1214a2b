# SPDX-License-Identifier: Apache-2.0
"""Allocations: who holds how much of what, and what is left."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.model.claim import UNKNOWN_TYPE, Allocation, Holder
from placedock.model.inventory import Inventory
from placedock.store.tables import (
    allocations,
    consumer_types,
    consumers,
    inventories,
    projects,
    resource_classes,
    resource_providers,
    users,
)

_ALLOCATIONS = select(
    resource_providers.c.uuid,
    resource_providers.c.generation,
    consumers.c.uuid,
    consumers.c.generation,
    resource_classes.c.name,
    allocations.c.used,
    func.coalesce(allocations.c.updated_at, allocations.c.created_at),
)

_OF_CONSUMER = (
    _ALLOCATIONS.add_columns(
        projects.c.external_id,
        users.c.external_id,
        func.coalesce(consumer_types.c.name, UNKNOWN_TYPE),
    )
    .select_from(
        allocations.join(
            resource_providers, resource_providers.c.id == allocations.c.resource_provider_id
        )
        .join(resource_classes, resource_classes.c.id == allocations.c.resource_class_id)
        .join(consumers, consumers.c.uuid == allocations.c.consumer_id)
        .join(projects, projects.c.id == consumers.c.project_id)
        .join(users, users.c.id == consumers.c.user_id)
        .outerjoin(consumer_types, consumer_types.c.id == consumers.c.consumer_type_id)
    )
    .where(allocations.c.consumer_id == bindparam("uuid"))
)

_OF_PROVIDER = _ALLOCATIONS.select_from(
    resource_providers.outerjoin(
        allocations, allocations.c.resource_provider_id == resource_providers.c.id
    )
    .outerjoin(resource_classes, resource_classes.c.id == allocations.c.resource_class_id)
    .outerjoin(consumers, consumers.c.uuid == allocations.c.consumer_id)
).where(resource_providers.c.uuid == bindparam("uuid"))


def of_consumer(connection: Connection, uuid: str) -> tuple[Holder, list[Allocation]] | None:
    """Who the consumer is and what it holds, or None when it holds nothing."""
    rows = connection.execute(_OF_CONSUMER, {"uuid": uuid}).all()
    if not rows:
        return None
    _, _, consumer, generation, _, _, _, project, user, kind = rows[0]
    held = [Allocation._make(row[:7]) for row in rows]
    return Holder(consumer, generation, project, user, kind), held


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Allocation]] | None:
    """The provider's generation and what is held of it, or None when there is no such provider."""
    rows = connection.execute(_OF_PROVIDER, {"uuid": uuid}).all()
    if not rows:
        return None
    return rows[0][1], [Allocation._make(row) for row in rows if row[2] is not None]


def providers_of(connection: Connection, consumers_: Iterable[str]) -> dict[str, set[int]]:
    """By consumer that holds anything, the ids of the providers it holds of."""
    wanted = list(consumers_)
    found: dict[str, set[int]] = {}
    if wanted:
        columns = allocations.c
        query = select(columns.consumer_id, columns.resource_provider_id).where(
            columns.consumer_id.in_(wanted)
        )
        for consumer, provider_id in connection.execute(query):
            found.setdefault(consumer, set()).add(provider_id)
    return found


def remove(connection: Connection, consumers_: Iterable[str]) -> int:
    """Delete all that the consumers hold; how many allocations that were."""
    wanted = list(consumers_)
    if not wanted:
        return 0
    return connection.execute(
        allocations.delete().where(allocations.c.consumer_id.in_(wanted))
    ).rowcount


def add(connection: Connection, rows: Iterable[tuple[str, int, int, int]]) -> None:
    """New allocations: consumer, provider id, class id, amount."""
    columns = ("consumer_id", "resource_provider_id", "resource_class_id", "used")
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    if values:
        connection.execute(allocations.insert(), values)


class Room(NamedTuple):
    """An inventory with what is held of it: by anybody, and by the consumers that are about to be rewritten."""

    inventory: Inventory
    used: int
    used_by_them: int | None


def room(
    connection: Connection,
    provider_ids: Iterable[int],
    class_ids: Iterable[int],
    consumers_: Iterable[str],
) -> dict[tuple[int, int], Room]:
    """By provider id and class id, the inventories of the classes on the providers."""
    wanted_providers, wanted_classes = list(provider_ids), list(class_ids)
    theirs = allocations.c.consumer_id.in_(list(consumers_))
    held = (
        select(
            allocations.c.resource_provider_id,
            allocations.c.resource_class_id,
            func.sum(allocations.c.used).label("used"),
            func.sum(sa.case((theirs, allocations.c.used))).label("theirs"),
        )
        .where(
            allocations.c.resource_provider_id.in_(wanted_providers),
            allocations.c.resource_class_id.in_(wanted_classes),
        )
        .group_by(allocations.c.resource_provider_id, allocations.c.resource_class_id)
        .subquery()
    )
    columns = inventories.c
    query = (
        select(
            columns.resource_provider_id,
            columns.resource_class_id,
            resource_classes.c.name,
            columns.total,
            columns.reserved,
            columns.min_unit,
            columns.max_unit,
            columns.step_size,
            columns.allocation_ratio,
            func.coalesce(held.c.used, 0),
            held.c.theirs,
        )
        .select_from(
            inventories.join(
                resource_classes, resource_classes.c.id == columns.resource_class_id
            ).outerjoin(
                held,
                sa.and_(
                    held.c.resource_provider_id == columns.resource_provider_id,
                    held.c.resource_class_id == columns.resource_class_id,
                ),
            )
        )
        .where(
            columns.resource_provider_id.in_(wanted_providers),
            columns.resource_class_id.in_(wanted_classes),
        )
    )
    found = {}
    for provider_id, class_id, *inventory, used, used_by_them in connection.execute(query):
        theirs_used = None if used_by_them is None else int(used_by_them)
        found[provider_id, class_id] = Room(Inventory(*inventory), int(used), theirs_used)
    return found
