# SPDX-License-Identifier: Apache-2.0
"""The providers that could fill each slot under each anchor, leaving aside what the other slots take.

An anchor is the tree that a candidate hangs on. Its own providers serve, and those sharing providers of other trees that
have an aggregate in common with any provider of the tree.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from placedock.candidates import rules
from placedock.candidates.plan import Plan, Slot
from placedock.candidates.reporter import Detail, Reporter
from placedock.model.candidates import Group
from placedock.model.capacity import most_used
from placedock.model.forest import Forest, Kind, Tree, TreeProvider
from placedock.model.refusal import Reason, Refusal


class Anchor(NamedTuple):
    """A tree, and the sharing providers of other trees that share with it."""

    tree: Tree
    sharing_providers: Sequence[TreeProvider]


Offer = list[TreeProvider]
"""The providers that could fill the slots of one shape."""

Fit = tuple[int, tuple[tuple[str, int], ...]]
"""A shape, and of each class that it asks for how much may be used already."""


def anchors(forest: Forest) -> list[Anchor]:
    """Every tree of the forest with the providers that share with it."""
    sharing_providers = forest.sharing_providers
    if not sharing_providers:
        return [Anchor(tree, ()) for tree in forest.trees.values()]
    found = []
    for root, tree in forest.trees.items():
        aggregates = {aggregate for provider in tree for aggregate in provider.aggregates}
        reaching = [
            sharing_provider
            for sharing_provider in sharing_providers
            if sharing_provider.root != root
            and not aggregates.isdisjoint(sharing_provider.aggregates)
        ]
        found.append(Anchor(tree, reaching))
    return found


def named_trees(forest: Forest, groups: Iterable[Group]) -> dict[str, int | None]:
    """The root that `in_tree` means, by group suffix; None where the forest does not hold that tree."""
    wanted = {group.suffix: group.in_tree for group in groups if group.in_tree is not None}
    if not wanted:
        return {}
    roots = {provider.uuid.lower(): provider.root for provider in forest.providers()}
    return {suffix: roots.get(uuid.lower()) for suffix, uuid in wanted.items()}


class Offers:
    """Finds the offers of one search. What it finds out about a kind of providers it keeps for all that are of the kind."""

    def __init__(self, plan: Plan, reporter: Reporter) -> None:
        self._plan = plan
        self._request = plan.request
        self._reporter = reporter
        self._fits: dict[Kind, tuple[Fit, ...]] = {}
        self._roots: dict[Kind, Refusal | None] = {}
        self._tells = reporter.detail >= Detail.EXAMPLES
        # For each shape, whether it also asks for a place: a tree, or aggregates.
        self._placed = [
            bool(group.in_tree or group.member_of or group.forbidden_aggregates)
            for group in (shape.group for shape in plan.shapes)
        ]

    @property
    def placed(self) -> bool:
        """Whether the request asks where some provider stands."""
        return any(self._placed)

    def of(self, anchor: Anchor, named: Mapping[str, int | None]) -> list[Offer] | None:
        """The offers by shape, or None when no candidate can hang on the anchor. `named` is what `in_tree` means."""
        root = anchor.tree[0]
        if (refusal := self._unfit(root)) is not None:
            if self._reporter.detail:
                self._reporter.dropped(root, refusal)
            return None
        offers = self.all(anchor, named)
        if self._tells:
            self._tell(anchor, offers, named)
        if all(offers):
            return offers
        if self._reporter.detail:
            bare = {slot.group.suffix: None for slot in self._plan.slots if not offers[slot.shape]}
            for suffix in bare:
                self._reporter.dropped(root, Refusal(Reason.NOBODY, suffix))
        return None

    def all(self, anchor: Anchor, named: Mapping[str, int | None]) -> list[Offer]:
        """The offers by shape, also where some are empty."""
        root = anchor.tree[0]
        offers: list[Offer] = [[] for _ in self._plan.shapes]
        placed, shapes = self._placed, self._plan.shapes
        known = self._fits.get
        for providers in anchor:
            for provider in providers:
                fits = known(provider.kind)
                if fits is None:
                    fits = self._fits[provider.kind] = self._fit(provider.kind)
                if not fits:
                    continue
                used = provider.used
                misplaced: dict[str, bool] = {}
                for shape, most in fits:
                    for name, amount in most:
                        if used and used.get(name, 0) > amount:
                            break
                    else:
                        if placed[shape]:
                            group = shapes[shape].group
                            out = misplaced.get(group.suffix)
                            if out is None:
                                there = named.get(group.suffix)
                                refusal = rules.misplaced(provider, group, root, there)
                                out = misplaced[group.suffix] = refusal is not None
                            if out:
                                continue
                        offers[shape].append(provider)
        return offers

    def _unfit(self, root: TreeProvider) -> Refusal | None:
        try:
            return self._roots[root.kind]
        except KeyError:
            refusal = rules.unfit_root(root.kind.traits, self._request)
            return self._roots.setdefault(root.kind, refusal)

    def _fit(self, kind: Kind) -> tuple[Fit, ...]:
        """The shapes that a provider of the kind can fill as long as no more is used than said."""
        found: list[Fit] = []
        for slot in self._plan.shapes:
            most = [
                (name, most_used(stock, amount))
                for name, amount in slot.needs
                if (stock := kind.inventories.get(name)) is not None
            ]
            if (
                len(most) == len(slot.needs)
                and all(amount >= 0 for _, amount in most)
                and rules.misfit(kind, slot.group) is None
            ):
                found.append((slot.shape, tuple(most)))
        return tuple(found)

    def _tell(
        self, anchor: Anchor, offers: Sequence[Offer], named: Mapping[str, int | None]
    ) -> None:
        """Tell of each provider that does not offer itself for a slot, and why."""
        root = anchor.tree[0]
        for slot in self._plan.slots:
            offering = {provider.id for provider in offers[slot.shape]}
            there = named.get(slot.group.suffix)
            for providers in anchor:
                for provider in providers:
                    if provider.id not in offering:
                        refusal = _refusal(provider, slot, root, there)
                        assert refusal is not None, "what does not offer itself has a reason"
                        self._reporter.refused(provider, refusal, root)


def _refusal(
    provider: TreeProvider, slot: Slot, root: TreeProvider, named: int | None
) -> Refusal | None:
    """Why the provider cannot fill the slot under the root: the first of all the rules."""
    for name, amount in slot.needs:
        if lacking := rules.lacks(provider, name, amount, slot.group.suffix):
            return lacking
    return rules.misfit(provider.kind, slot.group) or rules.misplaced(
        provider, slot.group, root, named
    )
