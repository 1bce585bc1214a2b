# SPDX-License-Identifier: Apache-2.0
"""The search finds what the definition of a candidate says, all of it and nothing else, in any forest."""

import pytest
from placedock.candidates import Order, search
from placedock.candidates.answers import candidate
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest

from . import definition
from .drawn import seeds


def found(
    forests_: list[Forest], request: CandidatesRequest, order: Order = Order.DEPTH_FIRST
) -> list[tuple[definition.Allocations, definition.Mappings]]:
    """The candidates that the search finds, in the form of the definition."""
    return [
        (
            frozenset(
                (uuid, name, amount)
                for uuid, taken in each["allocations"].items()
                for name, amount in taken["resources"].items()
            ),
            frozenset((suffix, frozenset(uuids)) for suffix, uuids in each["mappings"].items()),
        )
        for each in map(candidate, search(forests_, request, order))
    ]


def test_every_candidate_is_found_once_and_nothing_else() -> None:
    there = 0
    for seed, forest, request in seeds(4_000):
        answer = found([forest], request)
        assert len(set(answer)) == len(answer), seed
        assert set(answer) == definition.candidates(forest, request), seed
        there += bool(answer)
    assert there > 500, "most requests were met by nothing, which shows little"


@pytest.mark.parametrize("order", Order)
def test_a_forest_in_parts_has_the_same_candidates(order: Order) -> None:
    for seed, forest, request in seeds(500):
        parts = [Forest({root: tree}, forest.sharing_trees) for root, tree in forest.trees.items()]
        answer = found(parts, request, order)
        assert sorted(map(repr, answer)) == sorted(map(repr, found([forest], request))), seed
