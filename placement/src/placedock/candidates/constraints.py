# SPDX-License-Identifier: Apache-2.0
"""What must hold between the groups of a candidate: `group_policy` and `same_subtree`, and for old clients flatness."""

from collections.abc import Collection, Sequence

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


class Subtrees:
    """The request's `same_subtree` sets: of the providers that serve a set's groups, one is above all the others."""

    def __init__(self, request: CandidatesRequest, forest: Forest) -> None:
        self._lines = _Lines(forest)
        order = [group.suffix for group in request.groups]
        self._sets = [
            sorted(order.index(suffix) for suffix in suffixes) for suffixes in request.same_subtree
        ]

    def tops(self, choices: Sequence[Sequence[Placement]]) -> list[frozenset[int]]:
        """For each set, the providers one of which must then be above all the others."""
        return [
            frozenset(
                placement.providers[0].id
                for position in positions
                for placement in choices[position]
            )
            for positions in self._sets
        ]

    def hold(self, chosen: Sequence[Placement], tops: Sequence[frozenset[int]]) -> bool:
        """Whether the sets hold for the groups placed so far, and can still hold when the others are placed too.

        While groups are missing, any of `tops` may yet turn out to be served from; when none is, it must be one of those.
        """
        last = len(chosen) - 1
        for positions, possible in zip(self._sets, tops, strict=True):
            if last in positions:
                ids = {chosen[each].providers[0].id for each in positions if each <= last}
                if positions[-1] == last:
                    possible = ids
                if len(ids) > 1 and self._lines.common(ids).isdisjoint(possible):
                    return False
        return True


class _Lines:
    """From each provider up to its root; drawn when first asked for, since few are asked for."""

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._parents: dict[int, int | None] = {}
        self._drawn: dict[int, frozenset[int]] = {}

    def common(self, ids: Collection[int]) -> frozenset[int]:
        """The providers that are above all of `ids`, or one of them."""
        if not self._parents:
            self._parents = {each.id: each.parent for each in self._forest.providers()}
        return frozenset.intersection(*[self._line(provider) for provider in ids])

    def _line(self, provider: int) -> frozenset[int]:
        line = self._drawn.get(provider)
        if line is None:
            parent = self._parents[provider]
            line = frozenset([provider])
            if parent is not None:
                line |= self._line(parent)
            self._drawn[provider] = line
        return line
