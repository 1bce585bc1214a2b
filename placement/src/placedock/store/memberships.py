# SPDX-License-Identifier: Apache-2.0
"""Memberships in the aggregates that matter to a search, and which trees have them: parts of the statements of `forest`."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from placedock.store import conditions, packed
from placedock.store.tables import (
    placement_aggregates,
    resource_provider_aggregates,
    resource_providers,
)

Aggregates = Mapping[int, Hashable]
"""The aggregates that matter, by id: by what a request names them, or by anything that can be compared."""

Choices = Sequence[Collection[int]]
"""Sets of aggregates, by id, that a request asks for: of each set at least one."""

Wanted = Callable[[sa.Column[int]], sa.ColumnElement[bool]]
"""Makes the condition that the ids of roots meet."""

MEMBER = resource_provider_aggregates.c

_AGGREGATES = sa.select(placement_aggregates.c.id, placement_aggregates.c.uuid).where(
    placement_aggregates.c.uuid.in_(bindparam("uuids", expanding=True))
)


def named(connection: sa.Connection, uuids: Collection[str]) -> Aggregates:
    """The aggregates of these uuids that exist."""
    if not uuids:
        return {}
    rows = connection.execute(_AGGREGATES, {"uuids": list(uuids)})
    # MySQL would take one in another case for the same.
    return {number: uuid for number, uuid in rows if uuid in uuids}


def values(aggregates: Aggregates, choices: Choices = ()) -> dict[str, Any]:
    """The values for `members` and `roots`."""
    chosen = {f"choice_{number}": list(choice) for number, choice in enumerate(choices)}
    return {"aggregates": list(aggregates), **chosen} if aggregates else chosen


def members(chosen: sa.ColumnElement[bool], some: bool) -> sa.Select[Any]:
    """Packs (provider, aggregate) of the chosen providers; `some` reads the aggregates that matter only."""
    found = sa.select(packed.Packed(MEMBER.resource_provider_id, MEMBER.aggregate_id)).where(chosen)
    if some:
        found = found.where(MEMBER.aggregate_id.in_(bindparam("aggregates", expanding=True)))
    return found


def roots(wanted: Wanted, choices: int) -> sa.CTE:
    """The roots that are wanted of trees that have a provider in some aggregate of each of so many choices.

    One pass over the members finds them all. With a subquery for each choice MySQL would begin again for each root.
    """
    provider = resource_providers.alias("member").c
    chosen = [
        MEMBER.aggregate_id.in_(bindparam(f"choice_{number}", expanding=True))
        for number in range(choices)
    ]
    return (
        sa.select(provider.root_provider_id)
        .where(MEMBER.resource_provider_id == provider.id, sa.or_(*chosen))
        .where(wanted(provider.root_provider_id))
        .group_by(provider.root_provider_id)
        .having(conditions.each_in_some_row(chosen))
        .cte("roots")
    )
