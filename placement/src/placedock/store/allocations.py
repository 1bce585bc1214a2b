# SPDX-License-Identifier: Apache-2.0
"""Allocations: who holds how much of what, and what is left."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.model.claim import UNKNOWN_TYPE, Allocation, Holder
from placedock.model.inventory import Inventory
from placedock.store import collations, conditions, packed
from placedock.store.collations import Texts
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

_MODIFIED = func.coalesce(allocations.c.updated_at, allocations.c.created_at)
_ALLOCATIONS = select(
    resource_providers.c.uuid,
    resource_providers.c.generation,
    consumers.c.uuid,
    consumers.c.generation,
    resource_classes.c.name,
    allocations.c.used,
    _MODIFIED,
)


@cache
def _of_consumer(texts: Texts | None) -> sa.Select[Any]:
    consumer = collations.consumer_of_allocation(texts)
    return (
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
            .join(consumers, consumer)
            .join(projects, projects.c.id == consumers.c.project_id)
            .join(users, users.c.id == consumers.c.user_id)
            .outerjoin(consumer_types, consumer_types.c.id == consumers.c.consumer_type_id)
        )
        .where(allocations.c.consumer_id == bindparam("uuid"))
    )


@cache
def _of_provider(texts: Texts | None) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The provider's uuid and generation with its allocations, packed; and the latter alone."""
    this = resource_providers.c.uuid == bindparam("uuid")
    held = (
        select(
            packed.Packed(
                packed.quoted(consumers.c.uuid),
                consumers.c.generation,
                packed.quoted(resource_classes.c.name),
                allocations.c.used,
                packed.or_null(packed.quoted(_MODIFIED)),
            )
        )
        .select_from(
            resource_providers.join(
                allocations, allocations.c.resource_provider_id == resource_providers.c.id
            )
            .join(resource_classes, resource_classes.c.id == allocations.c.resource_class_id)
            .join(consumers, collations.consumer_of_allocation(texts))
        )
        .where(this)
    )
    columns = resource_providers.c.uuid, resource_providers.c.generation
    return select(*columns, held.correlate(None).scalar_subquery()).where(this), held


_PROVIDERS_OF = (
    select(resource_providers.c.uuid)
    .join(allocations, allocations.c.resource_provider_id == resource_providers.c.id)
    .where(allocations.c.consumer_id.in_(bindparam("consumers", expanding=True)))
)

_ADD = allocations.insert()
_REMOVE = allocations.delete().where(
    allocations.c.consumer_id.in_(bindparam("consumers", expanding=True))
)

_USED_BY_THEM = conditions.USED_OR_NULL.where(
    allocations.c.consumer_id.in_(bindparam("consumers", expanding=True))
)
_ROOM = (
    select(
        resource_providers.c.id,
        resource_providers.c.uuid,
        inventories.c.resource_class_id,
        resource_classes.c.name,
        inventories.c.total,
        inventories.c.reserved,
        inventories.c.min_unit,
        inventories.c.max_unit,
        inventories.c.step_size,
        inventories.c.allocation_ratio,
        conditions.USED,
        _USED_BY_THEM.scalar_subquery(),
    )
    .select_from(
        resource_providers.outerjoin(
            inventories.join(
                resource_classes, resource_classes.c.id == inventories.c.resource_class_id
            ),
            sa.and_(
                inventories.c.resource_provider_id == resource_providers.c.id,
                resource_classes.c.name.in_(bindparam("classes", expanding=True)),
            ),
        )
    )
    .where(resource_providers.c.uuid.in_(bindparam("providers", expanding=True)))
)


def of_consumer(connection: Connection, uuid: str) -> tuple[Holder, list[Allocation]] | None:
    """The consumer and its allocations, or None when it holds nothing."""
    statement = _of_consumer(collations.differing(connection))
    rows = connection.execute(statement, {"uuid": uuid}).all()
    if not rows:
        return None
    _, _, consumer, generation, _, _, _, project, user, kind = rows[0]
    held = [Allocation._make(row[:7]) for row in rows]
    return Holder(consumer, generation, project, user, kind), held


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Allocation]] | None:
    """The provider's generation and what is held of it, or None when there is no such provider."""
    statement, held = _of_provider(collations.differing(connection))
    asked = {"uuid": uuid}
    found = connection.execute(statement, asked).first()
    if found is None:
        return None
    shown, generation, text = found
    return generation, [
        Allocation(shown, generation, consumer, its_generation, name, used, packed.moment(date))
        for consumer, its_generation, name, used, date in packed.rows(connection, text, held, asked)
    ]


def providers_of(connection: Connection, consumers_: Iterable[str]) -> set[str]:
    """The uuids of the providers that the consumers hold anything of."""
    wanted = list(consumers_)
    if not wanted:
        return set()
    return set(connection.scalars(_PROVIDERS_OF, {"consumers": wanted}))


def remove(connection: Connection, consumers_: Iterable[str]) -> int:
    """Delete all that the consumers hold; how many allocations that were."""
    wanted = list(consumers_)
    return connection.execute(_REMOVE, {"consumers": wanted}).rowcount if wanted else 0


def add(connection: Connection, rows: Iterable[tuple[str, int, int, int]]) -> None:
    """New allocations: consumer, provider id, class id, amount."""
    columns = ("consumer_id", "resource_provider_id", "resource_class_id", "used")
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    if values:
        connection.execute(_ADD, values)


class Availability(NamedTuple):
    """An inventory with what is held of it: by anybody, and by the consumers that are about to be rewritten."""

    class_id: int
    inventory: Inventory
    used: int
    used_by_them: int | None


class AvailableProvider(NamedTuple):
    """A provider, and the room on it by resource class."""

    id: int
    uuid: str
    room: dict[str, Availability]


def room(
    connection: Connection,
    providers: Iterable[str],
    classes: Iterable[str],
    consumers_: Iterable[str],
) -> dict[str, AvailableProvider]:
    """The providers that exist, by lower-case uuid, with their inventories of the classes."""
    found: dict[str, AvailableProvider] = {}
    rows = connection.execute(
        _ROOM,
        {
            "providers": list(providers),
            "classes": list(classes),
            "consumers": list(consumers_),
        },
    )
    for provider_id, uuid, class_id, *inventory, used, used_by_them in rows:
        place = found.setdefault(uuid.lower(), AvailableProvider(provider_id, uuid, {}))
        if class_id is not None:
            theirs = None if used_by_them is None else int(used_by_them)
            place.room[inventory[0]] = Availability(
                class_id, Inventory(*inventory), int(used), theirs
            )
    return found
