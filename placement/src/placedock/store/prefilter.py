# SPDX-License-Identifier: Apache-2.0
"""Questions about a whole cloud, or about many trees at once, which need not read the trees.

The prefilter keeps every root that could do, and may keep some that cannot: the search judges what is used already, what
groups take from the same provider, group_policy and same_subtree. It is worth its price where few roots can do; elsewhere it
is cheaper to read all trees. It looks at many trees in one statement: tree by tree the database needs longer than the search.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam

from placedock.store import conditions
from placedock.store.hints import ignoring
from placedock.store.tables import (
    inventories,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
)

SHAPES = 100
"""So many statements of each kind are kept, one for each number of things that requests ask for: to make one takes 3 ms."""

BY_CLASS = "inventories_resource_class_id_idx"
BY_PROVIDER = "uniq_inventories0resource_provider_resource_class"

Ids = Collection[int]
Amount = tuple[int, int]
"""A resource class, by id, and how much of it."""


class Wanted(NamedTuple):
    """The needs that a good root's tree must meet itself, because no sharing provider can.

    `amounts`: for each, a provider that hands out as much. `traits` and `aggregates`: of each set one, on any provider.
    `root_traits` are the root's own; it must have none of `forbidden_traits` and be in none of `forbidden_aggregates`.
    """

    amounts: Collection[Amount]
    traits: Collection[Ids]
    aggregates: Collection[Ids]
    root_traits: Ids
    forbidden_traits: Ids
    forbidden_aggregates: Ids


class Needs(NamedTuple):
    """Amounts that some provider must give to one claim when nothing is used, and sets of traits of which some provider must
    have one. Where one of them is nowhere, a cloud has no candidate.
    """

    amounts: Collection[Amount] = ()
    traits: Collection[Ids] = ()


NONE = Needs()


def left(connection: sa.Connection, amounts: Sequence[Amount]) -> bool:
    """Whether each of the amounts is left on some provider, wherever that is: when one is nowhere, no root can do.

    Looks no further than to the first provider that has an amount left.
    """
    return not amounts or all(connection.execute(_left(len(amounts)), _values(amounts)).one())


def roots(
    connection: sa.Connection, wanted: Wanted, first: int, last: int, scan: bool = False
) -> list[int]:
    """The roots with ids in the range that could do.

    With `scan` the tables are read from end to end, which is faster when the range is a large part of the cloud.
    """
    values: dict[str, Any] = {
        "first": first,
        "last": last,
        "forbidden_traits": list(wanted.forbidden_traits),
        "forbidden_aggregates": list(wanted.forbidden_aggregates),
        **_values(wanted.amounts),
    }
    for number, choice in enumerate(wanted.traits):
        values[f"traits_{number}"] = list(choice)
    for number, choice in enumerate(wanted.aggregates):
        values[f"aggregates_{number}"] = list(choice)
    for number, trait in enumerate(wanted.root_traits):
        values[f"root_trait_{number}"] = [trait]
    statement = _roots(*map(len, wanted), scan, scan and _hashes(connection.dialect))
    return sorted(connection.scalars(statement, values))


def _hashes(dialect: Any) -> bool:
    """Whether two tables are joined by hash when there is no index: else not to use one takes for ever."""
    version = dialect.server_version_info or ()
    return dialect.name == "mysql" and not dialect.is_mariadb and version >= (8, 0, 18)


@lru_cache(SHAPES)
def _roots(
    amounts: int,
    traits: int,
    aggregates: int,
    root_traits: int,
    forbidden_traits: int,
    forbidden_aggregates: int,
    scan: bool,
    hashed: bool,
) -> sa.Select[tuple[int]]:
    """The statement for a `Wanted` with so many of each, with the hints for `scan`."""
    root = resource_providers.alias("root")
    having, members = resource_provider_traits.c.trait_id, resource_provider_aggregates.c
    statement = sa.select(root.c.id).where(
        root.c.parent_provider_id.is_(None), _in_range(root.c.id)
    )
    for number in range(root_traits):
        statement = statement.where(_has(root, having, f"root_trait_{number}"))
    if forbidden_traits:
        statement = statement.where(~_has(root, having, "forbidden_traits"))
    if forbidden_aggregates:
        statement = statement.where(~_has(root, members.aggregate_id, "forbidden_aggregates"))
    choices = [(having, f"traits_{number}") for number in range(traits)]
    choices += [(members.aggregate_id, f"aggregates_{number}") for number in range(aggregates)]
    for column, choice in choices:
        statement = statement.where(root.c.id.in_(_roots_having(column, choice)))
    if amounts:
        able = _roots_with(amounts, scan, hashed).subquery()
        statement = statement.join(able, able.c[0] == root.c.id)
    return statement


def _in_range(root: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return root.between(bindparam("first"), bindparam("last"))


def _among(column: sa.Column[int], choice: str) -> sa.ColumnElement[bool]:
    return column.in_(bindparam(choice, expanding=True))


def _has(provider: Any, column: sa.Column[int], choice: str) -> sa.ColumnElement[bool]:
    table = column.table.c
    return sa.exists().where(table.resource_provider_id == provider.c.id, _among(column, choice))


def _roots_having(column: sa.Column[int], choice: str) -> sa.Select[tuple[int]]:
    provider, table = resource_providers.c, column.table
    such = sa.select(provider.root_provider_id).join(
        table, table.c.resource_provider_id == provider.id
    )
    return such.where(_in_range(provider.root_provider_id), _among(column, choice))


def _roots_with(amounts: int, scan: bool, hashed: bool) -> sa.Select[tuple[int]]:
    """Roots of trees that have every amount, on whatever providers, when nothing is used."""
    root = resource_providers.c.root_provider_id
    able = [conditions.gives(*_asked(number)) for number in range(amounts)]
    statement = (
        sa.select(root)
        .join(inventories, inventories.c.resource_provider_id == resource_providers.c.id)
        .where(_in_range(root), sa.or_(*able))
        .group_by(root)
        .having(conditions.each_in_some_row(able))
    )
    if scan:
        # MySQL fetches a row by an index for four times what it costs to come across it.
        statement = ignoring(statement, inventories, BY_CLASS, BY_PROVIDER)
    if hashed:
        statement = ignoring(statement, resource_providers, "PRIMARY")
    return statement


def needs_met(amounts: int, traits: int) -> list[sa.ColumnElement[bool]]:
    """The conditions for `Needs` with so many amounts and sets of traits."""
    given = [_in_some_inventory(conditions.gives(*_asked(number))) for number in range(amounts)]
    trait = resource_provider_traits.c.trait_id
    chosen: list[Any] = [bindparam(f"needed_{number}", expanding=True) for number in range(traits)]
    return [*given, *(sa.select(trait).where(trait.in_(choice)).exists() for choice in chosen)]


def needs_values(needs: Needs) -> dict[str, Any]:
    """The values for `needs_met`."""
    traits = {f"needed_{number}": list(choice) for number, choice in enumerate(needs.traits)}
    return {**_values(needs.amounts), **traits}


def _values(amounts: Collection[Amount]) -> dict[str, int]:
    """For a statement that has `_asked` for each."""
    values: dict[str, int] = {}
    for number, (resource_class, amount) in enumerate(amounts):
        values |= {f"class_{number}": resource_class, f"amount_{number}": amount}
    return values


def _asked(number: int) -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    """The class of the amount with this number, and the amount."""
    return (
        bindparam(f"class_{number}", type_=sa.Integer),
        bindparam(f"amount_{number}", type_=sa.BigInteger),
    )


@lru_cache(SHAPES)
def _left(amounts: int) -> sa.Select[Any]:
    """The statement for so many amounts."""
    columns: list[Any] = [
        _in_some_inventory(conditions.has_left(*_asked(number))).label(f"left_{number}")
        for number in range(amounts)
    ]
    return sa.select(*columns)


def _in_some_inventory(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether an inventory meets the condition."""
    here: sa.Select[Any] = (
        sa.select(sa.literal_column("1")).select_from(inventories).where(condition)
    )
    # By this index thousands of rows are fetched before the first is looked at; reading the table in its own order costs
    # a tenth when the first will do, and less than half when none does.
    return ignoring(here, inventories, BY_CLASS).exists()
