# SPDX-License-Identifier: Apache-2.0
"""A reporter hears why an answer is what it is, and nothing depends on whether one listens."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from placedock.candidates import Order, search
from placedock.candidates.combination import Combination
from placedock.candidates.offers import Offers, anchors, named_trees
from placedock.candidates.plan import plan
from placedock.candidates.reporter import SILENT, Detail
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import Forest, Tree, TreeProvider
from placedock.model.refusal import Reason, Refusal
from topology import forest, uuid_of

from .asking import candidates, group, names
from .drawn import seeds


class Recording:
    """Remembers what it is told."""

    def __init__(self, detail: Detail = Detail.EXAMPLES) -> None:
        self.detail = detail
        self.trees = 0
        self.refusals: list[tuple[str, Refusal]] = []
        self.drops: list[tuple[str, Refusal]] = []
        self.candidates: list[Combination] = []

    def looked_at(self, trees: Collection[Tree]) -> None:
        self.trees += len(trees)

    def refused(self, provider: TreeProvider, refusal: Refusal, anchor: TreeProvider) -> None:
        self.refusals.append((provider.uuid, refusal))

    def dropped(self, anchor: TreeProvider, refusal: Refusal) -> None:
        self.drops.append((anchor.uuid, refusal))

    def found(self, candidate: Combination) -> None:
        self.candidates.append(candidate)


def heard(drawing: str, *groups: Group, **wide: Any) -> Recording:
    """All that a search of the drawing tells, with the providers by name."""
    reporter, named = Recording(), names(drawing)
    candidates(drawing, *groups, reporter=reporter, **wide)
    reporter.refusals = [(named[uuid], refusal) for uuid, refusal in reporter.refusals]
    reporter.drops = [(named[uuid], refusal) for uuid, refusal in reporter.drops]
    return reporter


@pytest.mark.parametrize("detail", Detail)
def test_an_answer_is_the_same_with_and_without_a_reporter(detail: Detail) -> None:
    for seed, whole, request in seeds(2_000):
        order = (Order.DEPTH_FIRST, Order.BREADTH_FIRST)[seed % 2]
        parts = [Forest({root: tree}, whole.sharing_trees) for root, tree in whole.trees.items()]
        silent = list(search(parts, request, order))
        reporter = Recording(detail)
        assert list(search(parts, request, order, reporter)) == silent, seed
        if detail:
            assert reporter.candidates == silent, seed
            assert reporter.trees == len(whole.trees), seed
        if detail < Detail.EXAMPLES:
            assert reporter.refusals == [], seed


def test_each_root_without_a_candidate_has_a_reason() -> None:
    for seed, whole, request in seeds(2_000):
        for root, tree in whole.trees.items():
            reporter = Recording()
            list(search([Forest({root: tree}, whole.sharing_trees)], request, reporter=reporter))
            dropped = {uuid for uuid, _ in reporter.drops}
            assert dropped == (set() if reporter.candidates else {tree[0].uuid}), seed


def test_a_provider_is_refused_for_a_slot_or_offers_itself() -> None:
    """Counted over all providers that can serve under an anchor, so that explanations add up."""
    for seed, whole, request in seeds(500):
        request = replace(request, root_required=frozenset(), root_forbidden=frozenset())
        slots = sum(len(group.resources) if not group.suffix else 1 for group in request.groups)
        for anchor in anchors(whole):
            tree = Forest({anchor.tree[0].id: anchor.tree}, whole.sharing_trees)
            reporter = Recording()
            list(search([tree], request, reporter=reporter))
            there = len(anchor.tree) + len(anchor.sharing_providers)
            offers = Offers(plan(request), SILENT).all(anchor, named_trees(tree, request.groups))
            offering = sum(len(offers[slot.shape]) for slot in plan(request).slots)
            assert len(reporter.refusals) + offering == there * slots, seed


def test_a_refusal_has_the_figures_of_the_inventory() -> None:
    drawing = """
    full   VCPU:10,used=4,reserved=2,allocation_ratio=1.5
    odd    VCPU:9,min_unit=4,max_unit=8,step_size=4
    bad    VCPU:11,used=2 +BAD
    other
    """
    figures: dict[str, Any] = {
        "free": 8,
        "capacity": 12,
        "used": 4,
        "total": 10,
        "reserved": 2,
        "allocation_ratio": 1.5,
        "min_unit": 1,
        "max_unit": 2**31 - 1,
        "step_size": 1,
    }
    told = dict(heard(drawing, group("VCPU:9", required="!BAD")).refusals)
    assert told["full"] == Refusal(Reason.NOT_ENOUGH_LEFT, "", "VCPU", 9, **figures)
    assert told["odd"][:4] == (Reason.ABOVE_MAX_UNIT, "", "VCPU", 9)
    assert told["bad"] == Refusal(Reason.FORBIDDEN_TRAIT, "", "BAD")
    assert told["other"] == Refusal(Reason.NO_INVENTORY, "", "VCPU", 9)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (1, Reason.BELOW_MIN_UNIT),
        (5, Reason.OFF_STEP_SIZE),
        (8, Reason.NOT_ENOUGH_LEFT),
        (12, Reason.ABOVE_MAX_UNIT),
    ],
)
def test_a_refusal_says_which_part_of_the_rule_it_was(amount: int, reason: Reason) -> None:
    drawing = "cn VCPU:9,used=2,min_unit=2,max_unit=10,step_size=2"
    ((_, refusal),) = heard(drawing, group(f"VCPU:{amount}", "_A")).refusals
    assert refusal.reason is reason


RULES = """
cn        VCPU:4  @north  +RED
  child   VCPU:4  @south
other     VCPU:4  @north
"""


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"required": "RED|BLUE GREEN"}, {("cn", Reason.MISSING_TRAIT, "GREEN")}),
        ({"required": "RED|BLUE"}, {("child", Reason.MISSING_TRAIT, "BLUE|RED")}),
        ({"required": "!RED"}, {("cn", Reason.FORBIDDEN_TRAIT, "RED")}),
        ({"member_of": "south"}, {("cn", Reason.WRONG_AGGREGATE, "south")}),
        ({"member_of": "!north"}, {("other", Reason.FORBIDDEN_AGGREGATE, "north")}),
        ({"in_tree": "child"}, {("other", Reason.OTHER_TREE, "child")}),
    ],
)
def test_each_clause_of_a_group_is_a_reason(
    asked: dict[str, str], refused: set[tuple[str, Reason, str]]
) -> None:
    told = heard(RULES, group("VCPU:1", "_A", **asked)).refusals
    shown = {uuid_of(name): name for name in ("north", "south", "child")}
    assert refused <= {
        (name, refusal.reason, shown.get(refusal.what, refusal.what)) for name, refusal in told
    }
    assert {refusal.group for _, refusal in told} == {"_A"}


NUMA = """
cn
  numa0     VCPU:1
    gpu0    VGPU:1
  numa1     VCPU:1
    gpu1    FPGA:1
"""


@pytest.mark.parametrize(
    ("groups", "wide", "refusal"),
    [
        ([group("NET:1", "_A")], {}, Refusal(Reason.NOBODY, "_A")),
        (
            [group("VCPU:1", "_A"), group("VCPU:1", "_B"), group("VCPU:1", "_C")],
            {},
            Refusal(Reason.TOGETHER_TOO_MUCH, what="VCPU", asked=3, free=2),
        ),
        (
            [group("VGPU:1", "_A"), group("", "_B", required="GPU")],
            {"isolate": True},
            Refusal(Reason.NOT_ISOLATED),
        ),
        (
            [group("VGPU:1", "_A"), group("FPGA:1", "_B")],
            {"same_subtree": (frozenset(["_A", "_B"]),)},
            Refusal(Reason.NOT_ONE_SUBTREE, what="_A,_B"),
        ),
        (
            [group("VCPU:1")],
            {"root_required": frozenset(["GOOD"])},
            Refusal(Reason.ROOT_MISSING_TRAIT, what="GOOD"),
        ),
        (
            [group("VCPU:1")],
            {"root_forbidden": frozenset(["BAD"])},
            Refusal(Reason.ROOT_FORBIDDEN_TRAIT, what="BAD"),
        ),
        ([group("VGPU:1 FPGA:1")], {"nested": False}, Refusal(Reason.NOT_FLAT)),
    ],
    ids=lambda each: each.reason.name if isinstance(each, Refusal) else "",
)
def test_what_does_not_go_together_is_a_reason_of_the_root(
    groups: list[Group], wide: dict[str, Any], refusal: Refusal
) -> None:
    drawing = NUMA.replace("cn\n", "cn +BAD\n").replace("gpu0    VGPU:1", "gpu0    VGPU:1 +GPU")
    told = heard(drawing, *groups, **wide)
    assert told.candidates == []
    assert ("cn", refusal) in told.drops


def test_trees_that_are_looked_at_are_told_once() -> None:
    whole = forest(RULES)
    reporter = Recording()
    list(search([whole], CandidatesRequest((group("VCPU:9"),)), reporter=reporter))
    assert reporter.trees == 2
