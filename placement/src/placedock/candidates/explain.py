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

from placedock.candidates import Order, assign, rules, search
from placedock.candidates.combination import Combination
from placedock.candidates.offers import Anchor, Offers, anchors, named_trees
from placedock.candidates.plan import plan
from placedock.candidates.reporter import SILENT, Detail
from placedock.candidates.subtrees import Lines
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
    trees = len(forest.trees)
    count = 0
    # One candidate of each anchor comes before the second of any, so that all anchors are heard of.
    for _ in search([forest], request, Order.BREADTH_FIRST, heard, deadline):
        count += 1
        if count >= most + trees:
            break
    return Explanation(
        min(count, most),
        count > most,
        trees,
        list(_stages(forest, request, deadline)),
        {refusal: len(roots) for refusal, roots in heard.roots.items()},
    )


def _stages(forest: Forest, request: CandidatesRequest, deadline: Deadline) -> Iterator[Stage]:
    everywhere = anchors(forest)
    there = everywhere
    for wanted, kind, traits in (
        (True, "root_required", request.root_required),
        (False, "root_forbidden", request.root_forbidden),
    ):
        for trait in sorted(traits):
            left = [one for one in there if (trait in one.tree[0].traits) == wanted]
            alone = sum((trait in one.tree[0].traits) == wanted for one in everywhere)
            counts = (len(there), len(left), alone)
            yield Stage(None, kind, trait, None, counts, counts)
            there = left
    in_tree = named_trees(forest, request.groups)
    for group in request.groups:
        root = in_tree.get(group.suffix)
        so_far = Group(group.suffix)
        providers = _available(there)
        for kind, what, asked, clause in _clauses(group):
            so_far = _joined(so_far, clause)
            came = _available(there) if asked is not None and not group.suffix else providers
            placed = [_serving(so_far, anchor, root, deadline) for anchor in there]
            left = [anchor for anchor, here in zip(there, placed, strict=True) if here]
            serving = {p.id: p for here in placed for p in here}
            if asked is not None and not group.suffix:
                serving = {
                    number: one
                    for number, one in _available(left).items()
                    if rules.lacks(one, what, asked) is None
                }
            meeting = [_meeting(clause, anchor, root) for anchor in everywhere]
            yield Stage(
                group.suffix,
                kind,
                what,
                asked,
                (len(came), len(serving), len({p.id for here in meeting for p in here})),
                (len(there), len(left), sum(map(bool, meeting))),
                None if left or asked is None else _closest(came.values(), what, asked, group),
            )
            there, providers = left, serving


def _serving(
    group: Group, anchor: Anchor, root: int | None, deadline: Deadline
) -> Sequence[TreeProvider]:
    """The providers that serve the group or a part of it in any way under the anchor, when nothing else is asked."""
    deadline.check()
    asked = plan(CandidatesRequest((group,)))
    offers = Offers(asked, SILENT).of(anchor, {group.suffix: root})
    if offers is None:
        return ()
    if asked.joint is None:
        return [one for offered in offers for one in offered]
    # Those that serve have the traits together: each is tried with any of the others.
    found = []
    options = [offers[each.shape] for each in asked.alike]
    for place, offered in enumerate(options):
        for one in offered:
            fixed = [*options[:place], [one], *options[place + 1 :]]
            ways = assign.assignments(
                asked, fixed, Lines(Forest({})), deadline, cuts=None, shuffled=False
            )
            if next(ways, None) is not None:
                found.append(one)
    return found


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
    for name, amount in clause.resources.items():
        providers = [one for one in providers if rules.lacks(one, name, amount) is None]
    if clause.in_tree is not None:
        providers = [one for one in providers if one.root == root]
    if clause.required:
        providers = [one for one in providers if rules.lacks_trait(one.traits, clause) is None]
    if clause.forbidden:
        providers = [one for one in providers if clause.forbidden.isdisjoint(one.traits)]
    if clause.member_of:
        covered = not clause.suffix and rules.missing_aggregate(own, clause) is None
        providers = [
            one
            for one in providers
            if rules.missing_aggregate(one, clause) is None or (covered and one.root == own.id)
        ]
    if clause.forbidden_aggregates:
        unwanted = clause.forbidden_aggregates
        if not clause.suffix and not unwanted.isdisjoint(own.aggregates):
            return ()
        providers = [one for one in providers if unwanted.isdisjoint(one.aggregates)]
    return providers


def _closest(
    providers: Collection[TreeProvider], name: str, amount: int, group: Group
) -> tuple[TreeProvider, Refusal] | None:
    """The provider that has most left of a class, with its figures."""
    refused = [(one, rules.lacks(one, name, amount, group.suffix)) for one in providers]
    told = [(one, why) for one, why in refused if why is not None and why.free is not None]
    return max(told, key=lambda each: each[1].free or 0, default=None)
