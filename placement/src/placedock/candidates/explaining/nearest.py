# SPDX-License-Identifier: Apache-2.0
"""The trees that miss least, with everything that they miss."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import nsmallest
from typing import NamedTuple

from placedock.candidates.explaining import clauses
from placedock.candidates.explaining.clauses import Judge
from placedock.candidates.explaining.reasons import Example
from placedock.candidates.explaining.survey import Survey
from placedock.candidates.explaining.trial import Trial
from placedock.candidates.offers import Anchor
from placedock.model.forest import TreeProvider

TREES = 5
"""So many trees are told."""


class Near(NamedTuple):
    """A tree, and what is in the way of a candidate there: of a provider, or of the root for what is between groups.

    For a group that no provider serves these are the refusals of the provider that is refused for least.
    """

    root: TreeProvider
    misses: Sequence[Example]


def nearest(survey: Survey) -> list[Near]:
    """Those with the fewest misses first; of as many, those where least is lacking in parts of what is asked."""
    looking = _Looking(survey)
    measured = (
        (len(misses) or 1, sum(_lacking(one) for one in misses), anchor.tree[0].id, anchor)
        for anchor in looking.anchors()
        for misses in [looking.of_parts(anchor)]
    )
    few = nsmallest(TREES, measured, key=lambda one: one[:3])
    return [Near(anchor.tree[0], looking.all(anchor)) for *_, anchor in few]


class _Looking:
    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        named = survey.trial.named
        self._of_slot = [
            (slot, [Judge(clause, named) for clause in clauses.of_slot(slot)])
            for slot in survey.trial.plan.slots
        ]

    def anchors(self) -> Iterator[Anchor]:
        for there in self._survey.by_missing.values():
            yield from there

    def of_parts(self, anchor: Anchor) -> list[Example]:
        """The misses of the root and of the providers, for each part of the request by itself."""
        self._survey.deadline.check()
        root = anchor.tree[0]
        misses = [
            (root, clause.refusal)
            for clause in self._survey.root_clauses
            if not clause.is_met(root)
        ]
        offers = self._survey.trial.offers(anchor)
        for slot, asked in self._of_slot:
            if not offers[slot.shape]:
                misses += self._least(asked, anchor)
        return misses

    def _least(self, asked: Sequence[Judge], anchor: Anchor) -> list[Example]:
        """The refusals of the provider that is refused for least."""
        root = anchor.tree[0]
        refused = (
            [(one, why) for judge in asked if (why := judge.refusal(one, root))]
            for providers in anchor
            for one in providers
        )
        return min(refused, key=lambda misses: (len(misses), sum(map(_lacking, misses))))

    def all(self, anchor: Anchor) -> list[Example]:
        """The misses of the parts, and those between the groups that can be served."""
        misses = self.of_parts(anchor)
        survey = self._survey
        bare = {slot.group.suffix for slot in survey.trial.bare(anchor)}
        served = tuple(group for group in survey.request.groups if group.suffix not in bare)
        if not served:
            return misses
        suffixes = {group.suffix for group in served}
        sets = [one & suffixes for one in survey.request.same_subtree]
        rest = replace(
            survey.request, groups=served, same_subtree=tuple(one for one in sets if len(one) > 1)
        )
        trial = Trial(rest, survey.forest, survey.lines, survey.deadline)
        return misses + [(anchor.tree[0], why) for why in trial.obstacles(anchor)]


def _lacking(one: Example) -> float:
    """The missing part of what is asked for, from 0 to 1."""
    _, why = one
    if why.free is None or not why.asked or why.free >= why.asked:
        return 1.0
    return (why.asked - max(why.free, 0)) / why.asked
