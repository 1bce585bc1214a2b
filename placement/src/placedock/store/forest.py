# SPDX-License-Identifier: Apache-2.0
"""Snapshots of provider trees for the search for allocation candidates.

Trees are read whole. The first few, or the ones that are named, come in one statement with what must be known of the whole
cloud: most requests with a limit need no more, and pay for one round trip. Of those that follow, many at a time, two
statements bring the providers, and all that hangs on them. Each brings a table's rows packed into one text, and finds them
by ranges of ids wherever the ids lie close together: a scan of an index costs a tenth of as many look-ups, and what it
brings too much is passed over.
"""

import struct
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import bindparam, func

from placedock.model.forest import SHARES, Provider, Stock, Tree
from placedock.store import names, packed
from placedock.store.tables import (
    allocations,
    inventories,
    placement_aggregates,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
    traits,
)

SPARSE = 4
"""A range is read as a range when it holds at most so many times the rows that are wanted of it."""

Trees = dict[int, Tree]
Aggregates = Mapping[int, str]
"""The names of the aggregates that matter, by id. The others are as good as any to be compared."""


class Look(NamedTuple):
    """The `trees` that were asked for, and of the whole cloud: between which ids all providers are, and the roots of the
    trees in which some provider shares. When there are no providers, the last id is below the first.
    """

    trees: Trees
    first: int
    last: int
    sharing: list[int]


def aggregate_names(connection: sa.Connection, uuids: Collection[str]) -> Aggregates:
    """Those of the aggregates that exist."""
    if not uuids:
        return {}
    rows = connection.execute(_AGGREGATES, {"uuids": list(uuids)})
    # MySQL would take one in another case for the same.
    return {number: uuid for number, uuid in rows if uuid in uuids}


def look(
    connection: sa.Connection, span: int, uuids: Collection[str], aggregates: Aggregates
) -> Look:
    """The trees of the providers with these uuids; without any, those whose roots are among the first `span` ids."""
    values: dict[str, Any] = {"trait": names.trait_ids(connection, [SHARES]).get(SHARES)}
    values |= {"uuids": list(uuids)} if uuids else {"span": span}
    first, last, *texts = connection.execute(_look(bool(uuids)), values).one()
    sharing, providers, *contents = map(packed.rows, texts)
    trees = _trees(connection, providers, Contents(*contents), aggregates)
    return Look(trees, first or 1, last or 0, [root for (root,) in sharing])


def between(
    connection: sa.Connection, first: int, last: int, aggregates: Aggregates | None
) -> Trees:
    """The trees whose roots' ids are in the range, by root. With `aggregates` None memberships are not read."""
    rows = packed.rows(connection.scalar(_PROVIDERS_BETWEEN, {"first": first, "last": last}))
    return _trees(connection, rows, _contents(connection, rows, aggregates), aggregates)


def below(
    connection: sa.Connection, roots: Collection[int], aggregates: Aggregates | None
) -> Trees:
    """The trees below these roots, by root; `aggregates` as above."""
    if not roots:
        return {}
    rows = packed.rows(connection.scalar(_PROVIDERS_BELOW, {"ids": list(roots)}))
    return _trees(connection, rows, _contents(connection, rows, aggregates), aggregates)


class Contents(NamedTuple):
    """What hangs on providers: rows as in `_parts`."""

    inventories: list[Any]
    used: list[Any]
    traits: list[Any]
    aggregates: list[Any]


def _trees(
    connection: sa.Connection,
    rows: Sequence[Any],
    found: Contents,
    aggregates: Aggregates | None,
) -> Trees:
    stocks = _stocks(connection, found.inventories, found.used)
    held = _traits(connection, found.traits)
    memberships: dict[int, list[Hashable]] = {}
    for provider, aggregate in found.aggregates:
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
            held.get(number, ()),
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
    connection: sa.Connection, providers: Sequence[Any], aggregates: Aggregates | None
) -> Contents:
    """What hangs on these providers, and maybe on others."""
    ids = [row[0] for row in providers]
    if not ids:
        return Contents([], [], [], [])
    first, last = min(ids), max(ids)
    values: dict[str, Any] = {"ids": ids}
    if by_range := last - first < SPARSE * len(ids):
        values = {"first": first, "last": last}
    row = connection.execute(_contents_of(by_range, aggregates is not None), values).one()
    return Contents(*map(packed.rows, row))


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
    """By provider, from rows that have a trait by its id or already by its name."""
    trait_names = names.trait_names(connection, {each for _, each in rows if type(each) is int})
    found: dict[int, list[str]] = {}
    for provider, trait in rows:
        name = trait if type(trait) is str else trait_names.get(trait)
        if name is not None:
            found.setdefault(provider, []).append(name)
    return found


_ID = resource_providers.c.id
_ROOT = resource_providers.c.root_provider_id

_AGGREGATES = sa.select(placement_aggregates.c.id, placement_aggregates.c.uuid).where(
    placement_aggregates.c.uuid.in_(bindparam("uuids", expanding=True))
)


def _packed(providers: Any) -> packed.Packed:
    return packed.Packed(
        providers.id,
        packed.quoted(providers.uuid),
        packed.or_null(providers.parent_provider_id),
        providers.root_provider_id,
    )


_PROVIDERS_BETWEEN = sa.select(_packed(resource_providers.c)).where(
    _ROOT.between(bindparam("first"), bindparam("last"))
)
_PROVIDERS_BELOW = sa.select(_packed(resource_providers.c)).where(
    _ROOT.in_(bindparam("ids", expanding=True))
)


def _parts(
    chosen: Callable[[sa.Column[int]], sa.ColumnElement[bool]], few: bool = False
) -> list[sa.Select[Any]]:
    """What makes up `Contents`, of the providers that are chosen by their ids.

    Of a `few` providers custom traits come by their names, which saves the statement that asks for them afterwards. Of
    many, to join them costs more.
    """
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
    held = sa.select(packed.Packed(trait.resource_provider_id, trait.trait_id))
    if few:
        custom = traits.c.name.startswith(names.CUSTOM, autoescape=True)
        shown = sa.case((custom, packed.quoted(traits.c.name)), else_=trait.trait_id)
        held = sa.select(packed.Packed(trait.resource_provider_id, shown)).join(
            traits, traits.c.id == trait.trait_id
        )
    return [
        sa.select(
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
        sa.select(packed.Packed(*used.c)),
        held.where(chosen(trait.resource_provider_id)),
        sa.select(packed.Packed(membership.resource_provider_id, membership.aggregate_id)).where(
            chosen(membership.resource_provider_id)
        ),
    ]


@cache
def _contents_of(by_range: bool, aggregates: bool) -> sa.Select[Any]:
    """What hangs on the providers of a range or of a list."""

    def chosen(column: sa.Column[int]) -> sa.ColumnElement[bool]:
        if by_range:
            return column.between(bindparam("first"), bindparam("last"))
        return column.in_(bindparam("ids", expanding=True))

    parts: list[Any] = [part.scalar_subquery() for part in _parts(chosen)]
    if not aggregates:
        parts[-1] = sa.null()
    return sa.select(*parts)


@cache
def _look(named: bool) -> sa.Select[Any]:
    """The extent of the cloud, and some trees: those that hold the providers named, or those with the first ids."""
    first = sa.select(func.min(_ID)).scalar_subquery()
    if named:
        member = resource_providers.alias("named").c
        uuids = member.uuid.in_(bindparam("uuids", expanding=True))
        wanted = _ROOT.in_(sa.select(member.root_provider_id).where(uuids))
    else:
        wanted = _ROOT.between(first, first + bindparam("span") - 1)
    known = resource_providers.c
    columns = (known.id, known.uuid, known.parent_provider_id, known.root_provider_id)
    providers = sa.select(*columns).where(wanted).cte("chosen")
    ids = sa.select(providers.c.id)
    sharing = (
        sa.select(_ROOT)
        .distinct()
        .join(resource_provider_traits, resource_provider_traits.c.resource_provider_id == _ID)
        .where(resource_provider_traits.c.trait_id == bindparam("trait"))
        .subquery()
    )
    parts = [
        sa.select(func.max(_ID)),
        sa.select(packed.Packed(*sharing.c)),
        sa.select(_packed(providers.c)),
        *_parts(lambda column: column.in_(ids), few=True),
    ]
    return sa.select(first, *(part.scalar_subquery() for part in parts))
