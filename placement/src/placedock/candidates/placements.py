# SPDX-License-Identifier: Apache-2.0
"""Who could serve one group under one anchor, leaving aside what the other groups take.

An anchor is the tree that a candidate hangs on. Its own providers serve, and those sharing providers of other trees that
have an aggregate in common with any provider of the tree.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from placedock.candidates import rules
from placedock.candidates.trace import Reason, Trace
from placedock.model.candidates import Group
from placedock.model.forest import Forest, Provider, Tree

Takes = tuple[tuple[Provider, Mapping[str, int]], ...]


class Placement(NamedTuple):
    """One way to serve one group: what is taken from which providers. A group without resources takes nothing of one."""

    suffix: str
    takes: Takes


class Anchor(NamedTuple):
    """A tree, and the sharing providers of other trees that lend to it."""

    tree: Tree
    lenders: Sequence[Provider]


def anchors(forest: Forest) -> Iterator[Anchor]:
    """Every tree of the forest with those that lend to it."""
    lenders = forest.lenders
    if not lenders:
        for tree in forest.trees.values():
            yield Anchor(tree, ())
        return
    for root, tree in forest.trees.items():
        aggregates = {aggregate for provider in tree for aggregate in provider.aggregates}
        yield Anchor(
            tree,
            [
                lender
                for lender in lenders
                if lender.root != root and not aggregates.isdisjoint(lender.aggregates)
            ],
        )


def named_trees(forest: Forest, groups: Iterable[Group]) -> dict[str, int | None]:
    """The root that `in_tree` means, by group suffix; None where the forest does not hold that tree."""
    wanted = {group.suffix: group.in_tree for group in groups if group.in_tree is not None}
    if not wanted:
        return {}
    roots = {provider.uuid: provider.root for provider in forest.providers()}
    return {suffix: roots.get(uuid) for suffix, uuid in wanted.items()}


def placements(anchor: Anchor, group: Group, in_tree: int | None, trace: Trace) -> list[Placement]:
    """All ways to serve `group` under `anchor`."""
    if group.suffix:
        return list(_one_provider(anchor, group, in_tree, trace))
    return list(_several_providers(anchor, group, in_tree, trace))


def _one_provider(
    anchor: Anchor, group: Group, in_tree: int | None, trace: Trace
) -> Iterator[Placement]:
    for providers in anchor:
        for provider in providers:
            if reason := rules.unfit_alone(provider, group, in_tree):
                trace.rejected(provider, reason, group.suffix)
            else:
                yield Placement(group.suffix, ((provider, group.resources),))


def _several_providers(
    anchor: Anchor, group: Group, in_tree: int | None, trace: Trace
) -> Iterator[Placement]:
    """Each class from one provider, every provider free of what is forbidden, all together with what is required."""
    allowed = list(_allowed(anchor, group, in_tree, trace))
    offers: list[list[Provider]] = []
    for resource_class, amount in group.resources.items():
        offering = []
        for provider in allowed:
            if reason := rules.lacks(provider, resource_class, amount):
                trace.rejected(provider, reason, group.suffix)
            else:
                offering.append(provider)
        if not offering:
            return
        offers.append(offering)
    for chosen in product(*offers):
        if group.required and not rules.has_all(
            {trait for provider in chosen for trait in provider.traits}, group.required
        ):
            trace.dropped(chosen, Reason.MISSING_TRAIT)
            continue
        yield Placement(group.suffix, _takes(chosen, group.resources))


def _allowed(
    anchor: Anchor, group: Group, in_tree: int | None, trace: Trace
) -> Iterator[Provider]:
    """The providers that may serve a part of the group with the empty suffix.

    An aggregate on the root covers the whole tree, both to be asked for and to be forbidden. A sharing provider must
    itself be in the aggregates asked for, and neither it nor the root it lends to in a forbidden one. `in_tree` rules
    out borrowing.
    """
    root = anchor.tree[0]
    if group.in_tree is not None and root.root != in_tree:
        trace.rejected(root, Reason.OTHER_TREE, group.suffix)
        return
    if group.forbidden_aggregates and not rules.is_outside(root.aggregates, group):
        trace.rejected(root, Reason.FORBIDDEN_AGGREGATE, group.suffix)
        return
    covered = rules.is_member(root, group.member_of)
    for providers in (anchor.tree, anchor.lenders if group.in_tree is None else ()):
        for provider in providers:
            if reason := rules.forbids(provider, group):
                trace.rejected(provider, reason, group.suffix)
            elif not (
                (covered and providers is anchor.tree)
                or rules.is_member(provider, group.member_of)
            ):
                trace.rejected(provider, Reason.WRONG_AGGREGATE, group.suffix)
            elif not rules.is_outside(provider.aggregates, group):
                trace.rejected(provider, Reason.FORBIDDEN_AGGREGATE, group.suffix)
            else:
                yield provider


def _takes(chosen: Sequence[Provider], resources: Mapping[str, int]) -> Takes:
    """What is taken from each provider, when the nth class comes from the nth of `chosen`."""
    first = chosen[0]
    if all(provider is first for provider in chosen):
        # The commonest case, and then a thousand placements share one mapping.
        return ((first, resources),)
    taken: dict[int, tuple[Provider, dict[str, int]]] = {}
    for provider, (resource_class, amount) in zip(chosen, resources.items(), strict=True):
        taken.setdefault(provider.id, (provider, {}))[1][resource_class] = amount
    return tuple(taken.values())
