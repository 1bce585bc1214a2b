# SPDX-License-Identifier: Apache-2.0
"""What the clauses of a request come to, found out from the definition of a candidate by trying everything."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import Forest, TreeProvider

from . import definition


def roots(whole: Forest) -> list[TreeProvider]:
    return [tree[0] for tree in whole.trees.values()]


def everybody(whole: Forest) -> list[TreeProvider]:
    return [one for tree in whole.trees.values() for one in tree]


def reaching(whole: Forest, there: Iterable[TreeProvider]) -> set[TreeProvider]:
    """The providers that serve under one of these roots."""
    known = everybody(whole)
    return {one for root in there for one in known if definition.reaches(one, root, known)}


def serving(whole: Forest, request: CandidatesRequest, there: Iterable[TreeProvider]) -> set[str]:
    """The uuids of the providers that serve in a candidate under one of the roots."""
    return {
        uuid
        for root in there
        for _, mappings in definition.under(whole, request, root)
        for _, uuids in mappings
        for uuid in uuids
    }


def parts(group: Group) -> Iterator[tuple[str, str, Group]]:
    """Kind and name of each clause, with a group that has no other."""
    bare = Group(group.suffix)
    for name, amount in group.resources.items():
        yield "resources", name, replace(bare, resources={name: amount})
    for choice in group.required:
        yield "required", "|".join(sorted(choice)), replace(bare, required=(choice,))
    for choice in group.member_of:
        yield "member_of", "|".join(sorted(choice)), replace(bare, member_of=(choice,))
    if group.in_tree and group.resources:
        yield "in_tree", group.in_tree, replace(bare, in_tree=group.in_tree)
    for trait in group.forbidden:
        yield "forbidden", trait, replace(bare, forbidden=frozenset([trait]))
    for uuid in group.forbidden_aggregates:
        yield (
            "forbidden_aggregates",
            uuid,
            replace(bare, forbidden_aggregates=frozenset([uuid])),
        )


def both(one: Group, more: Group) -> Group:
    return Group(
        one.suffix,
        {**one.resources, **more.resources},
        one.required + more.required,
        one.forbidden | more.forbidden,
        one.member_of + more.member_of,
        one.forbidden_aggregates | more.forbidden_aggregates,
        one.in_tree or more.in_tree,
    )


def meets(one: TreeProvider, clause: Group, root: TreeProvider, whole: Forest) -> bool:
    """Whether the provider meets the only clause of the group under the root."""
    by_uuid = {each.uuid: each for each in everybody(whole)}
    if clause.in_tree:
        named = by_uuid.get(clause.in_tree)
        return (
            named is not None
            and one.root == named.root
            and (bool(clause.suffix) or root.id == named.root)
        )
    return (
        definition.may(one, clause, root, by_uuid)
        and all(definition.admits(one, name, [n]) for name, n in clause.resources.items())
        and all(choice & set(one.traits) for choice in clause.required)
    )


def refused_for(
    one: TreeProvider, group: Group, amounts: Mapping[str, int], root: TreeProvider, whole: Forest
) -> tuple[str, str] | None:
    """The first rule that keeps the provider from serving this part of the group under the root, and what it is about."""
    for name, amount in amounts.items():
        stock = one.inventories.get(name)
        if stock is None:
            return "NO_INVENTORY", name
        if amount < stock.min_unit:
            return "BELOW_MIN_UNIT", name
        if amount > stock.max_unit:
            return "ABOVE_MAX_UNIT", name
        if amount % stock.step_size:
            return "OFF_STEP_SIZE", name
        if not definition.admits(one, name, [amount]):
            return "NOT_ENOUGH_LEFT", name
    if group.suffix and not (group.resources or group.required or group.member_of):
        return "ASKED_NOTHING", ""
    rules = {
        "required": "MISSING_TRAIT",
        "forbidden": "FORBIDDEN_TRAIT",
        "in_tree": "OTHER_TREE",
        "member_of": "WRONG_AGGREGATE",
        "forbidden_aggregates": "FORBIDDEN_AGGREGATE",
    }
    for rule, reason in rules.items():
        failing = [
            what
            for kind, what, clause in parts(group)
            if kind == rule
            and not (kind == "required" and not group.suffix)
            and not meets(one, clause, root, whole)
        ]
        if rule == "member_of" and not group.suffix and len(group.member_of) > 1:
            # The sets of the unsuffixed group are met by the root, all of them, or by the provider.
            covering = [holder for holder in (one, root) if covers(holder, group, one, root)]
            failing = [] if covering else [first_outside(one, group)]
        if failing:
            return reason, "|".join(sorted(failing)) if rule.startswith("forbidden") else failing[0]
    return None


def covers(holder: TreeProvider, group: Group, one: TreeProvider, root: TreeProvider) -> bool:
    own = holder is one or one.root == root.id
    return own and all(choice & set(holder.aggregates) for choice in group.member_of)


def first_outside(one: TreeProvider, group: Group) -> str:
    outside = [choice for choice in group.member_of if not choice & set(one.aggregates)]
    return "|".join(sorted(outside[0]))
