# SPDX-License-Identifier: Apache-2.0
"""What must hold between the slots of a candidate, as rules that follow while slots are filled level by level.

Each rule says whether a level may take a provider, given those that are filled; it is told when one is filled and when that is
undone. Two partial candidates with the same `state` of all rules can be continued in the same ways.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import NamedTuple, Protocol

from placedock.candidates.matching import Matching
from placedock.candidates.plan import Needs, Plan
from placedock.model.candidates import Group
from placedock.model.capacity import most_together
from placedock.model.forest import Kind, TreeProvider
from placedock.model.refusal import Reason, Refusal


class Level(NamedTuple):
    """What is filled at one step: a slot, or several slots that are alike and have one option only.

    `slots` are their numbers, `needs` what they ask for in all.
    """

    slots: Sequence[int]
    group: Group
    needs: Needs
    options: Sequence[TreeProvider]


class Rule(Protocol):
    """`level` is the number of the level that is filled, or emptied again; those before it are filled."""

    refusal: Refusal
    """What is told when the rule is in the way."""

    def admits(self, level: int, provider: TreeProvider) -> bool: ...

    def fill(self, level: int, provider: TreeProvider) -> None: ...

    def empty(self, level: int, provider: TreeProvider) -> None: ...

    def state(self) -> Hashable: ...


def rules(plan: Plan, levels: Sequence[Level]) -> Iterator[Rule]:
    """Those that can be in the way of anything, but for `Subtree`."""
    request = plan.request
    if plan.contended:
        yield Together(levels, plan.contended.keys())
    isolated = [number for number, level in enumerate(levels) if level.group.suffix]
    if not request.isolate:
        isolated = []
    if len(isolated) > 1:
        yield Isolated(isolated)
    if not request.nested:
        yield Flat(levels)
    if plan.joint is not None:
        yield Traits(levels, plan.joint)
    if len(isolated) > 1:
        yield Foresight(isolated, levels, lambda _: 1, Isolated.refusal)
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
    """How many levels the provider can fill at most. `amounts` is what the one, two … that ask for least ask for in all."""
    return bisect_right(amounts, left(provider, resource_class))


class Together:
    """Amounts of one class that meet on a provider add up, against what is left and against what one claim may take."""

    refusal = Refusal(Reason.TOGETHER_TOO_MUCH)

    def __init__(self, levels: Iterable[Level], contended: Collection[str]) -> None:
        self._needs = [
            [(name, amount) for name, amount in level.needs if name in contended]
            for level in levels
        ]
        self._taken: dict[tuple[int, str], int] = {}
        self._most: dict[tuple[int, str], int] = {}

    def admits(self, level: int, provider: TreeProvider) -> bool:
        for name, amount in self._needs[level]:
            if self._taken.get((provider.id, name), 0) + amount > self._left(provider, name):
                return False
        return True

    def _left(self, provider: TreeProvider, name: str) -> int:
        key = provider.id, name
        if key not in self._most:
            self._most[key] = left(provider, name)
        return self._most[key]

    def fill(self, level: int, provider: TreeProvider) -> None:
        for name, amount in self._needs[level]:
            key = provider.id, name
            self._taken[key] = self._taken.get(key, 0) + amount

    def empty(self, level: int, provider: TreeProvider) -> None:
        for name, amount in self._needs[level]:
            key = provider.id, name
            self._taken[key] -= amount
            if not self._taken[key]:
                del self._taken[key]

    def state(self) -> Hashable:
        return frozenset(self._taken.items())


class Isolated:
    """No two suffixed groups are served by one provider."""

    refusal = Refusal(Reason.NOT_ISOLATED)

    def __init__(self, levels: Iterable[int]) -> None:
        self._levels = frozenset(levels)
        self._serving: set[int] = set()

    def admits(self, level: int, provider: TreeProvider) -> bool:
        return provider.id not in self._serving or level not in self._levels

    def fill(self, level: int, provider: TreeProvider) -> None:
        if level in self._levels:
            self._serving.add(provider.id)

    def empty(self, level: int, provider: TreeProvider) -> None:
        if level in self._levels:
            self._serving.remove(provider.id)

    def state(self) -> Hashable:
        return frozenset(self._serving)


class Flat:
    """Resources are taken from no two providers of one tree."""

    refusal = Refusal(Reason.NOT_FLAT)

    def __init__(self, levels: Iterable[Level]) -> None:
        self._takes = [bool(level.needs) for level in levels]
        self._serving: dict[int, int] = {}
        self._times: Counter[int] = Counter()

    def admits(self, level: int, provider: TreeProvider) -> bool:
        if not self._takes[level]:
            return True
        return self._serving.get(provider.root, provider.id) == provider.id

    def fill(self, level: int, provider: TreeProvider) -> None:
        if self._takes[level]:
            self._serving[provider.root] = provider.id
            self._times[provider.root] += 1

    def empty(self, level: int, provider: TreeProvider) -> None:
        if self._takes[level]:
            self._times[provider.root] -= 1
            if not self._times[provider.root]:
                del self._serving[provider.root]

    def state(self) -> Hashable:
        return frozenset(self._serving.items())


class Traits:
    """Those that serve the unsuffixed group have the traits that it requires together: of each set at least one.

    The sets are the bits of a number, so that what some have together is one `or`.
    """

    def __init__(self, levels: Sequence[Level], group: Group) -> None:
        self.refusal = Refusal(
            Reason.TOGETHER_MISSING_TRAIT,
            group.suffix,
            " ".join("|".join(sorted(choice)) for choice in group.required),
        )
        self._required = group.required
        self._all = (1 << len(self._required)) - 1
        self._known: dict[Kind, int] = {}
        unsuffixed = [number for number, level in enumerate(levels) if not level.group.suffix]
        self._levels = frozenset(unsuffixed)
        self._had = [0]
        # By level, what those after it can still add.
        self._rest: dict[int, int] = {}
        rest = 0
        for number in reversed(unsuffixed):
            self._rest[number] = rest
            for provider in levels[number].options:
                rest |= self._of(provider.kind)

    def _of(self, kind: Kind) -> int:
        if kind not in self._known:
            self._known[kind] = sum(
                1 << number
                for number, choice in enumerate(self._required)
                if not choice.isdisjoint(kind.traits)
            )
        return self._known[kind]

    def admits(self, level: int, provider: TreeProvider) -> bool:
        if level not in self._levels:
            return True
        return self._had[-1] | self._of(provider.kind) | self._rest[level] == self._all

    def fill(self, level: int, provider: TreeProvider) -> None:
        if level in self._levels:
            self._had.append(self._had[-1] | self._of(provider.kind))

    def empty(self, level: int, provider: TreeProvider) -> None:
        if level in self._levels:
            self._had.pop()

    def state(self) -> Hashable:
        return self._had[-1]


class Subtree:
    """Of the providers that serve the slots of a set, the one that is above all the others is `top`, so it is among them.

    The options are below it already. The last level that can take it must, unless one before has.
    """

    def __init__(
        self, numbers: Collection[int], top: int, levels: Sequence[Level], refusal: Refusal
    ) -> None:
        self.refusal = refusal
        self._levels = frozenset(numbers)
        self._top = top
        self._last = max(
            number
            for number in numbers
            if any(provider.id == top for provider in levels[number].options)
        )
        self._times = 0

    def admits(self, level: int, provider: TreeProvider) -> bool:
        return level != self._last or self._times > 0 or provider.id == self._top

    def fill(self, level: int, provider: TreeProvider) -> None:
        if provider.id == self._top and level in self._levels:
            self._times += 1

    def empty(self, level: int, provider: TreeProvider) -> None:
        if provider.id == self._top and level in self._levels:
            self._times -= 1

    def state(self) -> Hashable:
        return self._times > 0


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


def left(provider: TreeProvider, resource_class: str) -> int:
    """How much all levels together may take of the provider; it has the class."""
    used = provider.used.get(resource_class, 0)
    return most_together(provider.kind.inventories[resource_class], used)
