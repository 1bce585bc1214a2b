# SPDX-License-Identifier: Apache-2.0
"""Who could serve a group under each anchor, leaving aside what the other groups take.

An anchor is the tree that a candidate hangs on. Its own providers serve, and those sharing providers of other trees that
have an aggregate in common with any provider of the tree.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from placedock.candidates import rules
from placedock.candidates.reporter import Detail, Reporter
from placedock.errors import TooManyCandidates
from placedock.model.candidates import Group, Taken
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest, Tree, TreeProvider
from placedock.model.refusal import Reason, Refusal

SOME = 1_000
"""So many ways to serve a group are made before the deadline is looked at again: a millisecond's work."""


MOST = 200_000
"""More ways to serve a group under one anchor are not kept: so many take some 150 MB."""


class Placement(NamedTuple):
    """One way to serve one group: by whom, and what is taken of each. A group without resources takes nothing."""

    suffix: str
    providers: tuple[TreeProvider, ...]
    allocations: Mapping[str, Taken]


class Anchor(NamedTuple):
    """A tree, and the sharing providers of other trees that lend to it."""

    tree: Tree
    sharing_providers: Sequence[TreeProvider]


def anchors(forest: Forest) -> list[Anchor]:
    """Every tree of the forest with those that lend to it."""
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


def place(
    group: Group,
    anchors: Sequence[Anchor],
    in_tree: int | None,
    deadline: Deadline,
    reporter: Reporter,
) -> list[list[Placement]]:
    """For each anchor all ways to serve `group` under it; `in_tree` is the root that the group means with its own."""
    if group.suffix:
        return _with_one_provider(group, anchors, in_tree, reporter)
    return [
        _with_several_providers(group, anchor, in_tree, deadline, reporter) for anchor in anchors
    ]


def _with_one_provider(
    group: Group, anchors: Sequence[Anchor], in_tree: int | None, reporter: Reporter
) -> list[list[Placement]]:
    """One provider serves all of the group, by itself: whoever it serves under, it is the same placement."""
    taken: Taken = {"resources": group.resources}
    tells = reporter.detail >= Detail.EXAMPLES
    shared: dict[int, Placement | None] = {}

    def placed(provider: TreeProvider) -> Placement | None:
        if refusal := rules.unfit_alone(provider, group, in_tree):
            if tells:
                reporter.refused(provider, refusal)
            return None
        allocations = {provider.uuid: taken} if group.resources else {}
        return Placement(group.suffix, (provider,), allocations)

    found = []
    for tree, sharing_providers in anchors:
        able = _able(group, tree)
        if tells:
            _tell(group, tree, able, reporter)
        here = [each for provider in able if (each := placed(provider))]
        for sharing_provider in sharing_providers:
            if tells or sharing_provider.id not in shared:
                shared[sharing_provider.id] = placed(sharing_provider)
            if each := shared[sharing_provider.id]:
                here.append(each)
        found.append(here)
    return found


def _able(group: Group, tree: Tree) -> Sequence[TreeProvider]:
    """The providers of the tree that are worth a closer look.

    In a tree most providers have none of the classes. To leave them out at once spares a third of all the work.
    """
    for need in group.resources.items():
        tree = rules.able(tree, *need)
    return tree


def _tell(group: Group, tree: Tree, able: Sequence[TreeProvider], reporter: Reporter) -> None:
    """Tell of the providers that are not worth a closer look."""
    if len(able) < len(tree):
        for provider in tree:
            refusals = (
                rules.lacks(provider, name, amount, group.suffix)
                for name, amount in group.resources.items()
            )
            if refusal := next(filter(None, refusals), None):
                reporter.refused(provider, refusal)


def _with_several_providers(
    group: Group, anchor: Anchor, in_tree: int | None, deadline: Deadline, reporter: Reporter
) -> list[Placement]:
    """Each class from one provider, every provider free of what is forbidden, all together with what is required."""
    allowed = _allowed(group, anchor, in_tree, reporter)
    offers = []
    for resource_class, amount in group.resources.items():
        offering = rules.able(allowed, resource_class, amount)
        if reporter.detail >= Detail.EXAMPLES:
            for provider in allowed:
                if refusal := rules.lacks(provider, resource_class, amount):
                    reporter.refused(provider, refusal)
        if not offering:
            return []
        offers.append(offering)
    found: list[Placement] = []
    for number, chosen in enumerate(product(*offers)):
        if number % SOME == SOME - 1:
            deadline.check()
            if len(found) > MOST:
                raise TooManyCandidates(most=f"{MOST} for one group in one tree")
        if not group.required or rules.has_all(
            {trait for provider in chosen for trait in provider.traits}, group.required
        ):
            found.append(_placement(group, chosen))
    return found


def _allowed(
    group: Group, anchor: Anchor, in_tree: int | None, reporter: Reporter
) -> Sequence[TreeProvider]:
    """The providers that may serve a part of the group with the empty suffix.

    An aggregate on the root covers the whole tree, both to be asked for and to be forbidden. A sharing provider must
    itself be in the aggregates asked for, and neither it nor the root it lends to in a forbidden one. `in_tree` rules
    out borrowing.
    """
    root = anchor.tree[0]
    tells = reporter.detail >= Detail.EXAMPLES
    sharing_providers = anchor.sharing_providers
    if group.in_tree is not None:
        sharing_providers = ()
        if root.id != in_tree:
            if tells:
                reporter.refused(root, Refusal(Reason.OTHER_TREE, group.suffix, group.in_tree))
            return ()
    if not (group.forbidden or group.member_of or group.forbidden_aggregates):
        return [*anchor.tree, *sharing_providers] if sharing_providers else anchor.tree
    if not rules.is_outside(root, group):
        if tells:
            reporter.refused(root, rules.is_inside(root, group))
        return ()
    covered = rules.is_member(root, group)
    allowed = []
    for provider in (*anchor.tree, *sharing_providers):
        if refusal := rules.forbids(provider, group):
            pass
        elif not ((covered and provider.root == root.id) or rules.is_member(provider, group)):
            refusal = rules.is_no_member(provider, group)
        elif not rules.is_outside(provider, group):
            refusal = rules.is_inside(provider, group)
        else:
            allowed.append(provider)
            continue
        if tells:
            reporter.refused(provider, refusal)
    return allowed


def _placement(group: Group, chosen: tuple[TreeProvider, ...]) -> Placement:
    """The group placed so that the nth class comes from the nth of `chosen`."""
    first = chosen[0]
    if chosen.count(first) == len(chosen):
        return Placement(group.suffix, (first,), {first.uuid: {"resources": group.resources}})
    amounts: dict[str, dict[str, int]] = {}
    for provider, (resource_class, amount) in zip(chosen, group.resources.items(), strict=True):
        amounts.setdefault(provider.uuid, {})[resource_class] = amount
    providers = {provider.uuid: provider for provider in chosen}
    return Placement(
        group.suffix,
        tuple(providers.values()),
        {uuid: {"resources": resources} for uuid, resources in amounts.items()},
    )
