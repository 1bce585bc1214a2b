# SPDX-License-Identifier: Apache-2.0
"""Allocation candidates: brings trees before the search, a slab at a time, until there are enough candidates."""

import random
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from placedock import errors
from placedock.candidates import answers, rules, search
from placedock.candidates.combine import Combination
from placedock.model.candidates import Candidates, CandidatesRequest, Group
from placedock.model.forest import Forest, Tree
from placedock.model.inventory import MAX_INT
from placedock.store import forest, names, sieve
from placedock.store.forest import Trees

BREADTH_FIRST = "breadth-first"

FIRST_SLAB = 16
"""How many ids of providers the first slab spans. Enough to see whether trees will do at all."""

LARGEST_SLAB = 10_000
"""How many the others span at most, and at once when all candidates are wanted. A matter of memory, not of speed."""

GROWTH = 4
"""How many times the last slab the next one spans while nothing is found."""

POOR = 10
"""A slab was poor when it had less than one candidate for so many trees: then the next is sieved."""


def find(
    connection: Connection,
    request: CandidatesRequest,
    randomize: bool = False,
    maximum: int = -1,
    strategy: str = "depth-first",
) -> Candidates:
    """The candidates that meet the request, and the summaries of all trees that they use.

    `maximum` is how many are looked for at the most, whatever the request says; below 0 means any number. When more are
    found than the request's limit, they are the first ones, or with `randomize` any. Raises `UnknownResourceClass` and
    `UnknownTraits`; aggregates and trees that do not exist are simply met by nothing.

    Several statements are read from; nothing bad comes of changes between them, since a claim looks again.
    """
    most = None if maximum < 0 else max(1, maximum)
    if request.limit is not None and not randomize:
        most = request.limit if most is None else min(most, request.limit)
    cloud = _Cloud(connection, request, *_ids(connection, request))
    for combination in search(cloud.slabs(most), request, strategy == BREADTH_FIRST):
        cloud.found.append(combination)
        if len(cloud.found) == most:
            break
    found = cloud.found
    if randomize:
        found = random.sample(found, min(request.limit or len(found), len(found)))
    return Candidates(
        [answers.candidate(combination) for combination in found],
        answers.summaries(found, cloud.trees, whole_trees=request.nested),
    )


def _ids(
    connection: Connection, request: CandidatesRequest
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The ids of all resource classes and traits of the request. Complains of the first that does not exist."""
    root_traits = request.root_required | request.root_forbidden
    group_traits = [group.forbidden.union(*group.required) for group in request.groups]
    classes = names.class_ids(connection, {name for g in request.groups for name in g.resources})
    traits = names.trait_ids(connection, root_traits.union(*group_traits))
    _check_traits(root_traits, traits)
    for group, wanted in zip(request.groups, group_traits, strict=True):
        for name in group.resources:
            if name not in classes:
                with errors.doing("Invalid resource class in resources parameter"):
                    raise errors.UnknownResourceClass(name=name)
        _check_traits(wanted, traits)
    return classes, traits


def _check_traits(wanted: Iterable[str], known: Collection[str]) -> None:
    for name in sorted(wanted):
        if name not in known:
            raise errors.UnknownTraits(names=name)


@dataclass
class _Cloud:
    """Where one request is searched for. `found` is what there is so far, `trees` all that was read, by root."""

    connection: Connection
    request: CandidatesRequest
    class_ids: Mapping[str, int]
    trait_ids: Mapping[str, int]
    found: list[Combination] = field(default_factory=list)
    trees: dict[int, Tree] = field(default_factory=dict)

    def slabs(self, most: int | None) -> Iterator[Forest]:
        """The cloud in parts of whole trees, as many as are asked for, each larger than the last.

        The first is small. It is read as it comes, by the ids of providers, because in most clouds most trees will do.
        When few did, those that follow are sieved first.
        """
        if any(
            amount > MAX_INT for each in self.request.groups for amount in each.resources.values()
        ):
            return
        extent = forest.extent(self.connection)
        aggregates = self._aggregates() if extent.sharing or self._asks_for_aggregates() else None
        lending = self._read(forest.below(self.connection, extent.sharing, aggregates))
        named = self._named_roots(lending)
        if named is not None:
            yield Forest(self._read(forest.below(self.connection, named, aggregates)), lending)
            return
        after, span = extent.first - 1, FIRST_SLAB
        sieved = False
        while after < extent.last:
            if sieved:
                roots = sieve.roots(self.connection, self._wanted(lending, aggregates), after, span)
                slab = forest.below(self.connection, roots, aggregates)
                after = roots[-1] if len(roots) == span else extent.last
            else:
                slab = forest.between(self.connection, after + 1, after + span, aggregates)
                after += span
            before = len(self.found)
            yield Forest(self._read(slab), lending)
            gain = len(self.found) - before
            if not (self.found or sieved) and not self._all_left(slab):
                return
            sieved = sieved or gain * POOR < len(slab)
            span = self._next_span(span, gain, most)

    def _next_span(self, span: int, gain: int, most: int | None) -> int:
        """How much to read after a slab that had `gain`: a little more than what is missing should take."""
        if most is None:
            return LARGEST_SLAB
        if not gain:
            return min(span * GROWTH, LARGEST_SLAB)
        missing = most - len(self.found)
        return max(FIRST_SLAB, min(missing * span * 5 // (gain * 4), LARGEST_SLAB))

    def _all_left(self, slab: Trees) -> bool:
        """Whether there is any provider at all for each amount, seen in the slab or looked for elsewhere."""
        seen = [provider for tree in slab.values() for provider in tree]
        amounts = {need for group in self.request.groups for need in group.resources.items()}
        missing = [
            (self.class_ids[name], amount)
            for name, amount in amounts
            if all(rules.lacks(provider, name, amount) for provider in seen)
        ]
        return not missing or sieve.all_left(self.connection, missing)

    def _read(self, trees: Trees) -> Trees:
        self.trees.update(trees)
        return trees

    def _asks_for_aggregates(self) -> bool:
        return any(group.member_of or group.forbidden_aggregates for group in self.request.groups)

    def _aggregates(self) -> Mapping[int, str]:
        """The aggregates that the request speaks of, by id, as far as they exist."""
        groups = self.request.groups
        asked = [group.forbidden_aggregates.union(*group.member_of) for group in groups]
        return forest.aggregate_names(self.connection, frozenset[str]().union(*asked))

    def _named_roots(self, lending: Trees) -> Collection[int] | None:
        """The only roots that can be anchors because of `in_tree`; None when it leaves the choice.

        A group with a suffix leaves it when its tree has a provider that shares: that serves under other anchors too.
        """
        named: set[int] = set()
        for group in self.request.groups:
            if group.in_tree is not None:
                root = forest.root_of(self.connection, group.in_tree)
                if root is None:
                    return ()
                if group.resources and not (group.suffix and root in lending):
                    named.add(root)
        if len(named) > 1:
            return ()
        return named or None

    def _wanted(self, lending: Trees, aggregates: Mapping[int, str] | None) -> sieve.Wanted:
        """What the request asks of a root, as the sieve takes it."""
        lenders = Forest({}, lending).lenders
        aggregate_ids: dict[Hashable, int] = {
            name: number for number, name in (aggregates or {}).items()
        }

        def traits(names: Collection[str]) -> list[int]:
            return [self.trait_ids[name] for name in names]

        def members(uuids: Collection[str]) -> list[int]:
            return [aggregate_ids[uuid] for uuid in uuids if uuid in aggregate_ids]

        def lent_in(amounts: Mapping[str, int], required: Sequence[frozenset[str]]) -> set[Any]:
            return {
                aggregate_ids.get(aggregate, aggregate)
                for lender in lenders
                if rules.has_all(lender.traits, required)
                and not any(rules.lacks(lender, *need) for need in amounts.items())
                for aggregate in lender.aggregates
            }

        def need(
            group: Group, amounts: Mapping[str, int], required: Sequence[frozenset[str]]
        ) -> sieve.Need:
            return sieve.Need(
                {self.class_ids[name]: amount for name, amount in amounts.items()},
                [traits(choice) for choice in required],
                traits(group.forbidden),
                [members(choice) for choice in group.member_of],
                members(group.forbidden_aggregates),
                root_covers=not group.suffix,
                lent_in=lent_in(amounts, required),
            )

        needs: list[sieve.Need] = []
        outside: list[int] = []
        for group in self.request.groups:
            if group.suffix:
                needs.append(need(group, group.resources, group.required))
                continue
            # What the group requires may come from another provider than what it takes.
            needs += [need(group, {name: amount}, ()) for name, amount in group.resources.items()]
            needs += [need(group, {}, [choice]) for choice in group.required]
            outside = members(group.forbidden_aggregates)
        return sieve.Wanted(
            needs,
            traits(self.request.root_required),
            traits(self.request.root_forbidden),
            outside,
        )
