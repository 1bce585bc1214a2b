# SPDX-License-Identifier: Apache-2.0
"""Changes of a request that would help: there are candidates after them. Each changed request is really searched for.

Pairs of changes are tried where no single one helps, those first that leave most trees to look at.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations, islice, zip_longest
from typing import NamedTuple

from placedock.candidates import search
from placedock.candidates.explaining import changes
from placedock.candidates.explaining.amounts import Amounts
from placedock.candidates.explaining.changes import Change, Way
from placedock.candidates.explaining.survey import Part, Survey
from placedock.candidates.offers import Anchor
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest

MANY = 1_000
"""So many candidates are counted at most."""

MOST_PAIRED = 50
"""So many changes are paired with each other at most."""

MOST_PAIRS = 50
"""So many pairs of changes are tried at most."""

MOST_SHOWN = 20
"""So many changed requests are shown at most."""


class Relaxation(NamedTuple):
    """One or two changes, the request that they make, and how many candidates it has; more than that when `stopped`."""

    changes: tuple[Change, ...]
    request: CandidatesRequest
    candidates: int
    stopped: bool


class Attempt(NamedTuple):
    """What changes have led to: `better`, or None when they do not help. `stopped` says that they may help all the same."""

    better: Relaxation | None
    stopped: bool = False


class Relaxations(NamedTuple):
    """The best of what helps, and how many `helped` in all of the possible changes that were `tried`.

    `pairs` says that these were pairs.

    A change of an amount is not `tried` when none that fits was found and not all trees were looked at.
    """

    found: Sequence[Relaxation]
    helped: int
    tried: int
    possible: int
    pairs: bool


def count(forest: Forest, request: CandidatesRequest, survey: Survey) -> tuple[int, bool]:
    """The number of candidates, up to `MANY` or the limit, and whether there are more."""
    most = MANY if request.limit is None else min(MANY, request.limit)
    found = sum(1 for _ in islice(search([forest], request, deadline=survey.deadline), most + 1))
    return min(found, most), found > most


def relaxations(survey: Survey) -> Relaxations:
    """The changes that help a request without candidates."""
    one = _Relaxing(survey)
    ways = list(changes.ways(survey.request))
    singles = [one.by(way) for way in ways]
    open_singles = sum(each.stopped for each in singles)
    if any(each.better is not None for each in singles):
        return _told(singles, len(ways) - open_singles, len(ways), pairs=False)
    pairs = [
        (first, second)
        for first, second in combinations(range(min(len(ways), MOST_PAIRED)), 2)
        if _is_sensible(ways[first], ways[second])
    ]
    trees = {pair: sum(1 for _ in one.trees(ways[place] for place in pair)) for pair in pairs}
    promising = sorted((pair for pair in pairs if trees[pair]), key=lambda pair: -trees[pair])
    found = [one.by(ways[first], ways[second]) for first, second in promising[:MOST_PAIRS]]
    not_tried = max(0, len(promising) - MOST_PAIRS) + sum(each.stopped for each in found)
    possible = len(pairs) if len(ways) <= MOST_PAIRED else math.comb(len(ways), 2)
    return _told(found, len(pairs) - not_tried, possible + open_singles, pairs=True)


def limit_lifted(survey: Survey) -> Relaxations:
    """The change that gives a request with candidates more of them: its limit may be all that keeps others out."""
    limit = survey.request.limit
    if limit is None:
        return Relaxations([], 0, 0, 0, pairs=False)
    request = replace(survey.request, limit=None)
    found, stopped = count(survey.forest, request, survey)
    change = Change("limit", None, "limit", "", limit)
    more = [Relaxation((change,), request, found, stopped)] if found > limit else []
    return Relaxations(more, len(more), 1, 1, pairs=False)


def _told(attempts: Iterable[Attempt], tried: int, possible: int, pairs: bool) -> Relaxations:
    """Those with most candidates come first; of as many, those that only lower amounts."""
    found = sorted(
        (each.better for each in attempts if each.better is not None),
        key=lambda one: (-one.candidates, sum(each.fits is None for each in one.changes)),
    )
    return Relaxations(found[:MOST_SHOWN], len(found), tried, possible, pairs)


def _is_sensible(one: Way, other: Way) -> bool:
    """Whether the second change says something that the first does not."""
    same = (one.change.group, one.change.clause, one.change.what)
    return same != (other.change.group, other.change.clause, other.change.what)


class _Relaxing:
    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._amounts = Amounts(survey)
        self._request = survey.request

    def trees(self, ways: Iterable[Way]) -> Iterable[Anchor]:
        """The trees that may have a candidate after these changes."""
        touched = frozenset[Part]().union(*(way.touches for way in ways))
        return self._survey.missing_no_more_than(touched)

    def by(self, *ways: Way) -> Attempt:
        """The request after the changes, with its candidates."""
        there = list(self.trees(ways))
        request = self._request
        for way in ways:
            if way.change.kind != "amount":
                request = way.make(request)
        if not there or not changes.is_asking(request):
            return Attempt(None)
        made = {way.change: way.change for way in ways}
        lowered = [way.change for way in ways if way.change.kind == "amount"]
        for change, then in zip_longest(lowered, lowered[1:]):
            amount, stopped = self._amounts.largest(request, change, there, then)
            if amount is None:
                return Attempt(None, stopped)
            request = changes.with_amount(request, change.group, change.what, amount)
            made[change] = change._replace(fits=amount, fits_stopped=stopped)
        found, stopped = count(self._survey.part(there), request, self._survey)
        return Attempt(Relaxation(tuple(made.values()), request, found, stopped) if found else None)
