# SPDX-License-Identifier: Apache-2.0
"""The largest amount of a class with which a request has a candidate."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from placedock.candidates import rules, search
from placedock.candidates.explaining import changes
from placedock.candidates.explaining.alike import Likeness
from placedock.candidates.explaining.changes import Change
from placedock.candidates.explaining.survey import Survey
from placedock.candidates.offers import Anchor
from placedock.model import capacity
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import TreeProvider

MOST_TREES = 300
"""In so many trees that are not alike the largest amount that fits is looked for at most."""

MOST_SUMS = 100
"""So many sums of what other groups take of the same class are thought of at most."""


class Fit(NamedTuple):
    """The largest amount that was found, None when there was none. `stopped` says that a larger one may fit."""

    amount: int | None
    stopped: bool


class Amounts:
    """Finds amounts for the changes of one request."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._likeness = Likeness(survey.request, frozenset(survey.trial.named.values()))

    def largest(
        self,
        request: CandidatesRequest,
        change: Change,
        there: Iterable[Anchor],
        then: Change | None = None,
    ) -> Fit:
        """The largest amount below the one asked for with which the request has a candidate under one of the anchors.

        `then` is a second amount that is to be lowered, as far as it must be. A tree in which only less could fit than what was
        found need not be looked at, so those come first where most could.
        """
        assert change.asked is not None, "an amount is asked for"
        sums, stopped = _sums(request, change, then)
        unlike: dict[int, Anchor] = {}
        for anchor in there:
            self._survey.deadline.check()
            unlike.setdefault(self._likeness.number(anchor), anchor)
        able = []
        for anchor in unlike.values():
            self._survey.deadline.check()
            amounts = {
                amount
                for providers in anchor
                for provider in providers
                for amount in _fitting(provider, change, sums, then)
            }
            if amounts:
                able.append((sorted(amounts, reverse=True), anchor))
        able.sort(key=lambda each: each[0][0], reverse=True)
        largest = 0
        for number, (fitting, anchor) in enumerate(able):
            if fitting[0] <= largest:
                break
            if number == MOST_TREES:
                stopped = True
                break
            for amount in fitting:
                if amount <= largest:
                    break
                asked = changes.with_amount(request, change.group, change.what, amount)
                if self._holds(asked, anchor, then):
                    largest = amount
        return Fit(largest or None, stopped and largest < change.asked - 1)

    def _holds(self, request: CandidatesRequest, anchor: Anchor, then: Change | None) -> bool:
        """Whether there is a candidate, with an amount of `then` that is as small as the inventories allow."""
        if then is None:
            return self._has_candidate(request, anchor)
        least = {
            amount
            for providers in anchor
            for provider in providers
            if (amount := _least(provider, then.what)) is not None
        }
        return any(
            self._has_candidate(changes.with_amount(request, then.group, then.what, one), anchor)
            for one in sorted(least)
            if then.asked is not None and one < then.asked
        )

    def _has_candidate(self, request: CandidatesRequest, anchor: Anchor) -> bool:
        part = self._survey.part([anchor])
        return next(search([part], request, deadline=self._survey.deadline), None) is not None


def _sums(
    request: CandidatesRequest, change: Change, then: Change | None
) -> tuple[Sequence[int], bool]:
    """The amounts of the class that other groups may take from the provider that serves the changed one, and whether all.

    What `then` lowers is left out.
    """
    sums, stopped = [0], False
    for group in request.groups:
        amount = group.resources.get(change.what)
        lowered = then is not None and (then.group, then.what) == (group.suffix, change.what)
        if amount is not None and group.suffix != change.group and not lowered:
            every = sorted({*sums, *(one + amount for one in sums)})
            stopped = stopped or len(every) > MOST_SUMS
            sums = every[:MOST_SUMS]
    return sums, stopped


def _fitting(
    provider: TreeProvider, change: Change, sums: Sequence[int], then: Change | None
) -> Iterable[int]:
    """The largest amounts below the one asked for that the provider gives beside each of the sums."""
    stock = provider.kind.inventories.get(change.what)
    if stock is None or change.asked is None:
        return
    left = rules.left(provider, change.what)
    taking = {0}
    if then is not None and then.what == change.what:
        taking.add(capacity.least(stock) or 0)
    for taken in sums:
        for more in taking:
            amount = capacity.largest(stock, min(left - taken - more, change.asked - 1))
            if amount is not None:
                yield amount


def _least(provider: TreeProvider, resource_class: str) -> int | None:
    stock = provider.kind.inventories.get(resource_class)
    return None if stock is None else capacity.least(stock)
