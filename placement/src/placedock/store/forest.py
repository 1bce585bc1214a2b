# SPDX-License-Identifier: Apache-2.0
"""Snapshots of provider trees for the search for allocation candidates.

Trees are read whole, many at a time, in two statements: the providers, and all that hangs on them.

Each statement brings a table's rows packed into one text, and rows are found by ranges of ids wherever the ids lie close
together: a scan of an index costs a tenth of as many look-ups, and what it brings too much is passed over.
"""

import struct
from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import bindparam, func

from placedock.model.forest import Provider, Stock, Tree
from placedock.store import names, packed
from placedock.store.tables import (
    allocations,
    inventories,
    placement_aggregates,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
)

SPARSE = 4
"""A range is read as a range when it holds at most so many times the rows that are wanted of it."""

Trees = dict[int, Tree]


def aggregate_names(connection: sa.Connection, uuids: Collection[str]) -> dict[int, str]:
    """Those of the aggregates that exist, by id."""
    if not uuids:
        return {}
    rows = connection.execute(_AGGREGATES, {"uuids": list(uuids)})
    # MySQL would take one in another case for the same.
    return {number: uuid for number, uuid in rows if uuid in uuids}


def root_of(connection: sa.Connection, uuid: str) -> int | None:
    """The id of the root of a provider's tree, or None when there is no such provider."""
    return connection.scalar(_ROOT_OF, {"uuid": uuid})


def between(
    connection: sa.Connection, first: int, last: int, aggregates: Mapping[int, str] | None
) -> Trees:
    """The trees whose roots' ids are in the range, by root.

    With `aggregates` None memberships are not read; otherwise those named there have their names, the others are as
    good as any to be compared.
    """
    rows = packed.rows(connection.scalar(_PROVIDERS_BETWEEN, {"first": first, "last": last}))
    return _trees(connection, rows, aggregates)


def below(
    connection: sa.Connection, roots: Collection[int], aggregates: Mapping[int, str] | None
) -> Trees:
    """The trees below these roots, by root; `aggregates` as above."""
    if not roots:
        return {}
    rows = packed.rows(connection.scalar(_PROVIDERS_BELOW, {"ids": list(roots)}))
    return _trees(connection, rows, aggregates)


def _trees(
    connection: sa.Connection, rows: Sequence[Any], aggregates: Mapping[int, str] | None
) -> Trees:
    found = _contents(connection, [row[0] for row in rows], aggregates is not None)
    stocks = _stocks(connection, found["inventories"], found["used"])
    traits = _traits(connection, found["traits"])
    memberships: dict[int, list[Hashable]] = {}
    for provider, aggregate in found.get("aggregates", ()):
        known = aggregates.get(aggregate, aggregate) if aggregates else aggregate
        memberships.setdefault(provider, []).append(known)
    trees: dict[int, list[Provider]] = {}
    new = tuple.__new__
    for number, uuid, parent, root in rows:
        # Not Provider(…), as below.
        values = (
            number,
            uuid,
            parent,
            root,
            stocks.get(number, {}),
            traits.get(number, ()),
            memberships.get(number, ()),
        )
        provider = new(Provider, values)
        if root not in trees:
            trees[root] = [provider]
        elif parent is None:
            trees[root].insert(0, provider)
        else:
            trees[root].append(provider)
    return cast(Trees, trees)


def _contents(
    connection: sa.Connection, providers: list[int], aggregates: bool
) -> dict[str, list[Any]]:
    """What hangs on the providers, and maybe on others: rows by the name of what they are."""
    if not providers:
        return {"inventories": [], "used": [], "traits": []}
    first, last = min(providers), max(providers)
    if last - first < SPARSE * len(providers):
        result = connection.execute(_statement(True, aggregates), {"first": first, "last": last})
    else:
        result = connection.execute(_statement(False, aggregates), {"ids": providers})
    return {row[0]: packed.rows(row[1]) for row in result}


def _stocks(
    connection: sa.Connection, rows: list[Any], used_rows: list[Any]
) -> Mapping[int, Mapping[str, Stock]]:
    """By provider and class name, what there is and what of it is used."""
    used = {(provider, number): amount for provider, number, amount in used_rows}
    class_names = names.class_names(connection, {row[1] for row in rows})
    single = connection.dialect.name != "sqlite"
    found: dict[int, dict[str, Stock]] = {}
    new = tuple.__new__
    for provider, number, total, ratio, min_unit, max_unit, step_size in rows:
        capacity = limit = int(total * ratio)
        if single and ratio != _as_single(ratio):
            limit = min(limit, int(total * _as_single(ratio)))
        taken = used.get((provider, number), 0)
        # Not Stock(…): what named tuples do before they become tuples would take a third of all the time here.
        stock = new(Stock, (capacity, taken, limit - taken, min_unit, max_unit, step_size))
        name = class_names.get(number)
        if name is None:
            # Deleted since the inventory was read, and the inventory before it.
            continue
        if provider in found:
            found[provider][name] = stock
        else:
            found[provider] = {name: stock}
    return found


@cache
def _as_single(ratio: float) -> float:
    """The ratio as MySQL calculates with it, whose FLOAT has single precision.

    MySQL shows 0.7 and means 0.699999988: of 10 it then grants 6, while 7 are shown. Upstream compares in SQL and shows
    what Python makes of 0.7.
    """
    return struct.unpack("f", struct.pack("f", ratio))[0]


def _traits(connection: sa.Connection, rows: list[Any]) -> Mapping[int, list[str]]:
    trait_names = names.trait_names(connection, {number for _, number in rows})
    found: dict[int, list[str]] = {}
    for provider, number in rows:
        if number in trait_names:
            found.setdefault(provider, []).append(trait_names[number])
    return found


_ID = resource_providers.c.id
_ROOT = resource_providers.c.root_provider_id
_PARENT = resource_providers.c.parent_provider_id

_AGGREGATES = sa.select(placement_aggregates.c.id, placement_aggregates.c.uuid).where(
    placement_aggregates.c.uuid.in_(bindparam("uuids", expanding=True))
)
_ROOT_OF = sa.select(_ROOT).where(resource_providers.c.uuid == bindparam("uuid"))
_PROVIDERS = sa.select(
    packed.Packed(
        _ID,
        packed.quoted(resource_providers.c.uuid),
        packed.or_null(_PARENT),
        _ROOT,
    )
)
_PROVIDERS_BETWEEN = _PROVIDERS.where(_ROOT.between(bindparam("first"), bindparam("last")))
_PROVIDERS_BELOW = _PROVIDERS.where(_ROOT.in_(bindparam("ids", expanding=True)))


@cache
def _statement(by_range: bool, aggregates: bool) -> sa.CompoundSelect[Any]:
    """What hangs on providers, a row for each table, of a range of them or of a list."""

    def chosen(column: sa.Column[int]) -> sa.ColumnElement[bool]:
        if by_range:
            return column.between(bindparam("first"), bindparam("last"))
        return column.in_(bindparam("ids", expanding=True))

    stock, use, trait, membership = (
        inventories.c,
        allocations.c,
        resource_provider_traits.c,
        resource_provider_aggregates.c,
    )
    used = (
        sa.select(
            use.resource_provider_id,
            use.resource_class_id,
            func.sum(use.used).label("used"),
        )
        .where(chosen(use.resource_provider_id))
        .group_by(use.resource_provider_id, use.resource_class_id)
        .subquery()
    )
    parts = {
        "inventories": sa.select(
            packed.Packed(
                stock.resource_provider_id,
                stock.resource_class_id,
                stock.total - stock.reserved,
                stock.allocation_ratio,
                stock.min_unit,
                stock.max_unit,
                stock.step_size,
            )
        ).where(chosen(stock.resource_provider_id)),
        "used": sa.select(packed.Packed(*used.c)),
        "traits": sa.select(packed.Packed(trait.resource_provider_id, trait.trait_id)).where(
            chosen(trait.resource_provider_id)
        ),
    }
    if aggregates:
        parts["aggregates"] = sa.select(
            packed.Packed(membership.resource_provider_id, membership.aggregate_id)
        ).where(chosen(membership.resource_provider_id))
    return sa.union_all(
        *(
            sa.select(sa.literal_column(f"'{name}'"), part.scalar_subquery())
            for name, part in parts.items()
        )
    )
