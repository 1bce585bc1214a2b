# SPDX-License-Identifier: Apache-2.0
"""Provider trees for the search for allocation candidates, which reads them in two steps.

1. `look`, `between` and `below` read which trees there are: one row for each provider, and its memberships in the aggregates
   that matter. The inventories and traits of most providers are kept already, and the rows show whether they still hold
   (`snapshots`). Those of the others are read.
2. `fill` reads the amounts that are used: for those trees only that could serve if nothing were used. The sums of
   allocations are most of what a search costs the database.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import bindparam, func

from placedock.model.forest import SHARES, Tree, TreeProvider
from placedock.store import contents, memberships, names, packed, positions, prefilter
from placedock.store.contents import Mark
from placedock.store.memberships import MEMBER, Aggregates, Choices, Wanted
from placedock.store.prefilter import Needs
from placedock.store.tables import (
    resource_provider_traits,
    resource_providers,
)

Trees = dict[int, Tree]
"""Trees by the ids of their roots."""

SHAPES = 100
"""So many statements of each kind are kept, one for each number of choices."""


class Look(NamedTuple):
    """The `trees` that were asked for, and of the whole cloud: between which ids all providers are, and the roots of the
    trees in which some provider shares. When there are no providers, the last id is below the first.
    """

    trees: Trees
    first: int
    last: int
    sharing: list[int]


positions.require(TreeProvider, "id", "uuid", "parent", "root", "kind", "used", "aggregates")

NOTHING = Look({}, 1, 0, [])
"""A look at a cloud without providers."""


def look(
    connection: sa.Connection,
    span: int,
    uuids: Collection[str],
    aggregates: Aggregates,
    filled: bool,
    choices: Choices = (),
    needs: Needs = prefilter.NONE,
) -> Look:
    """The trees of the providers with these uuids; without any, those whose roots are among the first `span` ids.

    With `filled`, the same statement fills them: that costs less than a second statement as long as they are few. With
    `choices`, trees that have no provider in any aggregate of a choice are left out. When one of the
    `needs` is nowhere in the cloud, it looks as if it had no providers.
    """
    values: dict[str, Any] = {"trait": names.trait_ids(connection, [SHARES]).get(SHARES)}
    values |= {"uuids": list(uuids)} if uuids else {"span": span}
    values |= memberships.values(aggregates, choices) | prefilter.needs_values(needs)
    shape = bool(uuids), bool(aggregates), filled, len(choices)
    found = connection.execute(_look(*shape, *map(len, needs)), values).first()
    if found is None:
        return NOTHING
    first, last, *texts = found
    sharing, *rows = contents.unpacked(connection, texts, _look_parts(*shape), values)
    sums = rows.pop(0) if filled else []
    trees = _trees(connection, rows, aggregates)
    _fill(trees.values(), sums, rows[1])
    return Look(trees, first or 1, last or 0, [root for (root,) in sharing])


def between(
    connection: sa.Connection,
    first: int,
    last: int,
    aggregates: Aggregates,
    choices: Choices = (),
) -> Trees:
    """The trees whose roots' ids are in the range, not filled; `choices` as with `look`."""
    return _asked(connection, True, aggregates, {"first": first, "last": last}, choices)


def below(connection: sa.Connection, roots: Collection[int], aggregates: Aggregates) -> Trees:
    """The trees below these roots, not filled."""
    return _asked(connection, False, aggregates, {"ids": list(roots)}) if roots else {}


def join(
    connection: sa.Connection, trees: Collection[Tree], aggregates: Aggregates, others: bool = False
) -> None:
    """Add memberships in these aggregates to the trees, and with `others` those in all other aggregates."""
    providers = {provider.id: provider for tree in trees for provider in tree}
    if not providers or not (aggregates or others):
        return
    values = {"ids": list(providers)} | memberships.values({} if others else aggregates)
    statement = memberships.members(MEMBER.resource_provider_id.in_(_IDS), some=not others)
    rows = packed.rows(connection, connection.scalar(statement, values), statement, values)
    _add_members(providers, rows, aggregates)


def fill(connection: sa.Connection, trees: Collection[Tree]) -> None:
    """Put the amounts that are used into the trees."""
    ids = [provider.id for tree in trees for provider in tree if provider.kind.inventories]
    if ids:
        _fill(trees, *contents.used(connection, ids))


def _fill(trees: Iterable[Tree], sums: Iterable[Sequence[Any]], classes: contents.Classes) -> None:
    class_names = contents.names_of(classes)
    used = {provider.id: provider.used for tree in trees for provider in tree}
    of_provider = cast(dict[int, dict[str, int]], used).get
    for number, resource_class, amount in sums:
        there = of_provider(number)
        if there is not None:
            there[class_names.get(resource_class, "")] = amount


def _add_members(
    providers: Mapping[int, TreeProvider], rows: Iterable[Sequence[Any]], aggregates: Aggregates
) -> None:
    for number, aggregate in rows:
        if number in providers:
            held = cast(list[Hashable], providers[number].aggregates)
            held.append(aggregates.get(aggregate, aggregate))


def _asked(
    connection: sa.Connection,
    by_range: bool,
    aggregates: Aggregates,
    values: dict[str, Any],
    choices: Choices = (),
) -> Trees:
    values |= memberships.values(aggregates, choices)
    shape = by_range, bool(aggregates), len(choices)
    texts = connection.execute(_together(*shape), values).one()
    parts = _parts(*shape)
    return _trees(connection, contents.unpacked(connection, texts, parts, values), aggregates)


def _trees(
    connection: sa.Connection, read: Sequence[Sequence[Any]], aggregates: Aggregates
) -> Trees:
    """The trees of the rows of `_outline`, with what the providers have, and nothing used."""
    rows, classes, *members = read
    known = contents.known(connection, rows, classes).get
    trees: dict[int, list[TreeProvider]] = {}
    for number, _, _, parent, root in rows:
        kept = known(number)
        if kept is None:
            # Deleted since the rows were read, and its children before it.
            continue
        # TreeProvider(…) is a function of Python that does the same in three times as long. `positions` checks the order.
        provider = tuple.__new__(TreeProvider, (number, kept[2], parent, root, kept[3], {}, []))
        tree = trees.get(root)
        if tree is None:
            trees[root] = [provider]
        elif parent is None:
            tree.insert(0, provider)
        else:
            tree.append(provider)
    if members:
        providers = {provider.id: provider for tree in trees.values() for provider in tree}
        for rows in members:
            _add_members(providers, rows, aggregates)
    return {root: tree for root, tree in trees.items() if tree[0].parent is None}


_ID = resource_providers.c.id
_ROOT = resource_providers.c.root_provider_id

_IDS: sa.BindParameter[Any] = bindparam("ids", expanding=True)


def _outline(providers: Any, joined: bool) -> list[sa.Select[Any]]:
    """Packs the providers; then `contents.Classes`; then, if `joined`, their memberships. `providers` are a common table."""
    each = providers.c
    outline = packed.Packed(
        each.id,
        each.generation,
        Mark(each.uuid),
        packed.or_null(each.parent_provider_id),
        each.root_provider_id,
    )
    parts = [sa.select(outline), contents.custom_classes()]
    if joined:
        chosen = MEMBER.resource_provider_id.in_(sa.select(each.id))
        parts.append(memberships.members(chosen, some=True))
    return parts


def _trees_of(wanted: Wanted, choices: int) -> sa.CTE:
    """The providers of the trees that are wanted, if their tree has one in some aggregate of each choice."""
    statement = sa.select(*resource_providers.c)
    if choices:
        roots = memberships.roots(wanted, choices)
        statement = statement.join(roots, roots.c.root_provider_id == _ROOT)
    else:
        statement = statement.where(wanted(_ROOT))
    return statement.cte("chosen")


@lru_cache(SHAPES)
def _parts(by_range: bool, joined: bool, choices: int) -> list[sa.Select[Any]]:
    """The outline of the trees whose roots are in a range, or are listed."""

    def wanted(root: sa.Column[int]) -> sa.ColumnElement[bool]:
        if by_range:
            return root.between(bindparam("first"), bindparam("last"))
        return root.in_(_IDS)

    return _outline(_trees_of(wanted, choices), joined)


@lru_cache(SHAPES)
def _together(by_range: bool, joined: bool, choices: int) -> sa.Select[Any]:
    return sa.select(*(part.scalar_subquery() for part in _parts(by_range, joined, choices)))


@lru_cache(SHAPES)
def _look(
    named: bool, joined: bool, filled: bool, choices: int, amounts: int, traits: int
) -> sa.Select[Any]:
    """The extent of the cloud, and the parts, in one statement: one row, or none when one of the needs is nowhere."""
    extent = sa.select(func.min(_ID)), sa.select(func.max(_ID))
    parts = _look_parts(named, joined, filled, choices)
    found = sa.select(*(part.scalar_subquery() for part in (*extent, *parts)))
    return found.where(*prefilter.needs_met(amounts, traits))


@lru_cache(SHAPES)
def _look_parts(named: bool, joined: bool, filled: bool, choices: int) -> list[sa.Select[Any]]:
    """The roots of trees in which a provider shares; if `filled`, the sums for the trees; and the outline of the trees,
    which hold the providers named or have the first ids.
    """

    def wanted(root: sa.Column[int]) -> sa.ColumnElement[bool]:
        if named:
            member = resource_providers.alias("named").c
            uuids = member.uuid.in_(bindparam("uuids", expanding=True))
            return root.in_(sa.select(member.root_provider_id).where(uuids))
        first = sa.select(func.min(_ID)).scalar_subquery()
        return root.between(first, first + bindparam("span") - 1)

    providers = _trees_of(wanted, choices)
    ids = sa.select(providers.c.id)
    sharing = (
        sa.select(_ROOT)
        .distinct()
        .join(resource_provider_traits, resource_provider_traits.c.resource_provider_id == _ID)
        .where(resource_provider_traits.c.trait_id == bindparam("trait"))
        .subquery()
    )
    sums = contents.use_parts(lambda column: column.in_(ids))[:1] if filled else []
    return [sa.select(packed.Packed(*sharing.c)), *sums, *_outline(providers, joined)]
