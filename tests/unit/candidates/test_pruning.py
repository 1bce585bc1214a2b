# SPDX-License-Identifier: Apache-2.0
"""What would take for ever by trying is found out at once: searches that a host with many devices makes possible.

Bounds are processor time, because tests share the machine; each is many times what is needed, and a small part of what
trying everything takes.
"""

import tracemalloc
from time import process_time
from typing import Any

import pytest
from placedock.candidates import Order, search
from placedock.candidates.sample import sampled
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import Forest
from topology import forest

from .asking import group

HOSTS = 200
BOUND = 0.5
"""Seconds for all of the hosts together."""

TWO_NODES = """
cn{0}          VCPU:64
  numa0-{0}    VCPU:32  +HW_NUMA_ROOT
{1}
  numa1-{0}    VCPU:32  +HW_NUMA_ROOT
    fpga-{0}   FPGA:1
"""
EIGHT = "cn{0} VCPU:64\n{1}\n"


def gpus(host: int, count: int, traits: int = 0) -> str:
    """GPUs below a node, the first of them with a trait."""
    return "\n".join(
        f"    gpu{number}-{host} VGPU:1 {'+FAST' if number < traits else ''}"
        for number in range(count)
    )


def hosts(drawing: str, count: int, *devices: int, number: int = HOSTS) -> Forest:
    return forest(
        "".join(drawing.format(host, gpus(host, count, *devices)) for host in range(number))
    )


def wanting(count: int, required: str = "") -> list[Group]:
    return [group("VGPU:1", f"_G{number}", required=required) for number in range(count)]


NUMA = group("", "_NUMA", required="HW_NUMA_ROOT")
FPGA = group("FPGA:1", "_FPGA")


def together(*groups: Group) -> dict[str, object]:
    return {"same_subtree": (frozenset(each.suffix for each in groups),)}


@pytest.mark.parametrize("isolate", [True, False])
@pytest.mark.parametrize(
    ("cloud", "groups", "wide"),
    [
        (hosts(TWO_NODES, 9), [*wanting(9), FPGA, NUMA], together(*wanting(9), FPGA, NUMA)),
        (hosts(TWO_NODES, 9), [*wanting(9), FPGA], together(*wanting(9), FPGA)),
        (hosts(EIGHT, 8, 7), wanting(8, "FAST"), {}),
        (hosts(EIGHT, 8, 6), [*wanting(2), *wanting(9, "FAST")[2:]], {}),
        (hosts(EIGHT, 8), wanting(9), {}),
    ],
    ids=[
        "nine GPUs and the FPGA of the other NUMA node",
        "the same without a NUMA node above them",
        "eight groups want a trait that seven GPUs have",
        "two groups want any GPU, seven one of six",
        "nine groups, eight GPUs",
    ],
)
def test_that_nothing_fits_is_not_found_out_by_permuting(
    cloud: Forest, groups: list[Group], wide: dict[str, Any], isolate: bool
) -> None:
    request = CandidatesRequest(tuple(groups), isolate=isolate, **wide)
    began = process_time()
    assert list(search([cloud], request)) == []
    assert process_time() - began < BOUND


def test_the_only_way_is_found_without_trying_the_others() -> None:
    """Seven groups want the trait that seven GPUs have; the eighth is left with the GPU that has none."""
    request = CandidatesRequest((*wanting(1), *wanting(8, "FAST")[1:]), isolate=True)
    began = process_time()
    first = next(search([hosts(EIGHT, 8, 7, number=1)], request))
    assert len(first.allocations) == 8
    assert process_time() - began < BOUND


def test_amounts_that_cannot_be_packed_are_not_permuted() -> None:
    """Two of three fit on each of four providers, so that eight of nine groups do; what is left in all would do for all."""
    drawing = "cn\n" + "".join(f"  child{number} VCPU:8\n" for number in range(4))
    request = CandidatesRequest(tuple(group("VCPU:3", f"_{number}") for number in range(9)))
    began = process_time()
    assert list(search([forest(drawing)], request)) == []
    assert process_time() - began < BOUND


def test_what_was_tried_in_vain_is_not_tried_again_with_groups_that_ask_for_the_same() -> None:
    """Where a group of five is, there is room for one of three; no count tells that, and there are 18! orders to try."""
    drawing = "cn\n" + "".join(f"  child{number} VCPU:9\n" for number in range(7))
    amounts = [5] * 6 + [3] * 11
    groups = [group(f"VCPU:{amount}", f"_{each}") for each, amount in enumerate(amounts)]
    assert sum(amounts) == 7 * 9
    began = process_time()
    assert list(search([forest(drawing)], CandidatesRequest(tuple(groups)))) == []
    assert process_time() - began < 4 * BOUND


@pytest.mark.parametrize("number", [1, HOSTS])
def test_a_thousand_groups_are_no_depth(number: int) -> None:
    cloud = forest("".join(f"cn{host} VCPU:2000\n" for host in range(number)))
    request = CandidatesRequest(tuple(group("VCPU:1", f"_{each}") for each in range(1020)))
    began = process_time()
    found = list(search([cloud], request))
    assert len(found) == number
    assert found[0].allocations[found[0].chosen[0].uuid] == {"resources": {"VCPU": 1020}}
    assert len(found[0].mappings) == 1020
    assert process_time() - began < BOUND


def test_a_thousand_isolated_groups_are_no_depth() -> None:
    cloud = forest("cn\n" + "".join(f"  child{each} VCPU:1\n" for each in range(1020)))
    groups = tuple(group("VCPU:1", f"_{each}") for each in range(1020))
    first = next(search([cloud], CandidatesRequest(groups, isolate=True)))
    assert len(first.allocations) == 1020


def test_as_many_subtrees_as_groups_are_no_depth() -> None:
    groups = tuple(group("VCPU:1", f"_{each}") for each in range(300))
    subtrees = tuple(frozenset([each.suffix]) for each in groups)
    request = CandidatesRequest(groups, same_subtree=subtrees)
    assert len(list(search([forest("cn VCPU:2000")], request))) == 1


WIDE = forest("cn\n" + "".join(f"  child{number} VCPU:64\n" for number in range(8)))
MANY = CandidatesRequest(tuple(group("VCPU:1", f"_{number}") for number in range(8)))
"""16.7 million candidates."""


def test_a_sample_is_taken_without_making_all_candidates() -> None:
    """In a second and 100 MB, of which the time has room for a busy machine and for what counts the memory."""
    began = process_time()
    tracemalloc.start()
    try:
        *_, sample = sampled(search([WIDE], MANY, Order.RANDOM), 1000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000
    assert process_time() - began < 40 * BOUND
    assert len({tuple(each.id for each in one.chosen) for one in sample}) == 1000
    # In the order of the search the first four thousand would have the first group at one child only.
    first = [sum(one.chosen[0].id == child for one in sample) for child in range(2, 10)]
    assert min(first) > 60


def test_a_small_answer_is_sampled_exactly() -> None:
    """Each of 64 candidates is in a sample of 16 as often as the others: a quarter of 400 times, and 6 deviations more."""
    two = CandidatesRequest((group("VCPU:1", "_A"), group("VCPU:1", "_B")))
    times: dict[object, int] = {}
    for _ in range(400):
        *_, sample = sampled(search([WIDE], two, Order.RANDOM), 16)
        for one in sample:
            key = tuple(each.id for each in one.chosen)
            times[key] = times.get(key, 0) + 1
    assert len(times) == 64
    assert min(times.values()) > 100 - 6 * 9
    assert max(times.values()) < 100 + 6 * 9
