# SPDX-License-Identifier: Apache-2.0
"""The search finds what the definition of a candidate says, all of it and nothing else, in any forest."""

from hypothesis import given, settings
from hypothesis import strategies as st
from placedock.candidates import search
from placedock.candidates.answers import candidate
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest

from . import definition
from .drawn import forests, requests


def found(forests_: list[Forest], request: CandidatesRequest, **how: bool) -> list:
    """What the search finds, in the words of the definition."""
    return [
        (
            frozenset(
                (uuid, name, amount)
                for uuid, taken in each["allocations"].items()
                for name, amount in taken["resources"].items()
            ),
            frozenset((suffix, frozenset(uuids)) for suffix, uuids in each["mappings"].items()),
        )
        for each in map(candidate, search(forests_, request, **how))
    ]


@settings(max_examples=200, deadline=None)
@given(forests(), requests())
def test_every_candidate_is_found_once_and_nothing_else(
    forest: Forest, request: CandidatesRequest
) -> None:
    answer = found([forest], request)
    assert len(set(answer)) == len(answer)
    assert set(answer) == definition.candidates(forest, request)


@settings(max_examples=200, deadline=None)
@given(forests(), requests(), st.booleans())
def test_a_forest_in_parts_has_the_same_candidates(
    forest: Forest, request: CandidatesRequest, breadth_first: bool
) -> None:
    parts = [Forest({root: tree}, forest.sharing_trees) for root, tree in forest.trees.items()]
    answer = found(parts, request, breadth_first=breadth_first)
    assert sorted(map(repr, answer)) == sorted(map(repr, found([forest], request)))
