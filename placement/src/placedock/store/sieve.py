# SPDX-License-Identifier: Apache-2.0
"""Which roots could anchor a candidate at all, by what one statement can tell.

The sieve lets no good root fall through and may keep bad ones: what groups take from the same provider, group_policy and
same_subtree are left to the search. It is worth its price where few roots are good; else it is cheaper to read all trees.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import func

from placedock.store.tables import (
    allocations,
    inventories,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
)

Ids = Collection[int]


class Need(NamedTuple):
    """What some provider of a good root's tree must have, all of it, all by itself.

    `amounts` is by class. Of each set in `traits` and `aggregates` it must have one; with `root_covers` it may be the
    root that is in the aggregates. Providers elsewhere that meet the need lend to trees in the aggregates `lent_in`.
    """

    amounts: dict[int, int]
    traits: Sequence[Ids] = ()
    forbidden_traits: Ids = ()
    aggregates: Sequence[Ids] = ()
    forbidden_aggregates: Ids = ()
    root_covers: bool = False
    lent_in: Ids = ()


class Wanted(NamedTuple):
    """What is asked of a root: its own traits, what its tree must offer, and what it must not be a member of."""

    needs: Sequence[Need]
    traits: Ids = ()
    forbidden_traits: Ids = ()
    forbidden_aggregates: Ids = ()


def roots(connection: sa.Connection, wanted: Wanted, after: int, count: int) -> list[int]:
    """The first `count` roots with ids above `after` that could do."""
    statement = (
        sa.select(_root.c.id)
        .where(_root.c.parent_provider_id.is_(None), _root.c.id > after)
        .where(*_conditions(wanted))
        .order_by(_root.c.id)
        .limit(count)
    )
    return list(connection.scalars(statement))


def all_left(connection: sa.Connection, amounts: Iterable[tuple[int, int]]) -> bool:
    """Whether each of the amounts, with its class's id before it, is left on some provider, wherever that is.

    Looks no further than to the first for each. When one is nowhere, no root can do, and nobody needs to ask them all.
    """
    found = []
    for resource_class, amount in amounts:
        here: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(inventories)
        here = here.where(*_fits(inventories, sa.literal(resource_class), sa.literal(amount)))
        for dialect in ("mysql", "mariadb"):
            here = here.with_hint(inventories, _NOT_BY_CLASS, dialect)
        found.append(here.exists())
    return all(connection.execute(sa.select(*found)).one())


# By this index MySQL fetches thousands of rows before it looks at the first; reading the table in its own order costs
# a tenth when the first will do, and less than half when none does.
_NOT_BY_CLASS = "IGNORE INDEX (inventories_resource_class_id_idx)"

_root = resource_providers.alias("root")
_provider = resource_providers.alias("provider")


def _conditions(wanted: Wanted) -> Iterable[sa.ColumnElement[bool]]:
    for trait in wanted.traits:
        yield _has_trait(_root, [trait])
    if wanted.forbidden_traits:
        yield ~_has_trait(_root, wanted.forbidden_traits)
    if wanted.forbidden_aggregates:
        yield ~_is_member(_root, wanted.forbidden_aggregates)
    yield from _set_conditions(need for need in wanted.needs if not need.lent_in)
    for need in wanted.needs:
        met = _met_in_tree(need)
        yield sa.or_(met, _is_lent_to(need.lent_in)) if need.lent_in else met


def _set_conditions(needs: Iterable[Need]) -> Iterable[sa.ColumnElement[bool]]:
    """What follows from needs that are only met within the tree, for the tree as a whole: each once.

    It spares the database from asking tree after tree where few have a trait or are in an aggregate: it can begin there.
    """
    having, members = resource_provider_traits, resource_provider_aggregates
    choices: list[tuple[Any, frozenset[int]]] = []
    for need in needs:
        choices += [(having.c.trait_id, frozenset(choice)) for choice in need.traits]
        choices += [(members.c.aggregate_id, frozenset(choice)) for choice in need.aggregates]
    for column, choice in dict.fromkeys(choices):
        such = sa.select(_provider.c.root_provider_id).join(
            column.table, column.table.c.resource_provider_id == _provider.c.id
        )
        yield _root.c.id.in_(such.where(column.in_(choice)))


def _met_in_tree(need: Need) -> sa.ColumnElement[bool]:
    met: sa.Select[Any] = sa.select(sa.literal_column("1")).where(
        _provider.c.root_provider_id == _root.c.id
    )
    for resource_class, amount in need.amounts.items():
        stock = inventories.alias()
        met = met.join(stock, stock.c.resource_provider_id == _provider.c.id)
        met = met.where(*_fits(stock, sa.literal(resource_class), sa.literal(amount)))
    met = met.where(*(_has_trait(_provider, choice) for choice in need.traits))
    if need.forbidden_traits:
        met = met.where(~_has_trait(_provider, need.forbidden_traits))
    if need.aggregates:
        member = sa.and_(*(_is_member(_provider, choice) for choice in need.aggregates))
        if need.root_covers:
            covered = sa.and_(*(_is_member(_root, choice) for choice in need.aggregates))
            member = sa.or_(member, covered)
        met = met.where(member)
    if need.forbidden_aggregates:
        met = met.where(~_is_member(_provider, need.forbidden_aggregates))
    # A limited subquery, not EXISTS: MySQL makes of that a join over all trees before it looks at the outer limit,
    # and takes 20 ms for the first root of 1,000 instead of 1.
    return met.limit(1).correlate(_root).scalar_subquery().is_not(None)


def _is_lent_to(lent_in: Ids) -> sa.ColumnElement[bool]:
    """Whether a provider of the tree is in one of the aggregates in which it is lent."""
    return (
        sa.select(sa.literal_column("1"))
        .where(_provider.c.root_provider_id == _root.c.id, _is_member(_provider, lent_in))
        .limit(1)
        .correlate(_root)
        .scalar_subquery()
        .is_not(None)
    )


def _fits(
    stock: Any, resource_class: sa.ColumnElement[int], amount: sa.ColumnElement[int]
) -> Sequence[sa.ColumnElement[bool]]:
    """What the rules say of one inventory and one amount; what is used is added up only when all else holds."""
    columns, use = stock.c, allocations.c
    used = (
        sa.select(func.coalesce(func.sum(use.used), 0))
        .where(
            use.resource_provider_id == columns.resource_provider_id,
            use.resource_class_id == columns.resource_class_id,
        )
        .scalar_subquery()
    )
    capacity = (columns.total - columns.reserved) * columns.allocation_ratio
    return (
        columns.resource_class_id == resource_class,
        columns.min_unit <= amount,
        columns.max_unit >= amount,
        amount % columns.step_size == 0,
        capacity >= amount,
        used + amount <= capacity,
    )


def _has_trait(provider: sa.FromClause, choice: Ids) -> sa.ColumnElement[bool]:
    columns = resource_provider_traits.c
    return sa.exists().where(
        columns.resource_provider_id == provider.c.id, columns.trait_id.in_(choice)
    )


def _is_member(provider: sa.FromClause, choice: Ids) -> sa.ColumnElement[bool]:
    columns = resource_provider_aggregates.c
    return sa.exists().where(
        columns.resource_provider_id == provider.c.id, columns.aggregate_id.in_(choice)
    )
