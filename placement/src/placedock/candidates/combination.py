# SPDX-License-Identifier: Apache-2.0
"""One way to meet a whole request, in the shape of the API's newest answer."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from placedock.candidates.plan import Plan
from placedock.model.candidates import Taken
from placedock.model.forest import TreeProvider

Chosen = Sequence[TreeProvider]
"""The provider that fills each slot, in the order of the plan's slots."""


class Combination(NamedTuple):
    """The amounts of each provider, by uuid; the providers that serve each group; and the roots of all these providers."""

    allocations: Mapping[str, Taken]
    mappings: Mapping[str, Sequence[str]]
    roots: Sequence[int]
    chosen: Chosen


class Combining:
    """Makes combinations of what fills the slots of one plan. Amounts that meet on one provider add up."""

    def __init__(self, plan: Plan) -> None:
        self._slots = [(slot.group.suffix, slot.needs) for slot in plan.slots]
        self._suffixes = list(dict.fromkeys(suffix for suffix, _ in self._slots))
        # The allocations of a provider that fills all slots. Most candidates have one such provider, and share them.
        self._all: dict[str, int] = {}
        for _, needs in self._slots:
            _add(self._all, needs)

    def combination(self, chosen: Chosen) -> Combination:
        first = chosen[0]
        uuid = first.uuid
        if chosen.count(first) == len(chosen):
            serving = [uuid]
            return Combination(
                {uuid: {"resources": self._all}},
                dict.fromkeys(self._suffixes, serving),
                (first.root,),
                chosen,
            )
        amounts: dict[str, dict[str, int]] = {}
        mappings: dict[str, list[str]] = {}
        roots: dict[int, None] = {}
        for (suffix, needs), provider in zip(self._slots, chosen, strict=True):
            uuid = provider.uuid
            if needs:
                roots[provider.root] = None
                if uuid in amounts:
                    _add(amounts[uuid], needs)
                else:
                    amounts[uuid] = dict(needs)
            if suffix not in mappings:
                mappings[suffix] = [uuid]
            elif uuid not in mappings[suffix]:
                mappings[suffix].append(uuid)
        return Combination(
            {uuid: {"resources": taken} for uuid, taken in amounts.items()},
            mappings,
            tuple(roots),
            chosen,
        )


def _add(amounts: dict[str, int], needs: Sequence[tuple[str, int]]) -> None:
    for name, amount in needs:
        amounts[name] = amounts.get(name, 0) + amount
