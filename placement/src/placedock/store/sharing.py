# SPDX-License-Identifier: Apache-2.0
"""The sharing providers that whole trees have, and those of other trees from which they may borrow."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select

from placedock.model.cloud import Borrowed, Member, Shared
from placedock.model.forest import SHARES
from placedock.store import names
from placedock.store.tables import (
    inventories,
    placement_aggregates,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
    traits,
)

_PROVIDER, _STOCK = resource_providers.c, inventories.c
_MEMBERSHIP, _TRAIT = resource_provider_aggregates.c, resource_provider_traits.c
_ROOT = resource_providers.alias("root").c

_SHARING = (
    select(
        _PROVIDER.id,
        _PROVIDER.uuid,
        _PROVIDER.name,
        _PROVIDER.root_provider_id,
        _ROOT.uuid,
        placement_aggregates.c.uuid,
    )
    .join_from(
        resource_provider_traits,
        resource_providers,
        _PROVIDER.id == _TRAIT.resource_provider_id,
    )
    .join(traits, traits.c.id == _TRAIT.trait_id)
    .join(_ROOT.id.table, _ROOT.id == _PROVIDER.root_provider_id)
    .join(resource_provider_aggregates, _MEMBERSHIP.resource_provider_id == _PROVIDER.id)
    .join(placement_aggregates, placement_aggregates.c.id == _MEMBERSHIP.aggregate_id)
    .where(
        traits.c.name == SHARES,
        placement_aggregates.c.uuid.in_(bindparam("aggregates", expanding=True)),
    )
    .order_by(_PROVIDER.name)
)
_SHARED_CLASSES = select(_STOCK.resource_provider_id, _STOCK.resource_class_id).where(
    _STOCK.resource_provider_id.in_(bindparam("providers", expanding=True))
)
_ROOTS_IN = (
    select(placement_aggregates.c.uuid, _PROVIDER.root_provider_id)
    .distinct()
    .join_from(
        resource_provider_aggregates,
        resource_providers,
        _PROVIDER.id == _MEMBERSHIP.resource_provider_id,
    )
    .join(placement_aggregates, placement_aggregates.c.id == _MEMBERSHIP.aggregate_id)
    .where(placement_aggregates.c.uuid.in_(bindparam("aggregates", expanding=True)))
)


class TreeSharing:
    """The sharing providers in some aggregates, read once for all trees of a page."""

    def __init__(self, connection: Connection, aggregates: Iterable[str]) -> None:
        wanted = sorted(aggregates)
        rows = connection.execute(_SHARING, {"aggregates": wanted}).all() if wanted else []
        self._providers = {row[0]: row[1:5] for row in rows}
        self._aggregates: dict[int, list[str]] = {}
        for row in rows:
            self._aggregates.setdefault(row[0], []).append(row[5])
        self._classes: dict[int, list[str]] = {}
        self._roots: dict[str, set[int]] = {}
        if rows:
            self._read(connection)

    def _read(self, connection: Connection) -> None:
        classes = connection.execute(_SHARED_CLASSES, {"providers": list(self._providers)}).all()
        class_names = names.class_names(connection, {number for _, number in classes})
        for provider, number in classes:
            self._classes.setdefault(provider, []).append(class_names.get(number, ""))
        aggregates = sorted({each for uuids in self._aggregates.values() for each in uuids})
        for aggregate, root in connection.execute(_ROOTS_IN, {"aggregates": aggregates}):
            self._roots.setdefault(aggregate, set()).add(root)

    def borrowed(self, root: int, tree: Mapping[int, Member]) -> list[Borrowed]:
        """The sharing providers of other trees that the tree has an aggregate in common with."""
        own = {aggregate for member in tree.values() for aggregate in member.aggregates}
        return [
            Borrowed(uuid, name, root_uuid, sorted(common), sorted(self._classes.get(number, ())))
            for number, (uuid, name, other, root_uuid) in self._providers.items()
            if other != root and (common := own.intersection(self._aggregates[number]))
        ]

    def shared(self, root: int, tree: Mapping[int, Member]) -> list[Shared]:
        """The tree's own sharing providers."""
        return [
            Shared(uuid, sorted(self._aggregates[number]), len(self._reached(number) - {root}))
            for number, (uuid, *_) in self._providers.items()
            if number in tree
        ]

    def _reached(self, number: int) -> set[int]:
        return set().union(*(self._roots.get(each, set()) for each in self._aggregates[number]))
