# SPDX-License-Identifier: Apache-2.0
"""The trees that miss least are those that anybody finds who looks at each part of a request below each root."""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from placedock.candidates.explaining import TREES
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import Forest, TreeProvider
from placedock.model.refusal import Reason, Refusal

from .conftest import TRIED, Explained
from .trying import both, meets, parts, reaching, roots


def test_the_nearest_trees_have_no_candidate_and_those_that_miss_least_come_first(
    explained: Explained,
) -> None:
    between = 0
    for seed, whole, request, told in explained:
        if told.candidates:
            assert told.nearest == []
            continue
        missing = {root: list(missed(whole, request, root)) for root in roots(whole)}
        order = sorted(
            missing,
            key=lambda root: (
                len(missing[root]) or 1,
                round(sum(lacking for *_, lacking in missing[root]), 9),
                root.id,
            ),
        )
        assert [near.root for near in told.nearest] == order[:TREES], seed
        for near in told.nearest:
            assert near.misses, seed
            number = len(missing[near.root])
            parts, others = near.misses[:number], near.misses[number:]
            assert [(why.group, lacks(why)) for _, why in parts] == [
                (group, lacking) for group, lacking in missing[near.root]
            ], seed
            for one, why in parts:
                assert is_missed(one, why, near.root, request, whole), (seed, why)
            assert all(one is near.root and why.reason in BETWEEN for one, why in others), seed
            between += len(others)
    assert between > TRIED / 20


BETWEEN = {
    Reason.TOGETHER_TOO_MUCH,
    Reason.TOGETHER_MISSING_TRAIT,
    Reason.NOT_ISOLATED,
    Reason.NOT_ONE_SUBTREE,
    Reason.NOT_FLAT,
}


def missed(
    whole: Forest, request: CandidatesRequest, root: TreeProvider
) -> Iterator[tuple[str, float]]:
    """Names each part that a tree lacks below its root: the group, and the share of it that is lacking, from 0 to 1."""
    traits = set(root.traits)
    for _ in [*(request.root_required - traits), *(request.root_forbidden & traits)]:
        yield "", 1.0
    here = sorted(reaching(whole, [root]), key=lambda one: one.id)
    for group in request.groups:
        for name in [""] if group.suffix else group.resources:
            slot = [
                clause
                for kind, what, clause in parts(group)
                if group.suffix or (kind != "required" and (kind != "resources" or what == name))
            ]
            whole_slot = reduce(both, slot, Group(group.suffix))
            asks_nothing = group.suffix and not (
                group.resources or group.required or group.member_of
            )
            if not asks_nothing and any(serves(one, whole_slot, root, whole) for one in here):
                continue
            each = [
                [
                    part_lacking(one, clause)
                    for clause in slot
                    if not meets(one, clause, root, whole)
                ]
                + [1.0] * bool(asks_nothing)
                for one in here
            ]
            for lacking in min(each, key=lambda lacks: (len(lacks), sum(lacks))):
                yield group.suffix, lacking


def serves(one: TreeProvider, slot: Group, root: TreeProvider, whole: Forest) -> bool:
    """Whether the provider meets all clauses of the slot at once."""
    apart = [replace(slot, in_tree=None)]
    if slot.in_tree is not None:
        apart.append(Group(slot.suffix, in_tree=slot.in_tree))
    return all(meets(one, each, root, whole) for each in apart)


def part_lacking(one: TreeProvider, clause: Group) -> float:
    for name, asked in clause.resources.items():
        stock = one.inventories.get(name)
        if stock is not None and (free := stock.limit - one.used.get(name, 0)) < asked:
            return (asked - max(free, 0)) / asked
    return 1.0


def lacks(why: Refusal) -> float:
    if why.free is None or why.asked is None or why.free >= why.asked:
        return 1.0
    return (why.asked - max(why.free, 0)) / why.asked


def is_missed(
    one: TreeProvider,
    why: Refusal,
    root: TreeProvider,
    request: CandidatesRequest,
    whole: Forest,
) -> bool:
    """Whether the provider breaks a rule of this name."""
    if why.reason in (Reason.ROOT_MISSING_TRAIT, Reason.ROOT_FORBIDDEN_TRAIT):
        wanted = why.reason is Reason.ROOT_MISSING_TRAIT
        asked = request.root_required if wanted else request.root_forbidden
        return one is root and why.what in asked and (why.what in root.traits) != wanted
    (group,) = (each for each in request.groups if each.suffix == why.group)
    if why.reason is Reason.ASKED_NOTHING:
        return not (group.resources or group.required or group.member_of)
    return any(
        what == why.what and not meets(one, clause, root, whole) for _, what, clause in parts(group)
    )
