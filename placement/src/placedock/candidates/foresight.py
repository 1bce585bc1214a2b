# SPDX-License-Identifier: Apache-2.0
"""Rules that look ahead: whether the levels that compete for providers can all be filled, as far as matching can tell."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from functools import partial
from itertools import accumulate

from placedock.candidates import rules
from placedock.candidates.levels import Level
from placedock.candidates.matching import Matching
from placedock.candidates.plan import Plan
from placedock.model.forest import TreeProvider
from placedock.model.refusal import Reason, Refusal


def foresights(
    plan: Plan, levels: Sequence[Level], isolated: Collection[int]
) -> Iterator["Foresight"]:
    """The foresights that can rule anything out. `isolated` are the levels of which no two may be on one provider."""
    if len(isolated) > 1:
        yield Foresight(isolated, levels, lambda _: 1, Refusal(Reason.NOT_ISOLATED))
    for name in plan.contended:
        asking = {
            number: amount
            for number, level in enumerate(levels)
            for asked, amount in level.needs
            if asked == name
        }
        # A provider that serves one group only is not contended.
        if not isolated or not all(levels[number].group.suffix for number in asking):
            room = partial(_room, name, list(accumulate(sorted(asking.values()))))
            refusal = Refusal(Reason.TOGETHER_TOO_MUCH, what=name)
            yield Foresight(list(asking), levels, room, refusal)


def _room(resource_class: str, amounts: Sequence[int], provider: TreeProvider) -> int:
    """The most levels that the provider can fill. `amounts` is what the one, two … that ask for least ask for in all."""
    return bisect_right(amounts, rules.left(provider, resource_class))


class Foresight:
    """Looks ahead, by matching, whether the levels that compete for providers can all be filled."""

    def __init__(
        self,
        numbers: Collection[int],
        levels: Sequence[Level],
        room: Callable[[TreeProvider], int],
        refusal: Refusal,
    ) -> None:
        """`room` is how many of the levels a provider can fill at most."""
        self.refusal = refusal
        self._levels = frozenset(numbers)
        ids: dict[int, list[int]] = {}
        rooms: dict[int, int] = {}
        for number in numbers:
            # Levels that are alike share their options, and go on sharing them.
            options = levels[number].options
            if id(options) not in ids:
                ids[id(options)] = [provider.id for provider in options]
                for provider in options:
                    if provider.id not in rooms:
                        rooms[provider.id] = room(provider)
        self._matching = Matching(
            {number: ids[id(levels[number].options)] for number in numbers}, rooms
        )
        self.hopeless = not self._matching.complete()

    def admits(self, level: int, provider: TreeProvider) -> bool:
        return level not in self._levels or self._matching.force(level, provider.id)

    def fill(self, level: int, provider: TreeProvider) -> None: ...

    def empty(self, level: int, provider: TreeProvider) -> None: ...

    def state(self) -> Hashable:
        return None
