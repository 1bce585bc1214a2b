# SPDX-License-Identifier: Apache-2.0
"""Combinations and provider summaries in the shape of the API's newest answer."""

from collections.abc import Iterable, Mapping

from placedock.candidates.combine import Combination
from placedock.model.candidates import Candidate, Summary
from placedock.model.forest import Tree


def candidate(combination: Combination) -> Candidate:
    return {
        "allocations": combination.allocations,
        "mappings": {
            placement.suffix: [provider.uuid for provider in placement.providers]
            for placement in combination.placements
        },
    }


def size(combination: Combination, tree: Tree | None) -> int:
    """About how many bytes of JSON it adds to an answer; with the summaries of a tree that is not in it yet."""
    added = 40 + 130 * len(combination.allocations) + 50 * len(combination.placements)
    for provider in tree or ():
        added += 170 + 40 * len(provider.inventories) + 25 * len(provider.traits)
    return added


def summaries(
    found: Iterable[Combination], trees: Mapping[int, Tree], whole_trees: bool
) -> dict[str, Summary]:
    """What there is in the trees that the combinations take from, by the providers' uuids.

    `trees` has at least those, by root. Without `whole_trees`, only the providers that are taken from.
    """
    taken = {
        provider.uuid: provider.root
        for combination in found
        for placement in combination.placements
        if placement.allocations
        for provider in placement.providers
    }
    answer: dict[str, Summary] = {}
    for root in dict.fromkeys(taken.values()):
        tree = trees[root]
        root_uuid = tree[0].uuid
        uuids: dict[int | None, str | None] = {provider.id: provider.uuid for provider in tree}
        uuids[None] = None
        for _, uuid, parent, _, inventories, used, traits, _ in tree:
            if whole_trees or uuid in taken:
                answer[uuid] = {
                    "resources": {
                        name: {"capacity": stock.capacity, "used": used.get(name, 0)}
                        for name, stock in inventories.items()
                    },
                    "traits": traits,
                    "parent_provider_uuid": uuids[parent],
                    "root_provider_uuid": root_uuid,
                }
    return answer
