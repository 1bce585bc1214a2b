# SPDX-License-Identifier: Apache-2.0
"""An explanation of a request that would need very many words stays short, says what it left out, and ends."""

import pytest
from placedock.candidates.explaining import EXAMPLES, MANY, TREES, Explanation, explain
from placedock.candidates.explaining.amounts import MOST_TREES
from placedock.candidates.explaining.relax import MOST_PAIRS, MOST_SHOWN
from placedock.errors import RequestTookTooLong
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import Forest
from placedock.operations import sentences
from topology import forest

from .asking import group

HOSTS = 40
CLOUD = "\n".join(f"cn{number} VCPU:8 MEMORY_MB:1024" for number in range(HOSTS))
WANTED = " ".join(f"CUSTOM_T{number}" for number in range(60))


@pytest.fixture(scope="module")
def cloud() -> Forest:
    return forest(CLOUD)


def test_pairs_of_changes_are_few_and_it_is_told_how_many_are_possible(cloud: Forest) -> None:
    clauses = tuple(group("VCPU:9", f"_{number}", required=WANTED) for number in range(8))
    relax = explain(cloud, CandidatesRequest(clauses), [], NEVER).relax
    assert relax.pairs
    assert relax.tried < relax.possible
    assert len(relax.found) <= MOST_SHOWN <= MOST_PAIRS


NUMA = "numa\n  numa_0 VCPU:8\n  numa_1 VCPU:8"
LOWERED = ("amount", "1")


def amounts_that_help(told: Explanation) -> list[tuple[int | None, bool]]:
    return [
        (change.fits, change.fits_stopped)
        for better in told.relax.found
        for change in better.changes
        if (change.kind, change.group) == LOWERED
    ]


@pytest.mark.parametrize("hosts", [200, 400])
def test_a_tree_is_looked_at_behind_any_number_of_trees_that_are_alike(hosts: int) -> None:
    flat = "\n".join(f"cn{number} VCPU:{64 + number}" for number in range(hosts))
    groups = (group("VCPU:16", "1"), group("VCPU:4", "2"))
    told = explain(forest(f"{flat}\n{NUMA}"), CandidatesRequest(groups, isolate=True), [], NEVER)
    assert amounts_that_help(told) == [(8, False)]
    assert (told.relax.tried, told.relax.possible) == (5, 5)


UNLIKE = "\n".join(f"cn{number} VCPU:{400 + number}" for number in range(MOST_TREES + 1))
"""Hosts with less than is asked for, each with another amount."""


def test_a_change_of_which_not_all_trees_were_looked_at_is_not_called_tried() -> None:
    groups = (group("VCPU:1000", "1"), group("VCPU:4", "2"))
    told = explain(forest(f"{UNLIKE}\n{NUMA}"), CandidatesRequest(groups, isolate=True), [], NEVER)
    assert amounts_that_help(told) == []
    assert told.relax.tried == told.relax.possible - 1


def test_an_amount_that_fits_is_told_with_the_word_that_more_may_fit() -> None:
    known = "known\n  known_0 VCPU:900\n  known_1 VCPU:10 +CUSTOM_T\n  known_2 VCPU:10 +CUSTOM_T"
    groups = (group("VCPU:1000", "1", "CUSTOM_T"), group("VCPU:4", "2"))
    cloud = forest(f"{UNLIKE}\n{known}")
    told = explain(cloud, CandidatesRequest(groups, isolate=True), [], NEVER)
    assert amounts_that_help(told) == [(10, True)]
    (text,) = [
        sentences.of_changes(better.changes)
        for better in told.relax.found
        if better.changes[0].fits_stopped
    ]
    assert text == (
        "Ask for 10 VCPU instead of 1,000 (group 1) (more may fit: not all trees were tried)."
    )


def test_sums_of_other_groups_that_are_left_out_are_told() -> None:
    many = [group(f"VCPU:{2**number}", f"_{number}") for number in range(8)]
    asked = group("VCPU:1000", "1")
    cloud = forest("cn VCPU:300")
    told = explain(cloud, CandidatesRequest((asked, *many)), [], NEVER)
    assert amounts_that_help(told) == []
    assert told.relax.tried == told.relax.possible - 1
    few = explain(cloud, CandidatesRequest((asked, *many[:6])), [], NEVER)
    assert amounts_that_help(few) == [(300 - 63, False)]


def test_changes_examples_and_trees_are_shown_as_far_as_somebody_reads(cloud: Forest) -> None:
    forbidden = " ".join(f"!CUSTOM_T{number}" for number in range(60))
    request = CandidatesRequest((group("VCPU:9 MEMORY_MB:1", required=forbidden),))
    told = explain(cloud, request, [], NEVER)
    assert all(len(reason.examples) <= EXAMPLES for reason in told.reasons)
    assert len(told.nearest) == TREES
    assert len(told.relax.found) <= MOST_SHOWN


def test_candidates_are_counted_up_to_a_number() -> None:
    groups = tuple(group("VCPU:1", f"_{number}") for number in range(3))
    wide = forest("cn\n" + "\n".join(f"  cn_{number} VCPU:8" for number in range(12)))
    told = explain(wide, CandidatesRequest(groups), [], NEVER)
    assert (told.candidates, told.stopped) == (MANY, True)


def test_an_explanation_ends_with_the_time_of_its_request(cloud: Forest) -> None:
    request = CandidatesRequest((group("VCPU:9", required=WANTED),))
    with pytest.raises(RequestTookTooLong):
        explain(cloud, request, [], Deadline(0))
