# SPDX-License-Identifier: Apache-2.0
"""The search finds the right candidates in small forests, rule by rule."""

from collections.abc import Iterator

import pytest
from placedock.candidates import Order, search
from placedock.candidates.answers import candidate, summaries
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest
from topology import forest, uuid_of

from .asking import candidates, group, names

HOST = "host VCPU:8,used=2,reserved=1,min_unit=2,max_unit=4,step_size=2,allocation_ratio=1.2"

NUMA = """
cn                DISK_GB:100
  numa0           VCPU:4
    gpu0          VGPU:1       +FAST
  numa1           VCPU:4
    gpu1          VGPU:1
"""

SHARED = """
cn1   VCPU:4             @rack
cn2   VCPU:4             @rack
cn3   VCPU:4
nfs   DISK_GB:100        @rack  +MISC_SHARES_VIA_AGGREGATE
"""


@pytest.mark.parametrize(
    ("amount", "fits"), [(1, False), (2, True), (3, False), (4, True), (5, False), (6, False)]
)
def test_an_amount_must_be_one_that_the_inventory_hands_out(amount: int, fits: bool) -> None:
    assert bool(candidates(HOST, group(f"VCPU:{amount}"))) is fits


def test_capacity_is_truncated_and_what_is_used_counts() -> None:
    drawing = "host VCPU:5,used=4,allocation_ratio=1.3"
    assert candidates(drawing, group("VCPU:2")) == ["host VCPU:2"]
    assert candidates(drawing, group("VCPU:3")) == []


def test_a_flat_provider_is_a_tree_of_one() -> None:
    drawing = """
    cn1 VCPU:4 DISK_GB:10
    cn2 VCPU:4
    """
    assert candidates(drawing, group("VCPU:1 DISK_GB:1")) == ["cn1 VCPU:1 DISK_GB:1"]


def test_the_unsuffixed_group_takes_each_class_from_any_provider_of_the_tree() -> None:
    assert candidates(NUMA, group("VCPU:1 DISK_GB:5")) == [
        "cn DISK_GB:5, numa0 VCPU:1",
        "cn DISK_GB:5, numa1 VCPU:1",
    ]


def test_a_suffixed_group_is_served_by_one_provider_alone() -> None:
    assert candidates(NUMA, group("VCPU:1 DISK_GB:5", "_A")) == []
    assert len(candidates(NUMA, group("VCPU:1", "_A"), group("DISK_GB:5", "_B"))) == 2


def test_a_client_that_knows_no_trees_takes_from_one_provider_of_each() -> None:
    assert candidates(NUMA, group("VCPU:1 DISK_GB:5"), nested=False) == []
    assert candidates(NUMA, group("VCPU:1"), nested=False) == ["numa0 VCPU:1", "numa1 VCPU:1"]


def test_those_that_serve_the_unsuffixed_group_have_its_traits_together() -> None:
    drawing = """
    cn      DISK_GB:10 +SLOW
      numa  VCPU:4     +NUMA
      spare VGPU:1     +GPU
    """
    assert candidates(drawing, group("VCPU:1 DISK_GB:5", required="NUMA SLOW"))
    assert not candidates(drawing, group("VCPU:1 DISK_GB:5", required="NUMA GPU"))
    assert candidates(drawing, group("VCPU:1", required="NUMA|GPU"))


def test_a_forbidden_trait_rules_out_the_provider_but_not_its_tree() -> None:
    assert candidates(NUMA, group("VGPU:1 DISK_GB:1", required="!FAST")) == [
        "cn DISK_GB:1, gpu1 VGPU:1"
    ]


def test_a_sharing_provider_serves_every_tree_of_its_aggregate() -> None:
    assert candidates(SHARED, group("VCPU:1 DISK_GB:5")) == [
        "cn1 VCPU:1, nfs DISK_GB:5",
        "cn2 VCPU:1, nfs DISK_GB:5",
    ]


def test_a_sharing_provider_need_not_be_a_root() -> None:
    drawing = """
    storage
      pool   DISK_GB:100 @rack +MISC_SHARES_VIA_AGGREGATE
    cn1      VCPU:4      @rack
    """
    assert candidates(drawing, group("VCPU:1 DISK_GB:5")) == ["cn1 VCPU:1, pool DISK_GB:5"]


def test_an_aggregate_on_a_child_shares_with_the_whole_tree() -> None:
    drawing = """
    cn       VCPU:4
      nic                @rack
    nfs      DISK_GB:100 @rack +MISC_SHARES_VIA_AGGREGATE
    """
    assert candidates(drawing, group("VCPU:1 DISK_GB:5")) == ["cn VCPU:1, nfs DISK_GB:5"]


def test_what_only_sharing_providers_serve_is_one_candidate_under_however_many_anchors() -> None:
    assert candidates(SHARED, group("DISK_GB:5")) == ["nfs DISK_GB:5"]
    assert candidates(SHARED, group("DISK_GB:5", "_A")) == ["nfs DISK_GB:5"]


def test_what_sharing_providers_serve_goes_with_each_tree_that_serves_the_rest() -> None:
    found = candidates(SHARED, group("DISK_GB:5"), group("VCPU:1", "_A"))
    assert found == ["cn1 VCPU:1, nfs DISK_GB:5", "cn2 VCPU:1, nfs DISK_GB:5"]


def test_in_tree_means_the_whole_tree_and_nothing_shared() -> None:
    assert candidates(NUMA, group("DISK_GB:1", in_tree="gpu1")) == ["cn DISK_GB:1"]
    assert candidates(SHARED, group("VCPU:1 DISK_GB:5", in_tree="cn1")) == []
    assert candidates(SHARED, group("DISK_GB:5"), group("VCPU:1", "_A", in_tree="cn2")) == [
        "cn2 VCPU:1, nfs DISK_GB:5"
    ]


def test_an_aggregate_on_the_root_covers_the_tree_for_the_unsuffixed_group_only() -> None:
    drawing = """
    cn     @rack
      numa VCPU:4
    """
    assert candidates(drawing, group("VCPU:1", member_of="rack"))
    assert not candidates(drawing, group("VCPU:1", "_A", member_of="rack"))
    assert not candidates(drawing, group("VCPU:1", member_of="!rack"))
    assert candidates(drawing, group("VCPU:1", "_A", member_of="!rack"))


def test_member_of_is_an_and_of_ors_that_one_provider_meets() -> None:
    drawing = """
    cn     @north
      numa @south VCPU:4
    """
    assert candidates(drawing, group("VCPU:1", member_of="north|east"))
    assert not candidates(drawing, group("VCPU:1", member_of="north south"))


def test_a_sharing_provider_must_itself_be_in_the_aggregates_asked_for() -> None:
    drawing = SHARED.replace("cn1   VCPU:4             @rack", "cn1 VCPU:4 @rack @north")
    assert candidates(drawing, group("VCPU:1 DISK_GB:1", member_of="north")) == []
    assert len(candidates(drawing, group("VCPU:1 DISK_GB:1", member_of="rack"))) == 2


def test_the_roots_traits_are_asked_of_the_anchor_and_not_of_who_shares_with_it() -> None:
    drawing = SHARED.replace("cn1   VCPU:4", "cn1 VCPU:4 +GOOD")
    found = candidates(drawing, group("VCPU:1 DISK_GB:5"), root_required=frozenset(["GOOD"]))
    assert found == ["cn1 VCPU:1, nfs DISK_GB:5"]
    sharing = frozenset(["MISC_SHARES_VIA_AGGREGATE"])
    assert len(candidates(SHARED, group("VCPU:1 DISK_GB:5"), root_forbidden=sharing)) == 2


def test_amounts_of_several_groups_add_up_on_one_provider() -> None:
    drawing = "cn VCPU:4,max_unit=3 DISK_GB:10"
    assert candidates(drawing, group("VCPU:1"), group("VCPU:2", "_A")) == ["cn VCPU:3"]
    assert candidates(drawing, group("VCPU:2"), group("VCPU:2", "_A")) == []
    assert candidates(drawing, group("VCPU:3", "_A"), group("VCPU:2", "_B")) == []


def test_isolated_groups_are_on_different_providers() -> None:
    two = group("VCPU:1", "_A"), group("VCPU:1", "_B")
    assert len(candidates(NUMA, *two)) == 4
    assert len(candidates(NUMA, *two, isolate=True)) == 2
    assert candidates("cn VCPU:8", group("VCPU:1"), group("VCPU:1", "_A"), isolate=True)


def test_mappings_tell_who_serves_which_group() -> None:
    request = CandidatesRequest(
        (group("VCPU:1 DISK_GB:5"), group("VCPU:1", "_A"), group("", "_N", required="FAST"))
    )
    named = names(NUMA)
    found = [candidate(each)["mappings"] for each in search([forest(NUMA)], request)]
    assert {suffix: {named[uuid] for uuid in uuids} for suffix, uuids in found[0].items()} == {
        "": {"cn", "numa0"},
        "_A": {"numa0"},
        "_N": {"gpu0"},
    }


def test_groups_that_swap_their_providers_are_two_candidates() -> None:
    drawing = """
    cn
      a VCPU:2
      b VCPU:2
    """
    found = candidates(drawing, group("VCPU:1", "_A"), group("VCPU:1", "_B"), isolate=True)
    assert found == ["a VCPU:1, b VCPU:1"] * 2


def test_summaries_cover_all_of_each_tree_that_is_used() -> None:
    whole = forest(NUMA + "other VCPU:9\n")
    found = list(search([whole], CandidatesRequest((group("VGPU:1"),))))
    shown = summaries(found, whole.trees, whole_trees=True)
    assert {uuid_of(name) for name in ("cn", "numa0", "numa1", "gpu0", "gpu1")} == shown.keys()
    assert shown[uuid_of("gpu0")] == {
        "resources": {"VGPU": {"capacity": 1, "used": 0}},
        "traits": ["FAST"],
        "parent_provider_uuid": uuid_of("numa0"),
        "root_provider_uuid": uuid_of("cn"),
    }
    flat = summaries(found, whole.trees, whole_trees=False)
    assert flat.keys() == {uuid_of("gpu0"), uuid_of("gpu1")}


def test_depth_first_empties_an_anchor_and_breadth_first_takes_turns() -> None:
    drawing = NUMA + NUMA.replace("cn", "xn").replace("numa", "xuma").replace("gpu", "xgpu")
    asked = group("VCPU:1")
    assert candidates(drawing, asked) == [
        "numa0 VCPU:1",
        "numa1 VCPU:1",
        "xuma0 VCPU:1",
        "xuma1 VCPU:1",
    ]
    assert candidates(drawing, asked, order=Order.BREADTH_FIRST) == [
        "numa0 VCPU:1",
        "xuma0 VCPU:1",
        "numa1 VCPU:1",
        "xuma1 VCPU:1",
    ]


def test_who_stops_early_does_not_cause_the_rest_to_be_read() -> None:
    whole = forest(NUMA)
    read: list[int] = []

    def parts() -> Iterator[Forest]:
        for number in range(3):
            read.append(number)
            yield whole

    next(search(parts(), CandidatesRequest((group("VCPU:1"),))))
    assert read == [0]


def test_equal_combinations_are_joined_across_parts_of_the_forest() -> None:
    whole = forest(SHARED)
    parts = [Forest({root: tree}, whole.sharing_trees) for root, tree in whole.trees.items()]
    assert candidates(SHARED, group("DISK_GB:5"), forests=parts) == ["nfs DISK_GB:5"]


def test_a_wide_tree_that_is_nearly_full_is_given_up_before_anything_is_combined() -> None:
    """There are 24! ways to place 24 of the 25 groups."""
    wide = "cn\n" + "".join(f"  gpu{number} VGPU:1\n" for number in range(24))
    groups = [group("VGPU:1", f"_{number}") for number in range(25)]
    assert candidates(wide, *groups, deadline=Deadline(5)) == []


def test_a_partial_combination_that_does_not_fit_is_not_continued() -> None:
    wide = "cn\n" + "".join(f"  gpu{number} VGPU:1\n" for number in range(12))
    groups = tuple(group("VGPU:1", f"_{number}") for number in range(12))
    first = next(search([forest(wide)], CandidatesRequest(groups)))
    assert len(first.allocations) == 12
