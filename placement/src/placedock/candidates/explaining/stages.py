# SPDX-License-Identifier: Apache-2.0
"""The clauses of a request in the order in which they narrow the cloud down.

A stage tells of a clause how many providers and trees came in, how many went out, and how many meet the clause alone. Trees
are anchors, under which sharing providers of other trees serve too. For a class of the unsuffixed group, which several
providers may serve, all providers under the remaining trees come in. The clauses of the root come first, then those of each
group, then what must hold between groups; there the providers are those that could serve one of the groups.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from placedock.candidates import rules
from placedock.candidates.explaining import clauses
from placedock.candidates.explaining.clauses import Clause, Judge, Relation
from placedock.candidates.explaining.trial import Trial
from placedock.candidates.offers import Anchor, anchors
from placedock.candidates.subtrees import Lines
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest, TreeProvider
from placedock.model.refusal import Refusal


class Counts(NamedTuple):
    """`came_in` and `went_out` of the stage, and how many meet its clause alone."""

    came_in: int
    went_out: int
    alone: int


class Stage(NamedTuple):
    """`group` is the suffix, None for the root and for what must hold between groups.

    `kind`, `what` and `asked` are those of the clause. `best` is the provider that has most left of a class of which nobody has
    enough, with its figures.
    """

    group: str | None
    kind: str
    what: str
    asked: int | None
    providers: Counts
    trees: Counts
    best: tuple[TreeProvider, Refusal] | None = None


def stages(
    forest: Forest, request: CandidatesRequest, lines: Lines, deadline: Deadline
) -> Iterator[Stage]:
    return _Stages(forest, request, lines, deadline).all()


class _Stages:
    """`there` are the anchors that are left."""

    def __init__(
        self, forest: Forest, request: CandidatesRequest, lines: Lines, deadline: Deadline
    ) -> None:
        self._forest = forest
        self._request = request
        self._lines = lines
        self._deadline = deadline
        self._everywhere = anchors(forest)
        self._there: Sequence[Anchor] = self._everywhere

    def all(self) -> Iterator[Stage]:
        yield from self._of_root()
        for group in self._request.groups:
            yield from self._of_group(group)
        for relation in clauses.of_all_groups(self._request):
            yield self._of_relation(relation)

    def _trial(self, request: CandidatesRequest) -> Trial:
        return Trial(request, self._forest, self._lines, self._deadline)

    def _of_root(self) -> Iterator[Stage]:
        for clause in clauses.of_root(self._request):
            left = [one for one in self._there if clause.is_met(one.tree[0])]
            alone = sum(clause.is_met(one.tree[0]) for one in self._everywhere)
            counts = Counts(len(self._there), len(left), alone)
            yield Stage(None, clause.kind, clause.trait, None, counts, counts)
            self._there = left

    def _of_group(self, group: Group) -> Iterator[Stage]:
        so_far = Group(group.suffix)
        providers: Collection[int] = available(self._there).keys()
        for clause in clauses.of_group(group):
            so_far = clauses.joined(so_far, clause.group)
            spread = clause.asked is not None and not group.suffix
            came = available(self._there).keys() if spread else providers
            trial = self._trial(CandidatesRequest((so_far,)))
            left, serving = [], set()
            for anchor in self._there:
                here = trial.serving(anchor)
                if here:
                    left.append(anchor)
                    serving.update([one.id for one in here])
            if clause.asked is not None and spread:
                serving = {
                    one.id
                    for one in available(left).values()
                    if rules.lacks(one, clause.what, clause.asked) is None
                }
            alone = self._alone(clause, trial)
            yield Stage(
                group.suffix,
                clause.kind,
                clause.what,
                clause.asked,
                Counts(len(came), len(serving), alone[0]),
                Counts(len(self._there), len(left), alone[1]),
                None if left else self._closest(came, clause),
            )
            self._there, providers = left, serving

    def _alone(self, clause: Clause, trial: Trial) -> tuple[int, int]:
        """The numbers of providers and trees that meet the clause, whatever else is asked."""
        judge = Judge(clause, trial.named)
        meeting: set[int] = set()
        trees = 0
        for anchor in self._everywhere:
            self._deadline.check()
            root = anchor.tree[0]
            here = [one.id for providers in anchor for one in providers if judge.meets(one, root)]
            meeting.update(here)
            trees += bool(here)
        return len(meeting), trees

    def _closest(
        self, providers: Collection[int], clause: Clause
    ) -> tuple[TreeProvider, Refusal] | None:
        """Of the providers with these ids the one that has most left of the class, with its figures."""
        if clause.asked is None:
            return None
        here = available(self._there)
        refused = [
            (
                here[number],
                rules.lacks(here[number], clause.what, clause.asked, clause.group.suffix),
            )
            for number in providers
        ]
        told = [(one, why) for one, why in refused if why is not None and why.free is not None]
        return max(told, key=lambda each: each[1].free or 0, default=None)

    def _of_relation(self, relation: Relation) -> Stage:
        so_far, alone = self._trial(relation.so_far), self._trial(relation.alone)
        left = [anchor for anchor in self._there if so_far.holds(anchor)]
        meeting = [anchor for anchor in self._everywhere if alone.holds(anchor)]
        stage = Stage(
            None,
            relation.kind,
            relation.what,
            relation.asked,
            Counts(_serving(so_far, self._there), _serving(so_far, left), _serving(alone, meeting)),
            Counts(len(self._there), len(left), len(meeting)),
        )
        self._there = left
        return stage


def available(anchors: Sequence[Anchor]) -> dict[int, TreeProvider]:
    """All providers that serve under the anchors, by id."""
    return {p.id: p for anchor in anchors for p in (*anchor.tree, *anchor.sharing_providers)}


def _serving(trial: Trial, anchors: Sequence[Anchor]) -> int:
    """The number of providers that could serve a group under one of the anchors."""
    return len({p.id for anchor in anchors for offer in trial.offers(anchor) for p in offer})
