# SPDX-License-Identifier: Apache-2.0
"""The rules between the slots of a candidate. They follow the search while it fills slots level by level.

Each rule says whether a level may take a provider, given those that are filled; it is told when one is filled and when that is
undone. Two partial candidates with the same `state` of all rules can be continued in the same ways.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import Protocol

from placedock.candidates import rules
from placedock.candidates.foresight import foresights
from placedock.candidates.levels import Level
from placedock.candidates.plan import Plan
from placedock.model.candidates import Group
from placedock.model.forest import Kind, TreeProvider
from placedock.model.refusal import Reason, Refusal


class SlotRule(Protocol):
    """`level` is the number of the level that is filled, or emptied again; those before it are filled."""

    refusal: Refusal
    """The refusal that the reporter hears when the rule is in the way."""

    def admits(self, level: int, provider: TreeProvider) -> bool: ...

    def fill(self, level: int, provider: TreeProvider) -> None: ...

    def empty(self, level: int, provider: TreeProvider) -> None: ...

    def state(self) -> Hashable: ...


def that_matter(plan: Plan, levels: Sequence[Level]) -> Iterator[SlotRule]:
    """The rules that can be in the way of anything, except `Subtree`."""
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
        yield JointTraits(levels, plan.joint)
    yield from foresights(plan, levels, isolated)


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
            self._most[key] = rules.left(provider, name)
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


class JointTraits:
    """The providers that serve the unsuffixed group have together the traits that it requires: of each set at least one.

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
    """One of the slots of a `same_subtree` set is served by `top`, the provider that is above all others that serve the set.

    All options of these slots are in the subtree of `top` already. So the rule asks one thing more: the last level that can
    take `top` must take it, unless a level before it has.
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
