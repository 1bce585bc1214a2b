# SPDX-License-Identifier: Apache-2.0
"""Odd rows in the tables: each function asks one question about the whole cloud, and judges nothing.

They only read, each by one statement, or by one for each 500 providers that it is asked about. None compares in the database
what MySQL and SQLite compare differently (case).
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, distinct, func, select

from placedock.model.forest import SHARES
from placedock.store.tables import (
    allocations,
    consumers,
    inventories,
    projects,
    resource_classes,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
    traits,
)

AT_ONCE = 500
"""A statement lists so many providers at most."""

_P, _A, _I, _C = resource_providers.c, allocations.c, inventories.c, consumers.c


class Held(NamedTuple):
    """An amount that a consumer holds; the project is None where the consumer has no record."""

    consumer: str
    project: str | None
    provider: str
    provider_name: str
    resource_class: str
    used: int


class Stocked(NamedTuple):
    """A provider's inventory of a class, and the amount that consumers hold; `total` is None where it has no such inventory."""

    provider: str
    name: str
    resource_class: str
    total: int | None
    reserved: int
    allocation_ratio: float
    used: int


class Stray(NamedTuple):
    """A provider whose root is not known or not there, and its parent if that exists."""

    id: int
    provider: str
    name: str
    root_id: int | None
    parent_root_id: int | None


class Node(NamedTuple):
    """A root provider, and how many allocations there are on it."""

    provider: str
    name: str
    allocations: int


class Sharing(NamedTuple):
    """A sharing provider, with the names of its other traits."""

    provider: str
    name: str
    other_traits: Sequence[str]


class Spread(NamedTuple):
    """A consumer's share on one root; `newest` is the id of the newest of its allocations there."""

    consumer: str
    root: str
    root_name: str
    providers: Sequence[str]
    newest: int


_HELD = select(
    _A.consumer_id, projects.c.external_id, _P.uuid, _P.name, resource_classes.c.name, _A.used
).select_from(
    allocations.join(resource_providers, _P.id == _A.resource_provider_id)
    .join(resource_classes, resource_classes.c.id == _A.resource_class_id)
    .outerjoin(consumers, _C.uuid == _A.consumer_id)
    .outerjoin(projects, projects.c.id == _C.project_id)
)


def held(connection: Connection) -> list[Held]:
    """All allocations, by consumer."""
    rows = connection.execute(_HELD.order_by(_A.consumer_id, _A.id))
    return [Held._make(row) for row in rows]


def held_of(connection: Connection, providers: Collection[str]) -> Iterator[Held]:
    """The allocations on these providers, those of one provider and class from the newest to the oldest."""
    wanted = sorted(providers)
    for start in range(0, len(wanted), AT_ONCE):
        of_some = _P.uuid.in_(wanted[start : start + AT_ONCE])
        for row in connection.execute(_HELD.where(of_some).order_by(_A.id.desc())):
            yield Held._make(row)


def stocked(connection: Connection) -> list[Stocked]:
    """The inventories of which something is held or reserved, and what is held without any inventory."""
    used = (
        select(_A.resource_provider_id, _A.resource_class_id, func.sum(_A.used).label("used"))
        .group_by(_A.resource_provider_id, _A.resource_class_id)
        .subquery()
    )
    both = sa.and_(
        _I.resource_provider_id == used.c.resource_provider_id,
        _I.resource_class_id == used.c.resource_class_id,
    )
    amounts = (_I.total, _I.reserved, _I.allocation_ratio)
    with_inventory = select(
        _P.uuid, _P.name, resource_classes.c.name, *amounts, func.coalesce(used.c.used, 0)
    ).select_from(
        inventories.join(resource_providers, _P.id == _I.resource_provider_id)
        .join(resource_classes, resource_classes.c.id == _I.resource_class_id)
        .outerjoin(used, both)
    )
    without = select(
        _P.uuid,
        _P.name,
        resource_classes.c.name,
        sa.null(),
        sa.literal(0),
        sa.literal(1.0),
        used.c.used,
    ).select_from(
        used.join(resource_providers, _P.id == used.c.resource_provider_id)
        .join(resource_classes, resource_classes.c.id == used.c.resource_class_id)
        .outerjoin(inventories, both)
    )
    questions = (
        with_inventory.where(sa.or_(used.c.used > 0, _I.reserved > 0)),
        without.where(_I.id.is_(None)),
    )
    rows = [row for question in questions for row in connection.execute(question)]
    return sorted(
        Stocked(provider, name, kind, total, reserved, ratio, int(taken))
        for provider, name, kind, total, reserved, ratio, taken in rows
    )


def strays(connection: Connection) -> list[Stray]:
    """The providers without a root, or with one that is not there."""
    root, parent = resource_providers.alias("root"), resource_providers.alias("parent")
    rows = connection.execute(
        select(_P.id, _P.uuid, _P.name, _P.root_provider_id, parent.c.root_provider_id)
        .select_from(
            resource_providers.outerjoin(root, root.c.id == _P.root_provider_id).outerjoin(
                parent, parent.c.id == _P.parent_provider_id
            )
        )
        .where(root.c.id.is_(None))
        .order_by(_P.id)
    )
    return [Stray._make(row) for row in rows]


def roots(connection: Connection) -> list[Node]:
    """All root providers."""
    held_of_it = select(func.count()).where(_A.resource_provider_id == _P.id).scalar_subquery()
    rows = connection.execute(
        select(_P.uuid, _P.name, held_of_it)
        .where(_P.parent_provider_id.is_(None), _P.name.is_not(None))
        .order_by(_P.name)
    )
    return [Node._make(row) for row in rows]


def largest_holders(connection: Connection, most: int) -> list[tuple[str, str, str | None, int]]:
    """For each class the consumers that hold most of it: class, consumer, project, amount."""
    used = func.sum(_A.used)
    summed = (
        select(
            _A.resource_class_id,
            _A.consumer_id,
            used.label("used"),
            func.row_number()
            .over(partition_by=_A.resource_class_id, order_by=[used.desc(), _A.consumer_id])
            .label("place"),
        )
        .group_by(_A.resource_class_id, _A.consumer_id)
        .subquery()
    )
    rows = connection.execute(
        select(resource_classes.c.name, summed.c.consumer_id, projects.c.external_id, summed.c.used)
        .select_from(
            summed.join(resource_classes, resource_classes.c.id == summed.c.resource_class_id)
            .outerjoin(consumers, _C.uuid == summed.c.consumer_id)
            .outerjoin(projects, projects.c.id == _C.project_id)
        )
        .where(summed.c.place <= most)
        .order_by(resource_classes.c.id, summed.c.place)
    )
    return [(name, consumer, project, int(used)) for name, consumer, project, used in rows]


def lonely_sharing_providers(connection: Connection) -> list[Sharing]:
    """The sharing providers that have no aggregate in common with any provider of another tree."""
    having, member = resource_provider_traits.c, resource_provider_aggregates
    other, others = resource_providers.alias("other"), member.alias("others")
    shared_with_a_tree = (
        sa.exists()
        .where(
            member.c.resource_provider_id == _P.id,
            others.c.aggregate_id == member.c.aggregate_id,
            other.c.id == others.c.resource_provider_id,
            other.c.root_provider_id != _P.root_provider_id,
        )
        .correlate(resource_providers)
    )
    lonely = connection.execute(
        select(_P.id, _P.uuid, _P.name)
        .where(_P.id.in_(_sharing_ids()), ~shared_with_a_tree)
        .order_by(_P.name)
    ).all()
    rows: Sequence[Any] = connection.execute(
        select(having.resource_provider_id, traits.c.name)
        .join(traits, traits.c.id == having.trait_id)
        .where(having.resource_provider_id.in_([one.id for one in lonely]))
        .where(traits.c.name != SHARES)
    ).all()
    return [
        Sharing(one.uuid, one.name, sorted(name for provider, name in rows if provider == one.id))
        for one in lonely
    ]


def _sharing_ids() -> sa.Select[tuple[int]]:
    having = resource_provider_traits.c
    return (
        select(having.resource_provider_id)
        .join(traits, traits.c.id == having.trait_id)
        .where(traits.c.name == SHARES)
    )


def on_several_roots(connection: Connection) -> list[Spread]:
    """The consumers that hold something of providers below several roots; what is shared does not count."""
    root = resource_providers.alias("root")
    of_trees = allocations.join(resource_providers, _P.id == _A.resource_provider_id)
    not_shared = _P.id.not_in(_sharing_ids())
    several = (
        select(_A.consumer_id)
        .select_from(of_trees)
        .where(not_shared)
        .group_by(_A.consumer_id)
        .having(func.count(distinct(_P.root_provider_id)) > 1)
    ).subquery()
    rows = connection.execute(
        select(_A.consumer_id, root.c.uuid, root.c.name, _P.uuid, _A.id)
        .select_from(of_trees.join(root, root.c.id == _P.root_provider_id))
        .join(several, several.c.consumer_id == _A.consumer_id)
        .where(not_shared)
        .order_by(_A.consumer_id, _A.id)
    )
    shares: dict[tuple[str, str, str], dict[str, int]] = {}
    for consumer, uuid, name, provider, number in rows:
        shares.setdefault((consumer, uuid, name), {})[provider] = number
    return [
        Spread(*whose, tuple(providers), max(providers.values()))
        for whose, providers in shares.items()
    ]
