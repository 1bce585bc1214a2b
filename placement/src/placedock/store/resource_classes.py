# SPDX-License-Identifier: Apache-2.0
"""Resource classes: the standard ones, and the custom ones that the API makes."""

from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from placedock.model.resource_class import FIRST_CUSTOM_ID, ResourceClass
from placedock.store.driver_errors import duplicate_is_lost_race
from placedock.store.tables import inventories, resource_classes

_CLASSES = select(
    resource_classes.c.id,
    resource_classes.c.name,
    func.coalesce(resource_classes.c.updated_at, resource_classes.c.created_at),
)
_BY_NAME = _CLASSES.where(resource_classes.c.name == bindparam("name"))


def get(connection: Connection, name: str) -> ResourceClass | None:
    return _one(connection, _BY_NAME, name)


def lock(connection: Connection, name: str) -> ResourceClass | None:
    """The class of this name. Its row is locked, so that nobody gives a provider inventory of the class meanwhile."""
    return _one(connection, _BY_NAME.with_for_update(), name)


def listed(connection: Connection) -> list[ResourceClass]:
    return [ResourceClass._make(row) for row in connection.execute(_CLASSES)]


def make(connection: Connection, name: str) -> None:
    """A new custom class, numbered after the last one."""
    last = connection.scalar(select(func.max(resource_classes.c.id)))
    next_id = FIRST_CUSTOM_ID if last is None else max(last + 1, FIRST_CUSTOM_ID)
    with duplicate_is_lost_race():
        connection.execute(resource_classes.insert().values(id=next_id, name=name))


def rename(connection: Connection, class_id: int, name: str) -> None:
    with duplicate_is_lost_race():
        connection.execute(
            resource_classes.update().where(resource_classes.c.id == class_id).values(name=name)
        )


def is_in_use(connection: Connection, class_id: int) -> bool:
    columns = inventories.c
    found = select(columns.id).where(columns.resource_class_id == class_id).limit(1)
    return connection.scalar(found) is not None


def remove(connection: Connection, class_id: int) -> None:
    connection.execute(resource_classes.delete().where(resource_classes.c.id == class_id))


def _one(connection: Connection, query: Select[Any], name: str) -> ResourceClass | None:
    row = connection.execute(query, {"name": name}).first()
    # Some databases find a name in another case too; a class is only found by its own.
    return ResourceClass._make(row) if row is not None and row.name == name else None
