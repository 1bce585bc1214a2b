# SPDX-License-Identifier: Apache-2.0
"""Inventories and traits of providers, and the amounts that are used of them.

Each function reads many providers in one statement, which packs each table's rows into one text (`packed`).
"""

import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import bindparam, func
from sqlalchemy.ext.compiler import compiles

from placedock.model import capacity
from placedock.model.capacity import Stock
from placedock.model.forest import Kind, WrittenTraits
from placedock.model.inventory import Inventory
from placedock.model.resource_class import FIRST_CUSTOM_ID
from placedock.store import names, packed
from placedock.store.engine import SNAPSHOTS
from placedock.store.snapshots import Contents, Kept, Snapshots
from placedock.store.tables import (
    allocations,
    inventories,
    resource_classes,
    resource_provider_traits,
    resource_providers,
)

STOCKS = 10_000
"""The number of different inventories that are kept ready. To take one costs a quarter of a microsecond, to make it two."""

SPARSE = 4
"""Contents are read by a range of ids when at least one of so many ids in it is wanted. Otherwise the ids are listed."""

SPARSE_SUMS = 1.5
"""`SPARSE` for sums. A provider has dozens of allocations, and those of a provider that is not wanted are added up in vain."""

Classes = Sequence[tuple[int, str]]
"""The id and the name of each custom resource class."""


class Mark(sa.sql.functions.FunctionElement[int]):
    """A number that tells apart providers that had the same id, one after the other: the CRC-32 of the uuid.

    On SQLite, where nothing is kept, it is 0.
    """

    name = "mark"
    type = sa.Integer()
    inherit_cache = True


@compiles(Mark)
def _mark_by_mysql(element: Mark, compiler: Any, **how: Any) -> str:
    return f"CRC32({compiler.process(element.clauses, **how)})"


@compiles(Mark, "sqlite")
def _mark_by_sqlite(element: Mark, compiler: Any, **how: Any) -> str:
    return "0"


def snapshots(connection: sa.Connection) -> Snapshots:
    """The snapshots that the process keeps of the connection's database."""
    kept: Snapshots = connection.get_execution_options()[SNAPSHOTS]
    return kept


def known(
    connection: sa.Connection, rows: Collection[Sequence[Any]], classes: Classes
) -> Mapping[int, Kept]:
    """The inventories and traits of the providers, by id, kept or read. A provider that is gone by now is missing.

    Each row begins with the provider's id, generation and mark; `classes` are as they were then.
    """
    found, missing = snapshots(connection).known(rows, classes)
    if missing:
        found |= _read(connection, missing)
    return found


def used(connection: sa.Connection, providers: Collection[int]) -> list[list[Any]]:
    """The rows of `use_parts` for these providers, and maybe for others."""
    return _asked(connection, use_parts, providers, SPARSE_SUMS)


def use_parts(chosen: "Choose") -> list[sa.Select[Any]]:
    """Packs (provider, class, sum of the amounts that are used); then `Classes`."""
    use = allocations.c
    sums = (
        sa.select(use.resource_provider_id, use.resource_class_id, func.sum(use.used).label("used"))
        .where(chosen(use.resource_provider_id))
        .group_by(use.resource_provider_id, use.resource_class_id)
        .subquery()
    )
    return [sa.select(packed.Packed(*sums.c)), custom_classes()]


def names_of(classes: Classes) -> Mapping[int, str]:
    """The names of all resource classes, by id: the standard ones and these."""
    return {**names.STANDARD_CLASSES, **dict(classes)}


def custom_classes() -> sa.Select[Any]:
    """The ids and names of all custom resource classes, packed."""
    each = resource_classes.c
    return sa.select(packed.Packed(each.id, packed.quoted(each.name))).where(
        each.id >= FIRST_CUSTOM_ID
    )


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


def _read(connection: sa.Connection, providers: Collection[int]) -> dict[int, Kept]:
    """Read inventories and traits with the generation that they have, and keep them."""
    rows, stock_rows, set_rows, classes = _asked(connection, _content_parts, providers, SPARSE)
    stocks: dict[int, list[tuple[Any, ...]]] = {}
    for provider, *stock in stock_rows:
        stocks.setdefault(provider, []).append(tuple(stock))
    held = _sets(set_rows)
    if held is None:
        held = _sets_of_pairs(connection, providers)
    class_names = names_of(classes)
    trait_names = names.trait_names(connection, set().union(*set(held.values())))
    single = connection.dialect.name != "sqlite"
    kept = snapshots(connection)

    def made(contents: Contents) -> Kind:
        stocks, traits = contents
        return Kind(
            {
                class_names[number]: _stock(single, *amounts)
                for number, *amounts in stocks
                if number in class_names
            },
            _written(tuple([trait_names[trait] for trait in traits if trait in trait_names])),
        )

    read = {}
    kinds: dict[Contents, Kind] = {}
    for number, generation, mark, uuid in rows:
        contents = tuple(sorted(stocks.get(number, ()))), held.get(number, ())
        kind = kinds.get(contents)
        if kind is None:
            kind = kinds[contents] = kept.kind(contents, partial(made, contents))
        read[number] = Kept(generation, mark, uuid, kind)
    kept.keep(read, classes)
    return read


def _sets(rows: Collection[tuple[int, str]]) -> dict[int, tuple[int, ...]] | None:
    """The ids of the traits by provider, in order, or None when a text was cut.

    Most providers of a cloud have one of few sets of traits. So the database makes a text of each provider's set, and equal
    texts are read once: 10,000 providers with 68 traits each took half of the time to read that as many pairs took.
    """
    sets = {}
    for text in {text for _, text in rows}:
        ids = packed.numbers(text)
        if ids is None:
            return None
        sets[text] = tuple(sorted(ids))
    return {provider: sets[text] for provider, text in rows}


def _sets_of_pairs(
    connection: sa.Connection, providers: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """The same, read in rows of a provider and a trait. A cut never passes unseen there (`packed`)."""
    (pairs,) = _asked(connection, _pair_parts, providers, SPARSE)
    held: dict[int, list[int]] = {}
    for provider, trait in pairs:
        held.setdefault(provider, []).append(trait)
    return {provider: tuple(sorted(ids)) for provider, ids in held.items()}


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


@lru_cache(1_000)
def _written(traits: tuple[str, ...]) -> WrittenTraits:
    """Most providers of a cloud have one of few sets of traits, so each set is kept once, and written as JSON once."""
    return WrittenTraits(traits, orjson.dumps(traits))


Choose = Callable[[sa.Column[int]], sa.ColumnElement[bool]]
Parts = Callable[[Choose], list[sa.Select[Any]]]
"""Makes statements that pack rows of the providers whose ids meet a condition."""


def _asked(
    connection: sa.Connection, parts: Parts, providers: Collection[int], sparse: float
) -> list[list[Any]]:
    """The rows of all parts, read in one statement; a scan of a range of an index costs a tenth of as many look-ups."""
    ids = list(providers)
    first, last = min(ids), max(ids)
    values: dict[str, Any] = {"ids": ids}
    if by_range := last - first < sparse * len(ids):
        values = {"first": first, "last": last}
    statements = _statements(parts, by_range)
    texts = connection.execute(_together(parts, by_range), values).one()
    return unpacked(connection, texts, statements, values)


def _content_parts(chosen: Choose) -> list[sa.Select[Any]]:
    provider, stock, having = resource_providers.c, inventories.c, resource_provider_traits.c
    providers = packed.Packed(
        provider.id, provider.generation, Mark(provider.uuid), packed.quoted(provider.uuid)
    )
    stocks = packed.Packed(
        stock.resource_provider_id,
        stock.resource_class_id,
        stock.total,
        stock.reserved,
        stock.allocation_ratio,
        stock.min_unit,
        stock.max_unit,
        stock.step_size,
    )
    sets = (
        sa.select(having.resource_provider_id, packed.Numbers(having.trait_id).label("traits"))
        .where(chosen(having.resource_provider_id))
        .group_by(having.resource_provider_id)
        .subquery()
    )
    return [
        sa.select(providers).where(chosen(provider.id)),
        sa.select(stocks).where(chosen(stock.resource_provider_id)),
        sa.select(packed.Packed(sets.c.resource_provider_id, packed.quoted(sets.c.traits))),
        custom_classes(),
    ]


def _pair_parts(chosen: Choose) -> list[sa.Select[Any]]:
    having = resource_provider_traits.c
    pairs = packed.Packed(having.resource_provider_id, having.trait_id)
    return [sa.select(pairs).where(chosen(having.resource_provider_id))]


@cache
def _statements(parts: Parts, by_range: bool) -> list[sa.Select[Any]]:
    """The parts for the providers of a range or of a list."""

    def chosen(column: sa.Column[int]) -> sa.ColumnElement[bool]:
        if by_range:
            return column.between(bindparam("first"), bindparam("last"))
        # Numbers in the text of the statement cost the driver half of what as many parameters do.
        return column.in_(bindparam("ids", expanding=True, literal_execute=True))

    return parts(chosen)


@cache
def _together(parts: Parts, by_range: bool) -> sa.Select[Any]:
    return sa.select(*(part.scalar_subquery() for part in _statements(parts, by_range)))
