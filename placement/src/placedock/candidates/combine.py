# SPDX-License-Identifier: Apache-2.0
"""Takes one placement for each group under one anchor, in all ways that fit together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from placedock.candidates.constraints import Subtrees, Tops, flat, isolated
from placedock.candidates.placements import Placement
from placedock.model.candidates import CandidatesRequest, Taken
from placedock.model.capacity import most_together
from placedock.model.deadline import Deadline
from placedock.model.forest import TreeProvider
from placedock.model.refusal import Reason, Refusal

Allocations = Mapping[str, Taken]

Cuts = set[Refusal]
"""Why combinations under one anchor were not continued; nobody fills it unless somebody listens."""


class Combination(NamedTuple):
    """One way to meet a whole request: a placement for each group, and by provider uuid what is taken in all."""

    placements: tuple[Placement, ...]
    allocations: Allocations


def combinations(
    choices: Sequence[Sequence[Placement]],
    request: CandidatesRequest,
    subtrees: Subtrees,
    deadline: Deadline,
    cuts: Cuts | None,
) -> Iterator[Combination]:
    """All combinations of one from each of `choices` that respect capacity, `group_policy` and `same_subtree`.

    A partial combination that breaks a rule is not continued: in wide trees most of the product is never made.
    """
    if len(choices) == 1 and request.nested:
        # A single group has nobody to disagree with.
        return iter([Combination((each,), each.allocations) for each in choices[0]])

    return _Combining(choices, request, subtrees, deadline, cuts).extended(
        (), {}, subtrees.tops(choices)
    )


class _Combining(NamedTuple):
    """What stays the same while a combination grows. Not a closure: one that calls itself would keep all of it alive."""

    choices: Sequence[Sequence[Placement]]
    request: CandidatesRequest
    subtrees: Subtrees
    deadline: Deadline
    cuts: Cuts | None

    def extended(
        self, chosen: tuple[Placement, ...], allocations: Allocations, tops: Tops
    ) -> Iterator[Combination]:
        choices, request, subtrees, deadline, cuts = self
        deadline.check()
        for placement in choices[len(chosen)]:
            longer = (*chosen, placement)
            together = added(chosen, allocations, placement)
            if together is None:
                reason = Reason.TOGETHER_TOO_MUCH
            elif request.isolate and not isolated(longer):
                reason = Reason.NOT_ISOLATED
            elif (left := subtrees.narrowed(tops, longer)) is None:
                reason = Reason.NOT_ONE_SUBTREE
            elif len(longer) < len(choices):
                yield from self.extended(longer, together, left)
                continue
            elif request.nested or flat(longer):
                yield Combination(longer, together)
                continue
            else:
                reason = Reason.NOT_FLAT
            if cuts is not None:
                cuts.add(Refusal(reason))


class Demand:
    """What several groups ask for of the same class, in all. It can rule out an anchor before anything is combined.

    Follows from the rules above, and spares a wide tree that is nearly full the search through all partial combinations.
    """

    def __init__(self, request: CandidatesRequest) -> None:
        amounts: dict[str, list[int]] = {}
        for group in request.groups:
            for resource_class, amount in group.resources.items():
                amounts.setdefault(resource_class, []).append(amount)
        self._asked = {name: sum(each) for name, each in amounts.items() if len(each) > 1}

    def refusal(self, choices: Sequence[Sequence[Placement]]) -> Refusal | None:
        """Why not: the providers that serve any group have less left of a class."""
        if not self._asked:
            return None
        offering = {
            provider.id: provider
            for placements in choices
            for placement in placements
            for provider in placement.providers
        }.values()
        for name, amount in self._asked.items():
            free = sum(
                max(0, each.inventories[name].limit - each.used.get(name, 0))
                for each in offering
                if name in each.inventories
            )
            if amount > free:
                return Refusal(Reason.TOGETHER_TOO_MUCH, what=name, asked=amount, free=free)
        return None


def added(
    chosen: Sequence[Placement], allocations: Allocations, placement: Placement
) -> Allocations | None:
    """What is taken in all with `placement`, or None when a provider cannot give that much."""
    if not chosen:
        return placement.allocations
    if allocations.keys().isdisjoint(placement.allocations):
        return {**allocations, **placement.allocations}
    together = dict(allocations)
    for provider in placement.providers:
        more = placement.allocations.get(provider.uuid)
        if more is None:
            continue
        before = together.get(provider.uuid)
        total = more["resources"] if before is None else _sum(provider, before, more)
        if total is None:
            return None
        together[provider.uuid] = {"resources": total}
    return together


def _sum(provider: TreeProvider, before: Taken, more: Taken) -> Mapping[str, int] | None:
    """Amounts that meet on one provider add up, against what is free and against what one claim may take."""
    amounts = dict(before["resources"])
    for resource_class, amount in more["resources"].items():
        if resource_class in amounts:
            amount += amounts[resource_class]
            used = provider.used.get(resource_class, 0)
            if amount > most_together(provider.inventories[resource_class], used):
                return None
        amounts[resource_class] = amount
    return amounts
