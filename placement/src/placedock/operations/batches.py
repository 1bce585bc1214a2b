# SPDX-License-Identifier: Apache-2.0
"""The parts of a cloud that a search looks at, one after the other, as many as it asks for.

The first statement brings some trees, and what must be known of the whole cloud. The next ones look at ranges of ids that
grow with what is missing. In most clouds most trees will do, or few statements see that they do not, because the inventories
and traits of all providers are kept (`store.snapshots`). A cloud that is too large for that is prefiltered in SQL when few of
its trees do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection

from placedock.candidates.prospects import Prospects
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest, Tree
from placedock.model.inventory import MAX_INT
from placedock.operations import prefiltering
from placedock.store import contents, forest, memberships, prefilter
from placedock.store.forest import Trees
from placedock.store.memberships import Aggregates, Choices
from placedock.store.prefilter import Amount, Needs

FIRST_SPAN = 16
"""The first statement looks at trees whose roots are among so many ids at least."""

FILLED_SPAN = 128
"""Up to so many ids, the first statement also reads what is used, which spares a second one. Without a limit on the candidates
it looks at just as many, since it has not been seen yet how large the cloud is."""

MOST_NEEDS = 16
"""The first statement asks of so many amounts, and of so many sets of traits, whether they are anywhere."""

LIMITED_SPAN = 2_000
"""The first statement looks at so many ids at most when the number of candidates has a limit."""

LARGEST_SPAN = 10_000
"""Later statements look at so many ids of roots at most. It bounds the trees of one statement, and not their providers."""

PREFILTERED_SPAN = 1_000
"""The prefilter looks at so many ids at least: that costs no more than to look at a few dozen."""

LARGEST_PART = 1_000
"""The trees of so many roots that the prefilter found are read at once."""

SCAN = 3
"""From this part of a cloud, a third, the prefilter scans the tables, because that costs as much as to prefilter all of it."""

GROWTH = 4
"""As long as nothing is found, each statement looks at so many times the ids of the one before."""

POOR = 10
"""The trees of a statement were poor when they had less than one candidate for so many trees."""


@dataclass
class Batches:
    """Brings the trees for one request. `class_ids` and `trait_ids` are those of the names in it.

    `most` is how many candidates are wanted, None for all; the caller counts in `found` how many there are so far. `trees` are
    all trees that were brought, by root.
    """

    connection: Connection
    request: CandidatesRequest
    class_ids: Mapping[str, int]
    trait_ids: Mapping[str, int]
    most: int | None
    found: int = 0
    trees: dict[int, Tree] = field(default_factory=dict)

    @cached_property
    def _prospects(self) -> Prospects:
        return Prospects(self.request)

    def forests(self) -> Iterator[Forest]:
        """The cloud in parts of whole trees, as many as are asked for.

        Trees that could not serve even if nothing were used are left out.
        """
        amounts = {need for group in self.request.groups for need in group.resources.items()}
        if any(amount > MAX_INT for _, amount in amounts):
            return
        asked = self._aggregates()
        named = {group.in_tree for group in self.request.groups if group.in_tree is not None}
        span = self._first_span()
        filled = bool(named) or span <= FILLED_SPAN
        kept = contents.snapshots(self.connection)
        # A tree that is in none of the aggregates can be served by sharing providers that are.
        choices = () if named or kept.has_sharing else self._choices(asked)
        needs = prefilter.NONE if named else self._needs(amounts)
        look = forest.look(self.connection, span, named, asked, filled, choices, needs)
        if look.last < look.first:
            return
        kept.has_sharing = bool(look.sharing)
        if kept.has_sharing and choices:
            choices = ()
            look = forest.look(self.connection, span, named, asked, filled, choices, needs)
        sharing_trees, aggregates = self._sharing(look, asked)
        trees = look.trees
        if named:
            anchors = self._named(trees, sharing_trees)
            if anchors is not None:
                yield from self._parts(anchors, sharing_trees, filled)
                return
            choices = () if look.sharing else self._choices(asked)
            trees, filled = self._between(look.first, span, aggregates, choices), False
        large = look.last - look.first >= kept.most
        if large and self.most is None and not self._is_left(amounts):
            return
        after, poor = look.first - 1, False
        batches: Iterable[Trees] = [trees]
        while True:
            before, number = self.found, 0
            for trees in batches:
                number += len(trees)
                yield from self._parts(trees, sharing_trees, filled)
                filled = False
            after += span
            rest = look.last - after
            if rest <= 0:
                return
            gain = self.found - before
            if not poor and gain * POOR < number:
                poor = True
                if large and self.most is not None and not self._is_left(amounts):
                    return
            if poor and large:
                span = max(PREFILTERED_SPAN, self._next_span(span, gain, rest))
                scan = span * SCAN >= look.last - look.first
                span = rest if scan else span
                ids = self.class_ids, self.trait_ids
                wanted = prefiltering.wanted(self.request, *ids, aggregates, sharing_trees)
                roots = prefilter.roots(self.connection, wanted, after + 1, after + span, scan)
                batches = self._below(roots, aggregates)
            else:
                span = LARGEST_SPAN if poor else self._next_span(span, gain, LARGEST_SPAN)
                batches = [self._between(after + 1, span, aggregates, choices)]

    def whole(self, deadline: Deadline) -> Forest:
        """All trees, filled, for somebody who wants to know why most of them could not serve."""
        asked = self._aggregates()
        look = forest.look(self.connection, FIRST_SPAN, (), asked, filled=False)
        sharing_trees, aggregates = self._sharing(look, asked)
        trees: Trees = {}
        for first in range(look.first, look.last + 1, LARGEST_SPAN):
            deadline.check()
            part = self._between(first, LARGEST_SPAN, aggregates)
            forest.fill(self.connection, part.values())
            trees |= part
        return Forest(trees, sharing_trees)

    def _first_span(self) -> int:
        if self.most is None:
            return FILLED_SPAN
        # Not all trees will do. More of them than are wanted cost little as long as nobody reads what is used of them.
        span = self.most if self.most <= FILLED_SPAN else min(2 * self.most, LIMITED_SPAN)
        return max(FIRST_SPAN, span)

    def _parts(self, trees: Trees, sharing_trees: Trees, filled: bool) -> Iterator[Forest]:
        """The trees, if they are filled; else those that could serve, and they are filled: all at once, or as many as it
        should take to find what is missing.
        """
        if filled:
            yield Forest(self._read(trees), sharing_trees)
            return
        part: Trees = {}
        promised = 0
        for tree, promise in self._prospects.of(Forest(trees, sharing_trees)):
            part[tree[0].id] = tree
            promised += promise
            if self.most is not None and promised >= self.most - self.found:
                yield self._filled(part, sharing_trees)
                part, promised = {}, 0
        yield self._filled(part, sharing_trees)

    def _filled(self, trees: Trees, sharing_trees: Trees) -> Forest:
        forest.fill(self.connection, trees.values())
        return Forest(self._read(trees), sharing_trees)

    def _sharing(self, look: forest.Look, asked: Aggregates) -> tuple[Trees, Aggregates]:
        """The trees with sharing providers, filled; and the aggregates that matter: those asked for and those of the sharing
        providers. The trees of the look learn of their memberships in the latter.
        """
        if not look.sharing:
            return {}, asked
        trees = forest.below(self.connection, look.sharing, {})
        forest.join(self.connection, trees.values(), asked, others=True)
        forest.fill(self.connection, trees.values())
        names = set(asked.values())
        shared_aggregates: Aggregates = {
            aggregate: aggregate
            for provider in Forest({}, trees).sharing_providers
            for aggregate in provider.aggregates
            if aggregate not in names and isinstance(aggregate, int)
        }
        forest.join(self.connection, look.trees.values(), shared_aggregates)
        return self._read(trees), {**asked, **shared_aggregates}

    def _between(
        self, first: int, span: int, aggregates: Aggregates, choices: Choices = ()
    ) -> Trees:
        return forest.between(self.connection, first, first + span - 1, aggregates, choices)

    def _below(self, roots: Sequence[int], aggregates: Aggregates) -> Iterator[Trees]:
        """The trees below these roots, in growing parts."""
        size = FIRST_SPAN
        while roots:
            yield forest.below(self.connection, roots[:size], aggregates)
            roots, size = roots[size:], min(size * GROWTH, LARGEST_PART)

    def _next_span(self, span: int, gain: int, largest: int) -> int:
        """The number of ids to look at after a statement that had `gain`: a little more than what is missing should take."""
        if self.most is None:
            return largest
        if not gain:
            return min(span * GROWTH, largest)
        missing = self.most - self.found
        return max(FIRST_SPAN, min(missing * span * 5 // (gain * 4), largest))

    def _read(self, trees: Trees) -> Trees:
        self.trees.update(trees)
        return trees

    def _aggregates(self) -> Aggregates:
        """The aggregates that the request speaks of, as far as they exist."""
        groups = self.request.groups
        asked = [group.forbidden_aggregates.union(*group.member_of) for group in groups]
        return memberships.named(self.connection, frozenset[str]().union(*asked))

    def _choices(self, aggregates: Aggregates) -> Choices:
        """The sets of aggregates of which a tree needs one each, when no other tree shares with it."""
        ids = {name: number for number, name in aggregates.items()}
        asked = (choice for group in self.request.groups for choice in group.member_of)
        return [[ids[name] for name in choice if name in ids] for choice in asked]

    def _named(self, trees: Trees, sharing_trees: Trees) -> Trees | None:
        """The only trees that can be anchors because of `in_tree`, out of all that it names; None when it leaves the choice.

        A group with a suffix leaves it when its tree has a provider that shares: that serves under other anchors too.
        """
        roots = {provider.uuid.lower(): root for root, tree in trees.items() for provider in tree}
        named: set[int] = set()
        for group in self.request.groups:
            if group.in_tree is not None:
                root = roots.get(group.in_tree.lower())
                if root is None:
                    return {}
                if group.resources and not (group.suffix and root in sharing_trees):
                    named.add(root)
        if len(named) > 1:
            return {}
        return {root: trees[root] for root in named} or None

    def _needs(self, amounts: Iterable[tuple[str, int]]) -> Needs:
        """The needs that must be met somewhere before many trees are looked at. To look at few costs less than to find out."""
        if self.most is not None and self.most <= FILLED_SPAN:
            return prefilter.NONE
        choices = {choice for group in self.request.groups for choice in group.required}
        choices |= {frozenset([name]) for name in self.request.root_required}
        return Needs(
            self._amounts(amounts)[:MOST_NEEDS],
            [[self.trait_ids[name] for name in choice] for choice in choices][:MOST_NEEDS],
        )

    def _amounts(self, amounts: Iterable[tuple[str, int]]) -> Sequence[Amount]:
        return [(self.class_ids[name], amount) for name, amount in sorted(amounts)]

    def _is_left(self, amounts: Iterable[tuple[str, int]]) -> bool:
        """Whether each amount is left somewhere, be it on different providers."""
        return prefilter.left(self.connection, self._amounts(amounts))
