# SPDX-License-Identifier: Apache-2.0
"""Tells trees apart as far as a request can: under trees that are alike there is a candidate for the same changes of it."""

from collections import Counter
from collections.abc import Collection, Hashable

from placedock.candidates import rules
from placedock.candidates.offers import Anchor
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import SHARES, TreeProvider


class Likeness:
    """Numbers the trees for one request and all that ask for less: trees with the same number are alike.

    Of each provider it looks at what the request names. More than all groups together ask for is not told from just as much.
    `named` are the roots of the trees that the request names.
    """

    def __init__(self, request: CandidatesRequest, named: Collection[int | None]) -> None:
        self._named = named
        self._most: Counter[str] = Counter()
        traits = {SHARES, *request.root_required, *request.root_forbidden}
        aggregates: set[str] = set()
        for group in request.groups:
            self._most.update(group.resources)
            traits.update(group.forbidden, *group.required)
            aggregates.update(group.forbidden_aggregates, *group.member_of)
        self._traits = frozenset(traits)
        self._aggregates = frozenset[Hashable](aggregates)
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[int, int] = {}

    def number(self, anchor: Anchor) -> int:
        root = anchor.tree[0].id
        if root not in self._known:
            looks = self._looks(anchor)
            self._known[root] = self._numbers.setdefault(looks, len(self._numbers))
        return self._known[root]

    def _looks(self, anchor: Anchor) -> Hashable:
        place: dict[int | None, int] = {
            provider.id: number for number, provider in enumerate(anchor.tree)
        }
        root = anchor.tree[0].id
        return (
            root if root in self._named else None,
            tuple(provider.id for provider in anchor.sharing_providers),
            tuple((place.get(one.parent), self._provider(one)) for one in anchor.tree),
        )

    def _provider(self, provider: TreeProvider) -> Hashable:
        kind = provider.kind
        stocks = []
        for name, most in self._most.items():
            stock = kind.inventories.get(name)
            if stock is not None:
                left = min(rules.left(provider, name), most)
                stocks.append((name, left, stock.min_unit, stock.step_size))
        return (
            tuple(stocks),
            kind.traits & self._traits,
            self._aggregates.intersection(provider.aggregates),
        )
