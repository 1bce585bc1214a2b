# SPDX-License-Identifier: Apache-2.0
"""What would help really helps, and everything that would help is told: all changes are tried here, one by one and in pairs."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, product

from placedock.candidates.explaining import explain
from placedock.candidates.explaining.changes import Change, Way, ways, with_amount
from placedock.candidates.explaining.relax import MOST_SHOWN
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.deadline import NEVER
from placedock.model.forest import Forest
from topology import forest

from . import definition
from .conftest import TRIED, Explained


def test_what_would_help_has_as_many_candidates_as_it_promises(explained: Explained) -> None:
    helped = 0
    for seed, whole, _, told in explained:
        for one in told.relax.found:
            assert one.candidates == len(definition.candidates(whole, one.request)) > 0, seed
            helped += 1
    assert helped > TRIED / 4


def test_each_single_change_that_helps_is_told_and_amounts_are_the_largest(
    explained: Explained,
) -> None:
    for seed, whole, request, told in explained:
        if told.candidates:
            assert told.relax.found == []
            continue
        helping = set()
        for way in ways(request):
            change = way.change
            if change.asked is not None and change.kind == "amount":
                for amount in range(change.asked - 1, 0, -1):
                    less = with_amount(request, change.group, change.what, amount)
                    if definition.candidates(whole, less):
                        helping.add(change._replace(fits=amount))
                        break
            elif definition.candidates(whole, way.make(request)):
                helping.add(change)
        if helping:
            assert not told.relax.pairs
            assert {one.changes[0] for one in told.relax.found} == helping, seed
        else:
            assert told.relax.pairs or not told.relax.possible, seed
            assert all(len(one.changes) == 2 for one in told.relax.found), seed


def test_each_pair_of_changes_that_helps_is_told_where_no_single_one_does(
    explained: Explained,
) -> None:
    pairs = 0
    for seed, whole, request, told in explained:
        if told.candidates or not told.relax.pairs or told.relax.tried < told.relax.possible:
            continue
        helping = {
            helps
            for first, second in combinations(ways(request), 2)
            if first.change[1:4] != second.change[1:4]
            if (helps := largest_that_help(whole, request, first, second)) is not None
        }
        assert told.relax.helped == len(helping), seed
        if len(helping) <= MOST_SHOWN:
            assert {one.changes for one in told.relax.found} == helping, seed
        pairs += len(helping)
    assert pairs > TRIED / 10


def largest_that_help(
    whole: Forest, request: CandidatesRequest, *both: Way
) -> tuple[Change, ...] | None:
    """Two changes after which there is a candidate; the first amount is the largest, then the second."""
    for amounts in product(*(amounts_below(way.change) for way in both)):
        changed = request
        made = []
        for way, amount in zip(both, amounts, strict=True):
            group, what = way.change.group, way.change.what
            changed = (
                way.make(changed) if amount is None else with_amount(changed, group, what, amount)
            )
            made.append(way.change._replace(fits=amount))
        if any(group.resources for group in changed.groups) and definition.candidates(
            whole, changed
        ):
            return tuple(made)
    return None


def amounts_below(change: Change) -> Iterable[int | None]:
    if change.kind == "amount" and change.asked is not None:
        return range(change.asked - 1, 0, -1)
    return [None]


def test_the_best_change_comes_first(explained: Explained) -> None:
    for seed, _, _, told in explained:
        counts = [one.candidates for one in told.relax.found]
        assert counts == sorted(counts, reverse=True), seed


def test_where_a_limit_keeps_candidates_out_the_query_without_it_is_told() -> None:
    cloud = forest("cn1 VCPU:8\ncn2 VCPU:8\ncn3 VCPU:8")
    request = CandidatesRequest((Group(resources={"VCPU": 1}),), limit=2)
    told = explain(cloud, request, [], NEVER)
    assert (told.candidates, told.stopped) == (2, True)
    [better] = told.relax.found
    assert (better.request, better.candidates) == (replace(request, limit=None), 3)
    enough = explain(cloud, replace(request, limit=3), [], NEVER)
    assert (enough.candidates, enough.stopped, enough.relax.found) == (3, False, [])
