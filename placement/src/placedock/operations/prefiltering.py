# SPDX-License-Identifier: Apache-2.0
"""The conditions of a request for a tree, as the prefilter takes them."""

from collections.abc import Iterable, Mapping, Sequence

from placedock.candidates import rules
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import Forest
from placedock.store import prefilter
from placedock.store.forest import Trees
from placedock.store.memberships import Aggregates


def wanted(
    request: CandidatesRequest,
    class_ids: Mapping[str, int],
    trait_ids: Mapping[str, int],
    aggregates: Aggregates,
    sharing_trees: Trees,
) -> prefilter.Wanted:
    """The conditions, without those that a sharing provider could meet for the tree."""
    sharing_providers = Forest({}, sharing_trees).sharing_providers
    aggregate_ids = {name: number for number, name in aggregates.items()}
    amounts: set[prefilter.Amount] = set()
    choices: set[frozenset[int]] = set()
    memberships: set[frozenset[int]] = set()

    def traits(names: Iterable[str]) -> frozenset[int]:
        return frozenset(trait_ids[name] for name in names)

    def members(uuids: Iterable[str]) -> frozenset[int]:
        return frozenset(aggregate_ids[uuid] for uuid in uuids if uuid in aggregate_ids)

    def is_shared(needs: Mapping[str, int], required: Sequence[frozenset[str]]) -> bool:
        return any(
            not any(choice.isdisjoint(sharing_provider.traits) for choice in required)
            and not any(rules.lacks(sharing_provider, *need) for need in needs.items())
            for sharing_provider in sharing_providers
        )

    def need(group: Group, needs: Mapping[str, int], required: Sequence[frozenset[str]]) -> None:
        if not is_shared(needs, required):
            amounts.update((class_ids[name], amount) for name, amount in needs.items())
            choices.update(traits(choice) for choice in required)
            memberships.update(members(choice) for choice in group.member_of)

    outside: frozenset[int] = frozenset()
    for group in request.groups:
        if group.suffix:
            need(group, group.resources, group.required)
            continue
        # The group may get its traits from another provider than its resources.
        for name, amount in group.resources.items():
            need(group, {name: amount}, ())
        for choice in group.required:
            need(group, {}, [choice])
        outside = members(group.forbidden_aggregates)
    return prefilter.Wanted(
        amounts,
        choices,
        memberships,
        traits(request.root_required),
        traits(request.root_forbidden),
        outside,
    )
