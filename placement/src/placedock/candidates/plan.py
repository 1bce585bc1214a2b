# SPDX-License-Identifier: Apache-2.0
"""The plan of a request for the search: the slots that providers fill.

A slot takes one provider. A suffixed group is one slot, because one provider serves all of it. The unsuffixed group is a slot
for each of its classes.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from placedock.model.candidates import CandidatesRequest, Group

Needs = tuple[tuple[str, int], ...]
"""Classes, and how much of each."""


class Slot(NamedTuple):
    """A part of the request that one provider serves: its `needs` are empty for a group without resources.

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
    """The plan of one request. `slots` are in the order of the request, `shapes` is one slot of each shape.

    `str(plan)` describes it in lines.
    """

    request: CandidatesRequest
    slots: Sequence[Slot]
    shapes: Sequence[Slot]

    def __str__(self) -> str:
        return "\n".join(_lines(self))

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
    def slot_shapes(self) -> Sequence[int]:
        """The shape of each slot."""
        return [slot.shape for slot in self.slots]

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


def _lines(plan: Plan) -> Iterator[str]:
    """Lines for the root, for the providers that serve, and for what must hold between them."""
    request = plan.request
    yield from (f"root: has {name}" for name in sorted(request.root_required))
    yield from (f"root: without {name}" for name in sorted(request.root_forbidden))
    for each in plan.alike:
        needs = " ".join(f"{name}:{amount}" for name, amount in each.needs) or "nothing"
        suffixes = ",".join(sorted({plan.slots[slot].group.suffix for slot in each.slots} - {""}))
        times = f"{len(each.slots)} providers, each" if len(each.slots) > 1 else "a provider"
        where = f" for {suffixes}" if suffixes else ""
        yield " ".join([f"{times} with {needs}{where}", *_conditions(each.group)])
    if plan.joint is not None:
        wanted = " ".join("|".join(sorted(choice)) for choice in plan.joint.required)
        yield f"together: those without a suffix have {wanted}"
    for members in dict.fromkeys(request.same_subtree):
        yield f"together: {','.join(sorted(members))} in one subtree"
    if request.isolate:
        yield "together: no two suffixes on one provider"
    if not request.nested:
        yield "together: at most one provider of a tree"
    yield from (f"together: {name} adds up to {asked}" for name, asked in plan.contended.items())
    if plan.free:
        yield "no rule between them: all ways are candidates"


def _conditions(group: Group) -> Iterator[str]:
    """The conditions for a provider that serves the group; the unsuffixed group requires its traits of all together."""
    if group.suffix:
        yield from ("|".join(sorted(choice)) for choice in group.required)
    yield from (f"!{name}" for name in sorted(group.forbidden))
    yield from ("in " + "|".join(sorted(choice)) for choice in group.member_of)
    yield from (f"not in {uuid}" for uuid in sorted(group.forbidden_aggregates))
    if group.in_tree is not None:
        yield f"in the tree of {group.in_tree}"
