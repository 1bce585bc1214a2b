# SPDX-License-Identifier: Apache-2.0
"""Snapshots of provider trees for the search for allocation candidates.

Trees are read whole. The first few, or the ones that are named, come in one statement with what must be known of the whole
cloud: most requests with a limit need no more, and pay for one round trip. Of those that follow, many at a time, two
statements bring the providers, and all that hangs on them (`contents`). Each brings a table's rows packed into one text, and
finds them by ranges of ids wherever the ids lie close together: a scan of an index costs a tenth of as many look-ups, and
what it brings too much is passed over.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import bindparam, func

from placedock.model.forest import SHARES, Kind, Tree, TreeProvider
from placedock.store import contents, names, packed
from placedock.store.contents import Contents
from placedock.store.tables import (
    placement_aggregates,
    resource_provider_traits,
    resource_providers,
)

NOTHING: Mapping[str, Any] = {}

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
    statements = _look_parts(bool(uuids))
    sharing, providers, *rest = contents.unpacked(connection, texts, statements, values)
    trees = _trees(connection, providers, Contents(*rest), aggregates)
    return Look(trees, first or 1, last or 0, [root for (root,) in sharing])


def between(
    connection: sa.Connection, first: int, last: int, aggregates: Aggregates | None
) -> Trees:
    """The trees whose roots' ids are in the range, by root. With `aggregates` None memberships are not read."""
    return _complete(connection, _PROVIDERS_BETWEEN, {"first": first, "last": last}, aggregates)


def below(
    connection: sa.Connection, roots: Collection[int], aggregates: Aggregates | None
) -> Trees:
    """The trees below these roots, by root; `aggregates` as above."""
    if not roots:
        return {}
    return _complete(connection, _PROVIDERS_BELOW, {"ids": list(roots)}, aggregates)


def _complete(
    connection: sa.Connection,
    providers: sa.Select[Any],
    values: Mapping[str, Any],
    aggregates: Aggregates | None,
) -> Trees:
    """The trees of the providers that the statement packs, with what hangs on them."""
    text = connection.scalar(providers, values)
    rows = packed.rows(connection, text, providers, values)
    found = contents.read(connection, [row[0] for row in rows], aggregates is not None)
    return _trees(connection, rows, found, aggregates or {})


def _trees(
    connection: sa.Connection,
    rows: Sequence[Any],
    found: Contents,
    aggregates: Aggregates,
) -> Trees:
    stocks = contents.stocks(connection, found)
    used = contents.used(connection, found)
    traits = contents.held_traits(connection, found)
    memberships: dict[int, list[Hashable]] = {}
    for provider, aggregate in found.aggregates:
        memberships.setdefault(provider, []).append(aggregates.get(aggregate, aggregate))
    trees: dict[int, list[TreeProvider]] = {}
    for number, uuid, parent, root in rows:
        # `_make` compares the number of values, as TreeProvider(…) does, and takes two thirds of its time.
        provider = TreeProvider._make(
            (
                number,
                uuid,
                parent,
                root,
                Kind(stocks.get(number, NOTHING), traits.get(number, ())),
                used.get(number, NOTHING),
                memberships.get(number, ()),
            )
        )
        if root not in trees:
            trees[root] = [provider]
        elif parent is None:
            trees[root].insert(0, provider)
        else:
            trees[root].append(provider)
    return cast(Trees, trees)


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


@cache
def _look(named: bool) -> sa.Select[Any]:
    """The extent of the cloud, and the parts, in one statement."""
    extent = sa.select(func.min(_ID)), sa.select(func.max(_ID))
    return sa.select(*(part.scalar_subquery() for part in (*extent, *_look_parts(named))))


@cache
def _look_parts(named: bool) -> list[sa.Select[Any]]:
    """The roots of trees in which a provider shares; and some trees, which hold the providers named or have the first ids."""
    if named:
        member = resource_providers.alias("named").c
        uuids = member.uuid.in_(bindparam("uuids", expanding=True))
        wanted = _ROOT.in_(sa.select(member.root_provider_id).where(uuids))
    else:
        first = sa.select(func.min(_ID)).scalar_subquery()
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
    return [
        sa.select(packed.Packed(*sharing.c)),
        sa.select(_packed(providers.c)),
        *contents.parts(lambda column: column.in_(ids), few=True),
    ]
