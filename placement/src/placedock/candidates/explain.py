# SPDX-License-Identifier: Apache-2.0
"""Why there are so many candidates, or none: a fold over what the search tells, and the search's own steps, clause by clause.

A clause is one thing that a request asks of a group. A stage is a clause in the order in which the clauses narrow the cloud
down: it tells how many providers and trees came in, how many went out, and how many meet the clause alone. Trees are anchors,
under which sharing providers of other trees serve too. For a class of the unsuffixed group, which several providers may
serve, all providers under the remaining trees come in.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from placedock.candidates import placements, rules, search
from placedock.candidates.combine import Combination
from placedock.candidates.placements import Anchor
from placedock.candidates.reporter import SILENT, Detail
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest, Tree, TreeProvider
from placedock.model.refusal import Refusal

MANY = 1_000
"""So many candidates are counted at most."""


class Stage(NamedTuple):
    """`group` is the suffix, None for the root. `what` is a class, traits, aggregates or a tree, `asked` an amount."""

    group: str | None
    kind: str
    what: str
    asked: int | None
    providers: tuple[int, int, int]
    trees: tuple[int, int, int]
    best: tuple[TreeProvider, Refusal] | None = None


class Explanation(NamedTuple):
    """`stopped` says that there may be more candidates than were counted."""

    candidates: int
    stopped: bool
    trees: int
    stages: Sequence[Stage]
    dropped: dict[Refusal, int]


class Heard:
    """Hears why anchors have no candidate."""

    detail = Detail.COUNTS

    def __init__(self) -> None:
        self.roots: dict[Refusal, set[int]] = {}

    def looked_at(self, trees: Collection[Tree]) -> None: ...

    def left_out(self, condition: Refusal, trees: int) -> None: ...

    def refused(self, provider: TreeProvider, refusal: Refusal) -> None: ...

    def dropped(self, anchor: TreeProvider, refusal: Refusal) -> None:
        self.roots.setdefault(Refusal(refusal.reason, refusal.group, refusal.what), set()).add(
            anchor.id
        )

    def found(self, candidate: Combination) -> None: ...


def explain(forest: Forest, request: CandidatesRequest, deadline: Deadline) -> Explanation:
    """The explanation of a request to the whole cloud."""
    heard = Heard()
    most = MANY if request.limit is None else min(MANY, request.limit)
    anchors = len(forest.trees)
    count = 0
    # One candidate of each anchor comes before the second of any, so that all anchors are heard of.
    for _ in search([forest], request, breadth_first=True, reporter=heard, deadline=deadline):
        count += 1
        if count >= most + anchors:
            break
    return Explanation(
        min(count, most),
        count > most,
        anchors,
        list(_stages(forest, request, deadline)),
        {refusal: len(roots) for refusal, roots in heard.roots.items()},
    )


def _stages(forest: Forest, request: CandidatesRequest, deadline: Deadline) -> Iterator[Stage]:
    everywhere = placements.anchors(forest)
    anchors = everywhere
    for wanted, kind, traits in (
        (True, "root_required", request.root_required),
        (False, "root_forbidden", request.root_forbidden),
    ):
        for trait in sorted(traits):
            left = [one for one in anchors if (trait in one.tree[0].traits) == wanted]
            alone = sum((trait in one.tree[0].traits) == wanted for one in everywhere)
            counts = (len(anchors), len(left), alone)
            yield Stage(None, kind, trait, None, counts, counts)
            anchors = left
    in_tree = placements.named_trees(forest, request.groups)
    for group in request.groups:
        root = in_tree.get(group.suffix)
        so_far = Group(group.suffix)
        providers = _available(anchors)
        for kind, what, asked, clause in _clauses(group):
            so_far = _joined(so_far, clause)
            came = _available(anchors) if asked is not None and not group.suffix else providers
            placed = placements.place(so_far, anchors, root, deadline, SILENT)
            left = [anchor for anchor, here in zip(anchors, placed, strict=True) if here]
            serving = {p.id: p for here in placed for one in here for p in one.providers}
            if asked is not None and not group.suffix:
                serving = {p.id: p for p in rules.able(_available(left).values(), what, asked)}
            meeting = [_meeting(clause, anchor, root) for anchor in everywhere]
            yield Stage(
                group.suffix,
                kind,
                what,
                asked,
                (len(came), len(serving), len({p.id for here in meeting for p in here})),
                (len(anchors), len(left), sum(map(bool, meeting))),
                None if left or asked is None else _closest(came.values(), what, asked, group),
            )
            anchors, providers = left, serving


def _clauses(group: Group) -> Iterator[tuple[str, str, int | None, Group]]:
    """Kind, what is asked for, the amount, and a group that asks for nothing else."""
    alone = Group(group.suffix)
    for name, amount in group.resources.items():
        yield "resources", name, amount, replace(alone, resources={name: amount})
    for choice in group.required:
        yield "required", "|".join(sorted(choice)), None, replace(alone, required=(choice,))
    for choice in group.member_of:
        yield "member_of", "|".join(sorted(choice)), None, replace(alone, member_of=(choice,))
    if group.in_tree is not None:
        yield "in_tree", group.in_tree, None, replace(alone, in_tree=group.in_tree)
    for trait in sorted(group.forbidden):
        yield "forbidden", trait, None, replace(alone, forbidden=frozenset([trait]))
    for uuid in sorted(group.forbidden_aggregates):
        one = replace(alone, forbidden_aggregates=frozenset([uuid]))
        yield "forbidden_aggregates", uuid, None, one


def _joined(one: Group, more: Group) -> Group:
    return Group(
        one.suffix,
        {**one.resources, **more.resources},
        (*one.required, *more.required),
        one.forbidden | more.forbidden,
        (*one.member_of, *more.member_of),
        one.forbidden_aggregates | more.forbidden_aggregates,
        more.in_tree or one.in_tree,
    )


def _available(anchors: Sequence[Anchor]) -> dict[int, TreeProvider]:
    return {p.id: p for anchor in anchors for p in (*anchor.tree, *anchor.sharing_providers)}


def _meeting(clause: Group, anchor: Anchor, root: int | None) -> Sequence[TreeProvider]:
    """The providers under the anchor that meet the clause, whatever else is asked."""
    own = anchor.tree[0]
    providers: Sequence[TreeProvider] = (*anchor.tree, *anchor.sharing_providers)
    for need in clause.resources.items():
        providers = rules.able(providers, *need)
    if clause.in_tree is not None:
        providers = [one for one in providers if one.root == root]
    if clause.required:
        providers = [one for one in providers if rules.has_all(one.traits, clause.required)]
    if clause.forbidden:
        providers = [one for one in providers if not rules.forbids(one, clause)]
    if clause.member_of:
        covered = not clause.suffix and rules.is_member(own, clause)
        providers = [
            one
            for one in providers
            if rules.is_member(one, clause) or (covered and one.root == own.id)
        ]
    if clause.forbidden_aggregates:
        if not clause.suffix and not rules.is_outside(own, clause):
            return ()
        providers = [one for one in providers if rules.is_outside(one, clause)]
    return providers


def _closest(
    providers: Collection[TreeProvider], name: str, amount: int, group: Group
) -> tuple[TreeProvider, Refusal] | None:
    """The provider that has most left of a class, with its figures."""
    refused = [(one, rules.lacks(one, name, amount, group.suffix)) for one in providers]
    told = [(one, why) for one, why in refused if why is not None and why.free is not None]
    return max(told, key=lambda each: each[1].free or 0, default=None)
