# SPDX-License-Identifier: Apache-2.0
"""Rows that no other row refers to: names that nobody uses, and consumers that hold nothing. Each function only reads."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection, select

from placedock.store.names import CUSTOM
from placedock.store.tables import (
    allocations,
    consumers,
    inventories,
    placement_aggregates,
    projects,
    resource_classes,
    resource_provider_aggregates,
    resource_provider_traits,
    traits,
    users,
)


def consumer_uuids(connection: Connection) -> list[str]:
    """The consumers that hold nothing."""
    holds = sa.exists().where(allocations.c.consumer_id == consumers.c.uuid)
    return list(
        connection.scalars(select(consumers.c.uuid).where(~holds).order_by(consumers.c.uuid))
    )


def trait_names(connection: Connection) -> list[str]:
    """The custom traits that no provider has."""
    return _nowhere(
        connection, traits, traits.c.name, [resource_provider_traits.c.trait_id], CUSTOM
    )


def class_names(connection: Connection) -> list[str]:
    """The custom resource classes that no provider has, and of which nobody holds anything."""
    users_of_it = [inventories.c.resource_class_id, allocations.c.resource_class_id]
    return _nowhere(connection, resource_classes, resource_classes.c.name, users_of_it, CUSTOM)


def aggregate_uuids(connection: Connection) -> list[str]:
    """The aggregates that no provider is in."""
    members = [resource_provider_aggregates.c.aggregate_id]
    return _nowhere(connection, placement_aggregates, placement_aggregates.c.uuid, members)


def project_ids(connection: Connection) -> list[str]:
    """The projects that no consumer belongs to."""
    return _nowhere(connection, projects, projects.c.external_id, [consumers.c.project_id])


def user_ids(connection: Connection) -> list[str]:
    """The users that no consumer belongs to."""
    return _nowhere(connection, users, users.c.external_id, [consumers.c.user_id])


def _nowhere(
    connection: Connection,
    table: sa.Table,
    name: sa.Column[str],
    uses: Sequence[sa.Column[int]],
    prefix: str = "",
) -> list[str]:
    found = select(name).where(*(~sa.exists().where(use == table.c.id) for use in uses))
    if prefix:
        found = found.where(name.startswith(prefix, autoescape=True))
    return sorted(one for one in connection.scalars(found) if one)
