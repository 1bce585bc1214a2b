# SPDX-License-Identifier: Apache-2.0
"""Usages: allocations added up."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, distinct, func, select

from placedock.model.claim import ALL_TYPES, UNKNOWN_TYPE
from placedock.model.usage import Usage
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
    """What a project, or one user in it, holds of each class."""
    used = func.sum(allocations.c.used)
    query = _held(select(resource_classes.c.name, used), project, user)
    rows = connection.execute(query.group_by(resource_classes.c.id, resource_classes.c.name))
    return {name: int(amount) for name, amount in rows}


def by_type(
    connection: Connection, project: str, user: str | None, consumer_type: str | None
) -> Sequence[Usage]:
    """The same by consumer type: every type when `consumer_type` is None, all together, or one of them."""
    each: sa.ColumnElement[str] = func.coalesce(consumer_types.c.name, UNKNOWN_TYPE)
    kind = (sa.literal(ALL_TYPES) if consumer_type == ALL_TYPES else each).label("kind")

    def held(query: sa.Select) -> sa.Select:
        query = _held(query, project, user)
        if consumer_type == UNKNOWN_TYPE:
            return query.where(consumers.c.consumer_type_id.is_(None))
        if consumer_type not in (None, ALL_TYPES):
            return query.where(consumer_types.c.name == consumer_type)
        return query

    counts = dict(
        connection.execute(
            held(select(kind, func.count(distinct(consumers.c.uuid)))).group_by("kind")
        )
        .tuples()
        .all()
    )
    sums = held(select(kind, resource_classes.c.name, func.sum(allocations.c.used))).group_by(
        "kind", resource_classes.c.id, resource_classes.c.name
    )
    return [
        Usage(of_kind, name, int(used), counts[of_kind])
        for of_kind, name, used in connection.execute(sums)
    ]


def _held(query: sa.Select, project: str, user: str | None) -> sa.Select:
    query = query.select_from(
        allocations.join(resource_classes, resource_classes.c.id == allocations.c.resource_class_id)
        .join(consumers, consumers.c.uuid == allocations.c.consumer_id)
        .join(projects, projects.c.id == consumers.c.project_id)
        .outerjoin(consumer_types, consumer_types.c.id == consumers.c.consumer_type_id)
    ).where(projects.c.external_id == project)
    if user is not None:
        query = query.join(users, users.c.id == consumers.c.user_id).where(
            users.c.external_id == user
        )
    return query
