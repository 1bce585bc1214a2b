# SPDX-License-Identifier: Apache-2.0
"""Takes one placement for each group under one anchor, in all ways that fit together."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from placedock.candidates.constraints import Subtrees, flat, isolated
from placedock.candidates.placements import Placement
from placedock.candidates.trace import Reason, Trace
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Provider

Allocations = Mapping[int, tuple[Provider, Mapping[str, int]]]


class Combination(NamedTuple):
    """One way to meet a whole request: a placement for each group, and what is then taken from each provider in all.

    `allocations` is keyed by the provider's id. A provider whose groups take nothing is not in it.
    """

    placements: tuple[Placement, ...]
    allocations: Allocations


def combinations(
    choices: Sequence[Sequence[Placement]],
    request: CandidatesRequest,
    subtrees: Subtrees,
    trace: Trace,
) -> Iterator[Combination]:
    """All combinations of one from each of `choices` that respect capacity, `group_policy` and `same_subtree`.

    A partial combination that breaks a rule is not continued: in wide trees most of the product is never made.
    """

    def extended(
        chosen: tuple[Placement, ...], allocations: Allocations
    ) -> Iterator[Combination]:
        for placement in choices[len(chosen)]:
            together = added(allocations, placement)
            if together is None:
                trace.dropped(_providers(chosen, placement), Reason.TOGETHER_TOO_MUCH)
                continue
            longer = (*chosen, placement)
            if request.isolate and not isolated(longer):
                trace.dropped(_providers(chosen, placement), Reason.NOT_ISOLATED)
            elif not subtrees.hold(longer):
                trace.dropped(_providers(chosen, placement), Reason.NOT_ONE_SUBTREE)
            elif len(longer) < len(choices):
                yield from extended(longer, together)
            elif not request.nested and not flat([taken[0] for taken in together.values()]):
                trace.dropped(_providers(chosen, placement), Reason.NOT_FLAT)
            else:
                yield Combination(longer, together)

    return extended((), {})


def suffice(choices: Sequence[Sequence[Placement]], request: CandidatesRequest) -> bool:
    """Whether there is as much in all as is asked for in all, of classes that several groups want.

    Follows from the rules above, and spares a wide tree that is nearly full the search through all partial combinations.
    """
    asked = Counter[str]()
    groups = Counter[str]()
    for group in request.groups:
        asked.update(group.resources)
        groups.update(group.resources.keys())
    wanted = [resource_class for resource_class, count in groups.items() if count > 1]
    if not wanted:
        return True
    offering = {
        provider.id: provider
        for placements in choices
        for placement in placements
        for provider, _ in placement.takes
    }.values()
    return all(
        asked[resource_class]
        <= sum(
            max(0, provider.inventories[resource_class].free)
            for provider in offering
            if resource_class in provider.inventories
        )
        for resource_class in wanted
    )


def added(allocations: Allocations, placement: Placement) -> Allocations | None:
    """What is taken in all with `placement`, or None when a provider cannot give that much."""
    together = dict(allocations)
    for provider, resources in placement.takes:
        before = together.get(provider.id)
        if before is not None:
            resources = _sum(provider, before[1], resources)
            if resources is None:
                return None
        if resources:
            together[provider.id] = (provider, resources)
    return together


def _sum(
    provider: Provider, before: Mapping[str, int], more: Mapping[str, int]
) -> Mapping[str, int] | None:
    """Amounts that meet on one provider add up, against what is free and against what one claim may take."""
    amounts = dict(before)
    for resource_class, amount in more.items():
        if resource_class in amounts:
            amount += amounts[resource_class]
            stock = provider.inventories[resource_class]
            if amount > stock.free or amount > stock.max_unit:
                return None
        amounts[resource_class] = amount
    return amounts


def _providers(chosen: Sequence[Placement], placement: Placement) -> list[Provider]:
    return [provider for each in (*chosen, placement) for provider, _ in each.takes]
