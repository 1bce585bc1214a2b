# SPDX-License-Identifier: Apache-2.0
"""Inventories of a provider."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from placedock.model.inventory import Inventory
from placedock.store.tables import allocations, inventories, resource_classes, resource_providers

_OF_PROVIDER = (
    select(
        resource_providers.c.generation,
        resource_classes.c.name,
        inventories.c.total,
        inventories.c.reserved,
        inventories.c.min_unit,
        inventories.c.max_unit,
        inventories.c.step_size,
        inventories.c.allocation_ratio,
        func.coalesce(inventories.c.updated_at, inventories.c.created_at),
    )
    .select_from(
        resource_providers.outerjoin(
            inventories, inventories.c.resource_provider_id == resource_providers.c.id
        ).outerjoin(resource_classes, resource_classes.c.id == inventories.c.resource_class_id)
    )
    .where(resource_providers.c.uuid == bindparam("uuid"))
    .order_by(resource_classes.c.id)
)


class Present(NamedTuple):
    """A provider, by id and as its uuid is stored, and the ids of the classes that it has inventory of."""

    provider_id: int
    provider: str
    generation: int
    class_ids: set[int]


_PRESENT = (
    select(
        resource_providers.c.id,
        resource_providers.c.uuid,
        resource_providers.c.generation,
        inventories.c.resource_class_id,
    )
    .outerjoin(inventories, inventories.c.resource_provider_id == resource_providers.c.id)
    .where(resource_providers.c.uuid == bindparam("uuid"))
)

_IN_USE = (
    select(resource_classes.c.name)
    .where(
        resource_classes.c.id.in_(bindparam("class_ids", expanding=True)),
        resource_classes.c.id.in_(
            select(allocations.c.resource_class_id).where(
                allocations.c.resource_provider_id == bindparam("provider_id")
            )
        ),
    )
    .order_by(resource_classes.c.id)
)

_ADD = inventories.insert()
_CHANGE = inventories.update().where(
    inventories.c.resource_provider_id == bindparam("provider_id"),
    inventories.c.resource_class_id == bindparam("class_id"),
)
_REMOVE = inventories.delete().where(
    inventories.c.resource_provider_id == bindparam("provider_id"),
    inventories.c.resource_class_id.in_(bindparam("class_ids", expanding=True)),
)


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Inventory]] | None:
    """The provider's generation and its inventories, or None when there is no such provider."""
    rows = connection.execute(_OF_PROVIDER, {"uuid": uuid}).all()
    if not rows:
        return None
    return rows[0][0], [Inventory._make(row[1:]) for row in rows if row[1] is not None]


def present(connection: Connection, uuid: str) -> Present:
    """The classes of which a locked provider has inventory."""
    rows = connection.execute(_PRESENT, {"uuid": uuid}).all()
    return Present(*rows[0][:3], {row[3] for row in rows if row[3] is not None})


def classes_in_use(connection: Connection, provider_id: int, class_ids: Iterable[int]) -> list[str]:
    """The names of those classes of which somebody holds something of the provider, in the order of their ids."""
    wanted = list(class_ids)
    if not wanted:
        return []
    return list(connection.scalars(_IN_USE, {"provider_id": provider_id, "class_ids": wanted}))


def add(connection: Connection, provider_id: int, wanted: Mapping[int, Inventory]) -> None:
    rows = [
        {"resource_provider_id": provider_id, "resource_class_id": id_, **_columns(inventory)}
        for id_, inventory in wanted.items()
    ]
    if rows:
        connection.execute(_ADD, rows)


def change(connection: Connection, provider_id: int, wanted: Mapping[int, Inventory]) -> None:
    rows = [
        {"provider_id": provider_id, "class_id": id_, **_columns(inventory)}
        for id_, inventory in wanted.items()
    ]
    if rows:
        connection.execute(_CHANGE, rows)


def remove(connection: Connection, provider_id: int, class_ids: Iterable[int]) -> None:
    connection.execute(_REMOVE, {"provider_id": provider_id, "class_ids": list(class_ids)})


def _columns(inventory: Inventory) -> dict[str, Any]:
    columns = inventory._asdict()
    del columns["resource_class"], columns["modified"]
    return columns
