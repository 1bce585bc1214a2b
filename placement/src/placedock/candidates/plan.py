# SPDX-License-Identifier: Apache-2.0
"""What a request comes to for the search: the slots that providers fill.

A slot takes one provider. A suffixed group is one slot, because one provider serves all of it. The unsuffixed group is a slot
for each of its classes.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from placedock.model.candidates import CandidatesRequest, Group

Needs = tuple[tuple[str, int], ...]
"""Classes, and how much of each."""


class Slot(NamedTuple):
    """What one provider serves: its `needs`, which are empty for a group without resources.

    `shape` is equal for slots that ask the same of a provider: what can fill one can fill all.
    """

    group: Group
    needs: Needs
    shape: int


class Alike(NamedTuple):
    """Slots of one shape that also have the same relations to the others, by their numbers."""

    slots: Sequence[int]
    group: Group
    needs: Needs
    shape: int


@dataclass(frozen=True)
class Plan:
    """How a request is searched for. `slots` are in the order of the request, `shapes` is one slot of each shape."""

    request: CandidatesRequest
    slots: Sequence[Slot]
    shapes: Sequence[Slot]

    @cached_property
    def alike(self) -> Sequence[Alike]:
        """All slots, by what they are alike in."""
        sets = list(dict.fromkeys(self.request.same_subtree))
        found: dict[Hashable, list[int]] = {}
        for number, slot in enumerate(self.slots):
            among = tuple([slot.group.suffix in suffixes for suffixes in sets])
            found.setdefault((slot.shape, among), []).append(number)
        return [Alike(numbers, *self.slots[numbers[0]]) for numbers in found.values()]

    @cached_property
    def subtrees(self) -> Sequence[Sequence[int]]:
        """For each set of `same_subtree` its members, as places in `alike`. A set that is named twice is one."""
        return [
            [place for place, each in enumerate(self.alike) if each.group.suffix in suffixes]
            for suffixes in dict.fromkeys(self.request.same_subtree)
        ]

    @cached_property
    def free(self) -> bool:
        """Whether no rule between slots can be in the way of anything, but for the traits that some have together."""
        request = self.request
        alone = request.isolate and sum(group.suffixed for group in request.groups) > 1
        return request.nested and not (alone or self.contended or self.subtrees)

    @cached_property
    def joint(self) -> Group | None:
        """The unsuffixed group, when it requires traits of those that serve it together."""
        return next(
            (each for each in self.request.groups if not each.suffix and each.required), None
        )

    @cached_property
    def contended(self) -> Mapping[str, int]:
        """The classes that several slots ask for, and how much in all."""
        times = Counter(name for slot in self.slots for name, _ in slot.needs)
        asked: Counter[str] = Counter()
        for slot in self.slots:
            for name, amount in slot.needs:
                asked[name] += amount
        return {name: asked[name] for name in sorted(times) if times[name] > 1}


def plan(request: CandidatesRequest) -> Plan:
    """The plan for a request."""
    shapes: dict[Hashable, Slot] = {}
    slots = []
    for group in request.groups:
        needs = tuple(group.resources.items())
        for each in [needs] if group.suffix else [(need,) for need in needs]:
            asked = (
                bool(group.suffix),
                each,
                group.required if group.suffix else (),
                group.forbidden,
                group.member_of,
                group.forbidden_aggregates,
                group.in_tree,
            )
            slot = Slot(group, each, len(shapes))
            slots.append(slot._replace(shape=shapes.setdefault(asked, slot).shape))
    return Plan(request, slots, list(shapes.values()))
