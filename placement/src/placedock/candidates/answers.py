# SPDX-License-Identifier: Apache-2.0
"""Combinations and provider summaries in the shape of the API's newest answer."""

from collections.abc import Iterable, Mapping

from placedock.candidates.combine import Combination
from placedock.model.candidates import Candidate, Summary
from placedock.model.forest import Provider, Tree


def candidate(combination: Combination) -> Candidate:
    return Candidate(
        {
            provider.uuid: {"resources": resources}
            for provider, resources in combination.allocations.values()
        },
        {
            placement.suffix: [provider.uuid for provider, _ in placement.takes]
            for placement in combination.placements
        },
    )


def summaries(
    found: Iterable[Combination], trees: Mapping[int, Tree], whole_trees: bool
) -> dict[str, Summary]:
    """What there is in the trees that the combinations take from, by the providers' uuids.

    `trees` has at least those, by root. Without `whole_trees`, only the providers that are taken from.
    """
    taken: dict[int, Provider] = {}
    for combination in found:
        for provider, _ in combination.allocations.values():
            taken[provider.id] = provider
    answer = {}
    for root in dict.fromkeys(provider.root for provider in taken.values()):
        tree = trees[root]
        uuids = {provider.id: provider.uuid for provider in tree}
        for provider in tree:
            if whole_trees or provider.id in taken:
                answer[provider.uuid] = Summary(
                    {
                        resource_class: {"capacity": stock.capacity, "used": stock.used}
                        for resource_class, stock in provider.inventories.items()
                    },
                    provider.traits,
                    None if provider.parent is None else uuids[provider.parent],
                    uuids[root],
                )
    return answer
