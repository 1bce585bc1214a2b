# SPDX-License-Identifier: Apache-2.0
"""Usages: allocations added up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, distinct, func, select

from placedock.model.claim import ALL_TYPES, UNKNOWN_TYPE
from placedock.model.usage import Usage
from placedock.store import collations, driver_errors
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

if TYPE_CHECKING:
    # SQLAlchemy 2.0 and 2.1 have different parameters for it, and neither matters when the service runs.
    Query = sa.Select[*tuple[Any, ...]]

_OF_PROVIDER = (
    select(
        resource_providers.c.generation,
        resource_classes.c.name,
        func.coalesce(func.sum(allocations.c.used), 0),
    )
    .select_from(
        resource_providers.outerjoin(
            inventories, inventories.c.resource_provider_id == resource_providers.c.id
        )
        .outerjoin(resource_classes, resource_classes.c.id == inventories.c.resource_class_id)
        .outerjoin(
            allocations,
            sa.and_(
                allocations.c.resource_provider_id == inventories.c.resource_provider_id,
                allocations.c.resource_class_id == inventories.c.resource_class_id,
            ),
        )
    )
    .where(resource_providers.c.uuid == bindparam("uuid"))
    .group_by(resource_providers.c.generation, resource_classes.c.id, resource_classes.c.name)
)


def of_provider(connection: Connection, uuid: str) -> tuple[int, dict[str, int]] | None:
    """The provider's generation and the use of each class it has, or None when there is no such provider."""
    rows = connection.execute(_OF_PROVIDER, {"uuid": uuid}).all()
    if not rows:
        return None
    return rows[0][0], {name: int(used) for _, name, used in rows if name is not None}


def of_project(connection: Connection, project: str, user: str | None) -> dict[str, int]:
    """The amount of each class that a project, or one user in it, holds."""
    used = func.sum(allocations.c.used)
    query = _held(connection, select(resource_classes.c.name, used), project, user)
    query = query.group_by(resource_classes.c.id, resource_classes.c.name)
    rows = _rows(connection, query, project, user)
    return {name: int(amount) for name, amount in rows}


def by_type(
    connection: Connection, project: str, user: str | None, consumer_type: str | None
) -> Sequence[Usage]:
    """The amounts that a project, or one user in it, holds, by consumer type.

    A `consumer_type` of None means every type by itself, a name means this type, and `ALL_TYPES` means all types together.
    """
    kind: sa.ColumnElement[str] = sa.literal(ALL_TYPES)
    by: list[sa.ColumnElement[Any]] = []
    if consumer_type != ALL_TYPES:
        kind = func.coalesce(consumer_types.c.name, UNKNOWN_TYPE)
        # Not by the name: some databases would take a type UNKNOWN for none.
        by = [consumer_types.c.id, consumer_types.c.name]

    def held(query: "Query") -> "Query":
        query = _held(connection, query, project, user)
        if consumer_type == UNKNOWN_TYPE:
            return query.where(consumers.c.consumer_type_id.is_(None))
        if consumer_type not in (None, ALL_TYPES):
            return query.where(consumer_types.c.name == consumer_type)
        return query

    counted = held(select(kind, func.count(distinct(consumers.c.uuid)))).group_by(*by)
    counts = dict(_rows(connection, counted, project, user))
    sums = held(select(kind, resource_classes.c.name, func.sum(allocations.c.used))).group_by(
        *by, resource_classes.c.id, resource_classes.c.name
    )
    return [
        Usage(of_kind, name, int(used), counts[of_kind])
        for of_kind, name, used in _rows(connection, sums, project, user)
    ]


def _rows(connection: Connection, query: "Query", project: str, user: str | None) -> Sequence[Any]:
    """The rows of the query: none when the columns cannot hold the project or the user that it names."""
    texts = project + (user or "")
    return driver_errors.found(lambda: connection.execute(query).all(), texts, otherwise=[])


def _held(connection: Connection, query: "Query", project: str, user: str | None) -> "Query":
    consumer = collations.allocation_of_consumer(collations.differing(connection))
    query = query.select_from(
        allocations.join(resource_classes, resource_classes.c.id == allocations.c.resource_class_id)
        .join(consumers, consumer)
        .join(projects, projects.c.id == consumers.c.project_id)
        .outerjoin(consumer_types, consumer_types.c.id == consumers.c.consumer_type_id)
    ).where(projects.c.external_id == project)
    if user is not None:
        query = query.join(users, users.c.id == consumers.c.user_id).where(
            users.c.external_id == user
        )
    return query
