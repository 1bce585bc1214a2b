# SPDX-License-Identifier: Apache-2.0
"""Writes a whole cloud, many rows by one statement, for an import. Ids follow the order in which things come.

Providers get their ids here and not from the database, so that parents and roots are known when the rows are written. When
another process takes such an id at the same moment, the database refuses the row.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from placedock.errors import RowRefused
from placedock.model.carried import CloudConsumer, CloudProvider
from placedock.model.resource_class import FIRST_CUSTOM_ID
from placedock.store import driver_errors
from placedock.store.tables import (
    allocations,
    consumer_types,
    consumers,
    inventories,
    placement_aggregates,
    projects,
    resource_classes,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
    traits,
    users,
)

MANY = 5_000
"""Rows that are written by one statement."""

Progress = Callable[[int], object]
Ids = Mapping[str, int]


def rows_there(connection: Connection) -> dict[str, int]:
    """The number of rows by table that a database which was only synced does not have."""
    held = (resource_providers, consumers, allocations, placement_aggregates, projects, users)
    counts = {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in held
    }
    return {name.replace("_", " "): count for name, count in counts.items() if count}


def taken(connection: Connection, column: str, values: Collection[str]) -> set[str]:
    """The values that are taken already: as the `uuid` or `name` of a provider, or as the uuid of a `consumer`."""
    found: Iterable[str]
    if column == "consumer":
        found = _known(connection, consumers.c.uuid, values)
    else:
        found = _known(connection, resource_providers.c[column], values)
    return set(found)


def add_classes(connection: Connection, names: Sequence[str]) -> Ids:
    """The ids of all resource classes, with these among them; new ones are numbered as they come."""
    known = _all(connection, resource_classes.c.name)
    first = max(max(known.values(), default=0) + 1, FIRST_CUSTOM_ID)
    new = [name for name in names if name not in known]
    _add(
        connection,
        resource_classes,
        [{"id": first + n, "name": name} for n, name in enumerate(new)],
    )
    return known | {name: first + number for number, name in enumerate(new)}


def add_traits(connection: Connection, names: Sequence[str]) -> Ids:
    """The ids of all traits, with these among them."""
    return _all_with(connection, traits.c.name, names)


def add_aggregates(connection: Connection, uuids: Collection[str]) -> Ids:
    return _with(connection, placement_aggregates.c.uuid, uuids)


def add_projects(connection: Connection, names: Collection[str]) -> Ids:
    return _with(connection, projects.c.external_id, names)


def add_users(connection: Connection, names: Collection[str]) -> Ids:
    return _with(connection, users.c.external_id, names)


def add_consumer_types(connection: Connection, names: Collection[str]) -> Ids:
    return _with(connection, consumer_types.c.name, names)


def add_providers(
    connection: Connection, providers: Sequence[CloudProvider], progress: Progress
) -> list[int]:
    """The ids of the providers, which come after all that there are."""
    first = (connection.scalar(select(func.max(resource_providers.c.id))) or 0) + 1
    roots: list[int] = []
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(providers, first):
        roots.append(number if one.parent is None else roots[one.parent])
        rows.append(
            {
                "id": number,
                "uuid": one.uuid,
                "name": one.name,
                "generation": one.generation,
                "parent_provider_id": None if one.parent is None else first + one.parent,
                "root_provider_id": roots[-1],
            }
        )
    _add(connection, resource_providers, rows, progress)
    return list(range(first, first + len(providers)))


def add_contents(
    connection: Connection,
    providers: Sequence[CloudProvider],
    provider_ids: Sequence[int],
    class_ids: Ids,
    trait_ids: Ids,
    aggregate_ids: Ids,
    progress: Progress,
) -> None:
    """The rows that belong to the providers: inventories, traits, memberships."""
    both = list(zip(provider_ids, providers, strict=True))
    stocks = [
        {
            "resource_provider_id": number,
            "resource_class_id": class_ids[stock.resource_class],
            "total": stock.total,
            "reserved": stock.reserved,
            "min_unit": stock.min_unit,
            "max_unit": stock.max_unit,
            "step_size": stock.step_size,
            "allocation_ratio": stock.allocation_ratio,
        }
        for number, one in both
        for stock in one.inventories
    ]
    _add(connection, inventories, stocks, progress)
    held = [
        {"resource_provider_id": number, "trait_id": trait_ids[trait]}
        for number, one in both
        for trait in one.traits
    ]
    _add(connection, resource_provider_traits, held, progress)
    members = [
        {"resource_provider_id": number, "aggregate_id": aggregate_ids[aggregate]}
        for number, one in both
        for aggregate in one.aggregates
    ]
    _add(connection, resource_provider_aggregates, members, progress)


def add_consumers(
    connection: Connection,
    those: Sequence[CloudConsumer],
    project_ids: Ids,
    user_ids: Ids,
    type_ids: Ids,
    progress: Progress,
) -> None:
    """The consumers that have a project; of the others only allocations are known."""
    rows = [
        {
            "uuid": one.uuid,
            "project_id": project_ids[one.project],
            "user_id": user_ids[one.user],
            "generation": one.generation,
            "consumer_type_id": None if one.consumer_type is None else type_ids[one.consumer_type],
        }
        for one in those
        if one.project is not None and one.user is not None
    ]
    _add(connection, consumers, rows, progress)


def add_allocations(
    connection: Connection,
    those: Sequence[CloudConsumer],
    provider_ids: Sequence[int],
    class_ids: Ids,
    progress: Progress,
) -> None:
    rows = [
        {
            "consumer_id": one.uuid,
            "resource_provider_id": provider_ids[allocation.provider],
            "resource_class_id": class_ids[allocation.resource_class],
            "used": allocation.used,
        }
        for one in those
        for allocation in one.allocations
    ]
    _add(connection, allocations, rows, progress)


def _all(connection: Connection, column: sa.Column[str]) -> dict[str, int]:
    rows = connection.execute(select(column, column.table.c.id))
    return {row[0]: row[1] for row in rows}


def _all_with(connection: Connection, column: sa.Column[str], names: Sequence[str]) -> Ids:
    known = _all(connection, column)
    new = [{column.name: name} for name in names if name not in known]
    if not new:
        return known
    _add(connection, column.table, new)
    return _all(connection, column)


def _with(connection: Connection, column: sa.Column[str], names: Collection[str]) -> Ids:
    """The ids of the names; those that there are not are made, in the order of the names."""
    known = _known(connection, column, names)
    new = [name for name in names if name not in known]
    _add(connection, column.table, [{column.name: name} for name in new])
    return known | _known(connection, column, new)


def _known(
    connection: Connection, column: sa.Column[str], names: Collection[str]
) -> dict[str, int]:
    """The ids of those of the names that there are, as they are written."""
    found: dict[str, int] = {}
    wanted = list(names)
    for start in range(0, len(wanted), MANY):
        part = wanted[start : start + MANY]
        rows = connection.execute(select(column, column.table.c.id).where(column.in_(part)))
        found.update((name, number) for name, number in rows)
    return {name: found[name] for name in names if name in found}


def _add(
    connection: Connection,
    table: Any,
    rows: Sequence[Mapping[str, Any]],
    progress: Progress = lambda rows: None,
) -> None:
    """Insert the rows, in their order; `progress` is told how many there were in each statement."""
    for start in range(0, len(rows), MANY):
        part = rows[start : start + MANY]
        try:
            connection.execute(table.insert(), part)
        except (sa.exc.IntegrityError, sa.exc.DataError) as error:
            raise RowRefused(reason=driver_errors.reason(error)) from None
        progress(len(part))
