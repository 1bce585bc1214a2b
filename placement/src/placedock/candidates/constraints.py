# SPDX-License-Identifier: Apache-2.0
"""What must hold between the groups of a candidate: `group_policy` and `same_subtree`, and for old clients flatness."""

from collections.abc import Sequence

from placedock.candidates.placements import Placement
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest


def isolated(chosen: Sequence[Placement]) -> bool:
    """Whether no two groups with a suffix are served by the same provider."""
    alone = [placement.providers[0].id for placement in chosen if placement.suffix]
    return len(set(alone)) == len(alone)


def flat(chosen: Sequence[Placement]) -> bool:
    """Whether resources are taken from no two providers of one tree."""
    providers = {
        provider.id: provider.root
        for placement in chosen
        if placement.allocations
        for provider in placement.providers
    }
    return len(set(providers.values())) == len(providers)


Tops = Sequence[frozenset[int]]
"""For each `same_subtree` set, the providers one of which is above all the others that serve the set's groups."""


class Subtrees:
    """The request's `same_subtree` sets: of the providers that serve a set's groups, one is above all the others.

    Which one that can be is narrowed down with each group that is placed, from all that could serve any of the set's
    groups to those that are above, or the same as, all that do. When none is left there is no need to go on.
    """

    def __init__(self, request: CandidatesRequest, forest: Forest) -> None:
        self._forest = forest
        self._parents: dict[int, int | None] = {}
        self._lines: dict[int, frozenset[int]] = {}
        order = [group.suffix for group in request.groups]
        self._sets = [
            sorted(order.index(suffix) for suffix in suffixes) for suffixes in request.same_subtree
        ]
        # By the position of a group: which sets it belongs to, and the whole set where it is the last that is placed.
        self._steps = [
            [
                (number, positions if positions[-1] == position else ())
                for number, positions in enumerate(self._sets)
                if position in positions
            ]
            for position in range(len(order))
        ]

    def tops(self, choices: Sequence[Sequence[Placement]]) -> Tops:
        """Before anything is placed: all that could serve any of the groups."""
        return [
            frozenset(
                placement.providers[0].id
                for position in positions
                for placement in choices[position]
            )
            for positions in self._sets
        ]

    def narrowed(self, tops: Tops, chosen: Sequence[Placement]) -> Tops | None:
        """What is left of `tops` with the last of `chosen`; None when a set cannot hold any more."""
        steps = self._steps[len(chosen) - 1]
        if not steps:
            return tops
        provider = chosen[-1].providers[0].id
        line = self._lines.get(provider) or self._line(provider)
        left = list(tops)
        for number, complete in steps:
            possible = tops[number] & line
            if complete:
                possible = possible.intersection([chosen[n].providers[0].id for n in complete])
            if not possible:
                return None
            left[number] = possible
        return left

    def _line(self, provider: int) -> frozenset[int]:
        """The provider, and all that are above it."""
        if not self._parents:
            self._parents = {each.id: each.parent for each in self._forest.providers()}
        above: int | None = provider
        line = []
        while above is not None:
            line.append(above)
            above = self._parents[above]
        return self._lines.setdefault(provider, frozenset(line))
