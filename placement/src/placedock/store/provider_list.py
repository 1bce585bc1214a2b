# SPDX-License-Identifier: Apache-2.0
"""The list of providers: those of which every filter holds, by ranges of ids."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.model.inventory import MAX_INT
from placedock.model.provider import Aggregates, ListedProvider, ProviderList
from placedock.store import conditions, driver_errors, packed
from placedock.store.providers import MODIFIED, PROVIDER
from placedock.store.tables import (
    inventories,
    placement_aggregates,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
)

_PAGE = 10_000
"""The number of providers' ids that one statement looks at."""

# The id after a page, the last change in the page, and its rows. The providers above those of a row are shown by their uuids,
# which most often are in the rows too: to join them in the database would take as long again.
_NEXT = (
    select(func.min(resource_providers.c.id))
    .where(resource_providers.c.id > bindparam("last"))
    .scalar_subquery()
)
_PAGE_OF_PROVIDERS = select(
    _NEXT,
    func.max(MODIFIED),
    packed.Packed(
        PROVIDER.c.id,
        packed.quoted(PROVIDER.c.uuid),
        packed.escaped(PROVIDER.c.name),
        PROVIDER.c.generation,
        packed.or_null(PROVIDER.c.parent_provider_id),
        PROVIDER.c.root_provider_id,
    ),
).where(PROVIDER.c.id.between(bindparam("first"), bindparam("last")))
_UUIDS = select(resource_providers.c.id, resource_providers.c.uuid).where(
    resource_providers.c.id.in_(bindparam("ids", expanding=True, literal_execute=True))
)

_DatedRows: TypeAlias = tuple[list[Any], datetime | None]


def find(
    connection: Connection,
    *,
    name: str | None,
    uuid: str | None,
    in_tree: str | None,
    amounts: dict[int, int],
    required_traits: Sequence[Iterable[int]],
    forbidden_traits: Iterable[int],
    aggregates: Aggregates,
) -> ProviderList:
    """The providers of which all that is given holds. What a sharing provider shares counts for itself alone here.

    Several statements may be read from. A provider that is deleted between them may be missing, and so may its children, which
    were deleted before it.
    """
    given = {"name": name, "uuid": uuid, "in_tree": in_tree}
    values = {key: value for key, value in given.items() if value}
    query = _named(frozenset(values))
    for any_of in required_traits:
        query = query.where(PROVIDER.c.id.in_(_having_traits(any_of)))
    unwanted = list(forbidden_traits)
    if unwanted:
        query = query.where(PROVIDER.c.id.not_in(_having_traits(unwanted)))
    for either in aggregates.required:
        query = query.where(PROVIDER.c.id.in_(_in_aggregates(either)))
    if aggregates.forbidden:
        query = query.where(PROVIDER.c.id.not_in(_in_aggregates(aggregates.forbidden)))
    for class_id, amount in amounts.items():
        query = query.where(PROVIDER.c.id.in_(_offering(class_id, amount)))
    # A column that cannot hold the name holds no provider of that name.
    nothing: _DatedRows = [], None
    rows, modified = driver_errors.found(
        lambda: _rows(connection, query, values), name or "", otherwise=nothing
    )
    uuids = _uuids(connection, rows)
    listed = [
        ListedProvider(uuid, name, generation, uuids[parent], uuids[root])
        for _, uuid, name, generation, parent, root in rows
        if parent in uuids and root in uuids
    ]
    return ProviderList(listed, modified)


@cache
def _named(given: frozenset[str]) -> sa.Select[Any]:
    """The pages of all providers, or of those that the given parameters name: `name`, `uuid`, `in_tree`."""
    query = _PAGE_OF_PROVIDERS
    if "name" in given:
        query = query.where(PROVIDER.c.name == bindparam("name"))
    if "uuid" in given:
        query = query.where(PROVIDER.c.uuid == bindparam("uuid"))
    if "in_tree" in given:
        member = resource_providers.alias("member").c
        root = select(member.root_provider_id).where(member.uuid == bindparam("in_tree"))
        query = query.where(PROVIDER.c.root_provider_id == root.scalar_subquery())
    return query


def _rows(connection: Connection, query: sa.Select[Any], values: Mapping[str, Any]) -> _DatedRows:
    """The rows of all pages, and the last change in them."""
    rows: list[Any] = []
    dates: list[datetime] = []
    first: int | None = 1
    while first is not None:
        page = {**values, "first": first, "last": first + _PAGE - 1}
        first, date, text = connection.execute(query, page).one()
        rows += packed.rows(connection, text, query, page)
        if date is not None:
            dates.append(date)
    return rows, max(dates, default=None)


def _uuids(connection: Connection, rows: Iterable[Sequence[Any]]) -> dict[int | None, Any]:
    """The uuids of the providers in the rows and of their parents and roots, by id. The uuid of the id None is None."""
    uuids: dict[int | None, Any] = {None: None} | {row[0]: row[1] for row in rows}
    above = {number for row in rows for number in row[4:6]} - uuids.keys()
    if above:
        uuids.update(connection.execute(_UUIDS, {"ids": sorted(above)}).all())
    return uuids


def _having_traits(trait_ids: Iterable[int]) -> sa.Select[tuple[int]]:
    column = resource_provider_traits.c
    return select(column.resource_provider_id).where(column.trait_id.in_(list(trait_ids)))


def _in_aggregates(uuids: Iterable[str]) -> sa.Select[tuple[int]]:
    column = resource_provider_aggregates.c
    return (
        select(column.resource_provider_id)
        .join(placement_aggregates, placement_aggregates.c.id == column.aggregate_id)
        .where(placement_aggregates.c.uuid.in_(list(uuids)))
    )


def _offering(class_id: int, amount: int) -> sa.Select[tuple[int]]:
    """Providers of which one claim can take `amount` of a class. No inventory gives more than MAX_INT."""
    if amount > MAX_INT:
        return select(inventories.c.resource_provider_id).where(sa.false())
    return select(inventories.c.resource_provider_id).where(
        conditions.has_left(sa.literal(class_id), sa.literal(amount))
    )
