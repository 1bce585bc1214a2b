# SPDX-License-Identifier: Apache-2.0
"""What hangs on the providers of a forest: inventories and what is used of them, traits, memberships.

All of it for many providers in one statement, each table's rows packed into one text.
"""

import struct
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam, func

from placedock.model import capacity
from placedock.model.capacity import Stock
from placedock.model.inventory import Inventory
from placedock.store import names, packed
from placedock.store.tables import (
    allocations,
    inventories,
    resource_provider_aggregates,
    resource_provider_traits,
    traits,
)

STOCKS = 10_000
"""So many different inventories are kept ready: a quarter of a microsecond for each instead of two."""

SPARSE = 4
"""A range is read as a range when it holds at most so many times the rows that are wanted of it."""


class Contents(NamedTuple):
    """Rows as in `parts`. A trait comes by its id, or already by its name."""

    inventories: list[Any]
    used: list[Any]
    traits: list[Any]
    aggregates: list[Any]


def read(connection: sa.Connection, providers: Collection[int], memberships: bool) -> Contents:
    """What hangs on these providers, and maybe on others. Without `memberships`, none of these."""
    ids = list(providers)
    if not ids:
        return Contents([], [], [], [])
    first, last = min(ids), max(ids)
    values: dict[str, Any] = {"ids": ids}
    if by_range := last - first < SPARSE * len(ids):
        values = {"first": first, "last": last}
    statements = _parts(by_range)[: None if memberships else -1]
    texts = connection.execute(_together(by_range, memberships), values).one()
    found = unpacked(connection, texts, statements, values)
    return Contents(*found, *([] if memberships else [[]]))


def unpacked(
    connection: sa.Connection,
    texts: Iterable[str | None],
    statements: Iterable[sa.Select[Any]],
    values: Mapping[str, Any],
) -> list[list[Any]]:
    """The rows of packed texts that one statement brought together, and each of `statements` makes alone."""
    return [
        packed.rows(connection, text, statement, values)
        for text, statement in zip(texts, statements, strict=True)
    ]


def stocks(connection: sa.Connection, contents: Contents) -> Mapping[int, Mapping[str, Stock]]:
    """By provider and class name, what there is."""
    class_names = names.class_names(connection, {row[1] for row in contents.inventories})
    single = connection.dialect.name != "sqlite"
    found: dict[int, dict[str, Stock]] = {}
    for provider, number, *amounts in contents.inventories:
        name = class_names.get(number)
        if name is None:
            # Deleted since the inventory was read, and the inventory before it.
            continue
        stock = _stock(single, *amounts)
        if provider in found:
            found[provider][name] = stock
        else:
            found[provider] = {name: stock}
    return found


def used(connection: sa.Connection, contents: Contents) -> Mapping[int, Mapping[str, int]]:
    """By provider and class name, what is used."""
    class_names = names.class_names(connection, {row[1] for row in contents.used})
    found: dict[int, dict[str, int]] = {}
    for provider, number, amount in contents.used:
        name = class_names.get(number, "")
        if provider in found:
            found[provider][name] = amount
        else:
            found[provider] = {name: amount}
    return found


@lru_cache(STOCKS)
def _stock(
    single: bool,
    total: int,
    reserved: int,
    ratio: float,
    min_unit: int,
    max_unit: int,
    step_size: int,
) -> Stock:
    """An inventory in the form that the rules take. Most hosts of a cloud have one of few.

    `single`: the database calculates with ratios of single precision. MySQL shows 0.7 and means 0.699999988: of 10 it then
    grants 6, while 7 are shown. Upstream compares in SQL and shows what Python makes of 0.7.
    """
    inventory = Inventory("", total, reserved, min_unit, max_unit, step_size, float(ratio))
    as_single = struct.unpack("f", struct.pack("f", ratio))[0] if single else None
    return capacity.stock(inventory, as_single)


def held_traits(connection: sa.Connection, contents: Contents) -> Mapping[int, list[str]]:
    """By provider, the names."""
    ids = {trait for _, trait in contents.traits if type(trait) is int}
    trait_names = names.trait_names(connection, ids)
    found: dict[int, list[str]] = {}
    for provider, trait in contents.traits:
        name = trait if type(trait) is str else trait_names.get(trait)
        if name is not None:
            found.setdefault(provider, []).append(name)
    return found


def parts(
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
                stock.total,
                stock.reserved,
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
def _parts(by_range: bool) -> list[sa.Select[Any]]:
    """What hangs on the providers of a range or of a list."""

    def chosen(column: sa.Column[int]) -> sa.ColumnElement[bool]:
        if by_range:
            return column.between(bindparam("first"), bindparam("last"))
        return column.in_(bindparam("ids", expanding=True))

    return parts(chosen)


@cache
def _together(by_range: bool, memberships: bool) -> sa.Select[Any]:
    """The parts in one statement, with the memberships or without."""
    wanted = _parts(by_range)[: None if memberships else -1]
    return sa.select(*(part.scalar_subquery() for part in wanted))
