# SPDX-License-Identifier: Apache-2.0
"""What must hold between the groups of a candidate: `group_policy` and `same_subtree`, and for old clients flatness."""

from collections.abc import Collection, Sequence

from placedock.candidates.placements import Placement
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest, Provider


def isolated(chosen: Sequence[Placement]) -> bool:
    """Whether no two groups with a suffix are served by the same provider."""
    alone = [placement.takes[0][0].id for placement in chosen if placement.suffix]
    return len(set(alone)) == len(alone)


def flat(providers: Collection[Provider]) -> bool:
    """Whether no two of the providers are in one tree."""
    return len({provider.root for provider in providers}) == len(providers)


class Subtrees:
    """The request's `same_subtree` sets, each looked at as soon as all its groups are placed.

    `order` is the order in which groups are placed.
    """

    def __init__(self, request: CandidatesRequest, order: Sequence[str], forest: Forest) -> None:
        self._lines = _Lines(forest) if request.same_subtree else None
        complete: list[list[list[int]]] = [[] for _ in order]
        for suffixes in request.same_subtree:
            positions = sorted(order.index(suffix) for suffix in suffixes)
            complete[positions[-1]].append(positions)
        self._complete = complete

    def hold(self, chosen: Sequence[Placement]) -> bool:
        """Whether the sets that the last of `chosen` completes hold: one provider is above all others, or all in one."""
        for positions in self._complete[len(chosen) - 1]:
            ids = {chosen[position].takes[0][0].id for position in positions}
            if len(ids) > 1 and not self._lines.common(ids) & ids:
                return False
        return True


class _Lines:
    """From each provider to its root; found when first asked for, since few are asked for."""

    def __init__(self, forest: Forest) -> None:
        self._parents = {provider.id: provider.parent for provider in forest.providers()}
        self._lines: dict[int, frozenset[int]] = {}

    def common(self, ids: Collection[int]) -> frozenset[int]:
        """The providers that are above all of `ids`, themselves included."""
        return frozenset.intersection(*[self._line(provider) for provider in ids])

    def _line(self, provider: int) -> frozenset[int]:
        line = self._lines.get(provider)
        if line is None:
            parent = self._parents[provider]
            above = frozenset() if parent is None else self._line(parent)
            line = self._lines[provider] = above | {provider}
        return line
