# SPDX-License-Identifier: Apache-2.0
"""Allocation candidates: brings trees before the search, a batch at a time, until there are enough candidates."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection

from placedock import errors
from placedock.candidates import Order, answers, rules, search
from placedock.candidates.combination import Combination
from placedock.candidates.reporter import SILENT, Reporter
from placedock.candidates.sample import sampled
from placedock.model.candidates import Candidates, CandidatesRequest, Group
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import Forest, Tree
from placedock.model.inventory import MAX_INT
from placedock.store import forest, names, prefilter
from placedock.store.forest import Trees

FIRST_BATCH = 16
"""How many ids of providers the first batch spans at least. Enough to see whether trees will do at all."""

FIRST_LIMITED = 128
"""How many it spans at most, when so many candidates are wanted: as many flat providers may well do."""

LARGEST_BATCH = 10_000
"""How many the others span at most, and at once when all candidates are wanted. A matter of memory, not of speed."""

FIRST_PREFILTERED = 1_000
"""How many one that is prefiltered spans at least, which costs no more than to read a few dozen."""

LARGEST_PART = 1_000
"""Of how many good roots the trees are read at once."""

SCAN = 3
"""To prefilter such a part of a cloud, a third, costs as much as to prefilter all of it by scanning the tables."""

GROWTH = 4
"""How many times the last batch the next one spans while nothing is found."""

POOR = 10
"""A batch was poor when it had less than one candidate for so many trees: then those that follow are prefiltered."""


def find(
    connection: Connection,
    request: CandidatesRequest,
    deadline: Deadline = NEVER,
    randomize: bool = False,
    maximum: int = -1,
    strategy: str = "depth-first",
    reporter: Reporter = SILENT,
) -> Candidates:
    """The candidates that meet the request, and the summaries of all trees that they use.

    `maximum` is how many are looked for at the most, whatever the request says; below 0 means any number. When more are
    found than the request's limit, they are the first ones, or with `randomize` any. Raises `UnknownResourceClass` and
    `UnknownTraits`, and `RequestTookTooLong` after the deadline; aggregates and trees that do not exist are simply met by
    nothing.

    Several statements are read from; nothing bad comes of changes between them, since a claim looks again.
    """
    most = None if maximum < 0 else max(1, maximum)
    if request.limit is not None and not randomize:
        most = request.limit if most is None else min(most, request.limit)
    cloud = _Cloud(connection, request, *_ids(connection, request))
    order = Order.RANDOM if randomize else Order(strategy)
    combinations = search(cloud.batchs(most), request, order, reporter, deadline)
    if randomize and request.limit is not None:
        for cloud.found in sampled(islice(combinations, most), request.limit):
            deadline.check()
    else:
        for combination in combinations:
            deadline.check()
            cloud.found.append(combination)
            if len(cloud.found) == most:
                break
    found = cloud.found
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

    def batchs(self, most: int | None) -> Iterator[Forest]:
        """The cloud in parts of whole trees, as many as are asked for, each larger than the last.

        The first is small, and comes with the first statement. The next are read as they come, by the ids of providers,
        because in most clouds most trees will do. When few did, those that follow are prefiltered first.
        """
        amounts = {need for group in self.request.groups for need in group.resources.items()}
        if any(amount > MAX_INT for _, amount in amounts):
            return
        # Who wants all pays for the whole cloud sooner or later, and is told at once that it has nothing.
        if most is None and not self._is_left(amounts):
            return
        asked = self._aggregates()
        named = {group.in_tree for group in self.request.groups if group.in_tree is not None}
        span = max(FIRST_BATCH, min(most or 0, FIRST_LIMITED))
        look = forest.look(self.connection, span, named, asked)
        aggregates = asked if asked or look.sharing else None
        sharing_trees = self._read(forest.below(self.connection, look.sharing, aggregates))
        after, poor = look.first - 1, False
        batchs: Iterable[Trees] = [look.trees]
        if named:
            anchors = self._named(look.trees, sharing_trees)
            if anchors is not None:
                yield Forest(self._read(anchors), sharing_trees)
                return
            batchs = [forest.between(self.connection, after + 1, after + span, aggregates)]
        while True:
            before, trees = len(self.found), 0
            for batch in batchs:
                trees += len(batch)
                yield Forest(self._read(batch), sharing_trees)
            after += span
            rest = look.last - after
            if rest <= 0:
                return
            gain = len(self.found) - before
            if not poor and gain * POOR < trees:
                poor = True
                if most is not None and not self._is_left(amounts):
                    return
            if poor:
                span = max(FIRST_PREFILTERED, self._next_span(span, gain, most, rest))
                scan = span * SCAN >= look.last - look.first
                span = rest if scan else span
                wanted = self._wanted(sharing_trees, aggregates)
                roots = prefilter.roots(self.connection, wanted, after + 1, after + span, scan)
                batchs = self._below(roots, aggregates)
            else:
                span = self._next_span(span, gain, most, LARGEST_BATCH)
                batchs = [forest.between(self.connection, after + 1, after + span, aggregates)]

    def _below(self, roots: Sequence[int], aggregates: forest.Aggregates | None) -> Iterator[Trees]:
        """The trees below these roots, in growing parts."""
        size = FIRST_BATCH
        while roots:
            yield forest.below(self.connection, roots[:size], aggregates)
            roots, size = roots[size:], min(size * GROWTH, LARGEST_PART)

    def _next_span(self, span: int, gain: int, most: int | None, largest: int) -> int:
        """How much to look at after a batch that had `gain`: a little more than what is missing should take."""
        if most is None:
            return largest
        if not gain:
            return min(span * GROWTH, largest)
        missing = most - len(self.found)
        return max(FIRST_BATCH, min(missing * span * 5 // (gain * 4), largest))

    def _read(self, trees: Trees) -> Trees:
        self.trees.update(trees)
        return trees

    def _aggregates(self) -> forest.Aggregates:
        """The aggregates that the request speaks of, as far as they exist."""
        groups = self.request.groups
        asked = [group.forbidden_aggregates.union(*group.member_of) for group in groups]
        return forest.aggregate_names(self.connection, frozenset[str]().union(*asked))

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

    def _is_left(self, amounts: Iterable[tuple[str, int]]) -> bool:
        """Whether each amount is left somewhere, be it on different providers."""
        wanted = [(self.class_ids[name], amount) for name, amount in sorted(amounts)]
        return prefilter.left(self.connection, wanted)

    def _wanted(
        self, sharing_trees: Trees, aggregates: forest.Aggregates | None
    ) -> prefilter.Wanted:
        """What the request asks of a root, as the prefilter takes it: all but what sharing providers could lend."""
        sharing_providers = Forest({}, sharing_trees).sharing_providers
        aggregate_ids = {name: number for number, name in (aggregates or {}).items()}
        amounts: set[prefilter.Amount] = set()
        choices: set[frozenset[int]] = set()
        memberships: set[frozenset[int]] = set()

        def traits(names: Iterable[str]) -> frozenset[int]:
            return frozenset(self.trait_ids[name] for name in names)

        def members(uuids: Iterable[str]) -> frozenset[int]:
            return frozenset(aggregate_ids[uuid] for uuid in uuids if uuid in aggregate_ids)

        def lent(needs: Mapping[str, int], required: Sequence[frozenset[str]]) -> bool:
            return any(
                not any(choice.isdisjoint(sharing_provider.traits) for choice in required)
                and not any(rules.lacks(sharing_provider, *need) for need in needs.items())
                for sharing_provider in sharing_providers
            )

        def need(
            group: Group, needs: Mapping[str, int], required: Sequence[frozenset[str]]
        ) -> None:
            if not lent(needs, required):
                amounts.update((self.class_ids[name], amount) for name, amount in needs.items())
                choices.update(traits(choice) for choice in required)
                memberships.update(members(choice) for choice in group.member_of)

        outside: frozenset[int] = frozenset()
        for group in self.request.groups:
            if group.suffix:
                need(group, group.resources, group.required)
                continue
            # What the group requires may come from another provider than what it takes.
            for name, amount in group.resources.items():
                need(group, {name: amount}, ())
            for choice in group.required:
                need(group, {}, [choice])
            outside = members(group.forbidden_aggregates)
        return prefilter.Wanted(
            amounts,
            choices,
            memberships,
            traits(self.request.root_required),
            traits(self.request.root_forbidden),
            outside,
        )
