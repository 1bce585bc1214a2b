# SPDX-License-Identifier: Apache-2.0
"""`same_subtree` and the groups without resources that it places."""

from .asking import candidates, group
from .test_search import NUMA


def test_a_set_of_groups_inside_of_another_one_may_take_its_top_away() -> None:
    drawing = "cn VCPU:4\n  numa VCPU:4\n    fpga FPGA:1"
    groups = group("VCPU:1", "_A"), group("VCPU:2", "_B"), group("FPGA:1", "_C")
    sets = frozenset(["_A", "_B"]), frozenset(["_A", "_B", "_C"])
    # The provider on top of all three serves _A or _B; the provider that serves the other one is below it, or is the same.
    assert candidates(drawing, *groups, same_subtree=sets) == [
        "cn VCPU:3, fpga FPGA:1",
        "cn VCPU:1, fpga FPGA:1, numa VCPU:2",
        "cn VCPU:2, fpga FPGA:1, numa VCPU:1",
        "fpga FPGA:1, numa VCPU:3",
    ]


def test_in_one_subtree_means_below_one_of_those_that_serve() -> None:
    two = group("VCPU:1", "_A"), group("VGPU:1", "_B")
    both = (frozenset(["_A", "_B"]),)
    assert candidates(NUMA, *two, same_subtree=both) == [
        "gpu0 VGPU:1, numa0 VCPU:1",
        "gpu1 VGPU:1, numa1 VCPU:1",
    ]
    gpus = group("VGPU:1", "_A"), group("VGPU:1", "_B")
    assert candidates(NUMA, *gpus, same_subtree=both, isolate=True) == []


def test_a_group_without_resources_is_placed_and_takes_nothing() -> None:
    drawing = NUMA.replace("VCPU:4", "VCPU:4 +NUMA")
    placed = group("", "_N", required="NUMA")
    subtree = (frozenset(["_N", "_G"]),)
    found = candidates(drawing, placed, group("VGPU:1", "_G"), same_subtree=subtree)
    assert found == ["gpu0 VGPU:1", "gpu1 VGPU:1"]


def test_a_group_that_asks_for_nothing_positive_is_served_by_nobody() -> None:
    nothing = group("", "_N", required="!FAST")
    subtree = (frozenset(["_N"]),)
    assert candidates(NUMA, nothing, group("VCPU:1", "_A"), same_subtree=subtree) == []


def test_in_tree_does_not_bind_a_group_without_resources() -> None:
    drawing = NUMA.replace("VCPU:4", "VCPU:4 +NUMA") + "other VCPU:1"
    placed = group("", "_N", required="NUMA", in_tree="other")
    found = candidates(drawing, placed, group("VGPU:1", "_G"), same_subtree=(frozenset(["_N"]),))
    assert len(found) == 4
