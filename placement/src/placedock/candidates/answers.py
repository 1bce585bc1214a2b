# SPDX-License-Identifier: Apache-2.0
"""Combinations and provider summaries in the shape of the API's newest answer."""

from collections.abc import Iterable, Mapping

from placedock.candidates.combination import Combination
from placedock.model.candidates import Candidate, Summary
from placedock.model.forest import Tree


def candidate(combination: Combination) -> Candidate:
    return {"allocations": combination.allocations, "mappings": combination.mappings}


def size(combination: Combination) -> int:
    """About how many bytes of JSON the candidate has."""
    return 40 + 130 * len(combination.allocations) + 50 * len(combination.mappings)


def summaries_size(tree: Tree) -> int:
    """About how many bytes of JSON the summaries of the tree's providers have."""
    return sum([provider.kind.size for provider in tree])


def summaries(
    found: Iterable[Combination], trees: Mapping[int, Tree], whole_trees: bool
) -> dict[str, Summary]:
    """The summaries of all providers in the trees that the combinations take from, by uuid.

    `trees` has at least those, by root. Without `whole_trees`, only the providers that are taken from.
    """
    found = list(found)
    taken = set() if whole_trees else {uuid for each in found for uuid in each.allocations}
    answer: dict[str, Summary] = {}
    for root in dict.fromkeys(root for each in found for root in each.roots):
        tree = trees[root]
        root_uuid = tree[0].uuid
        uuids: dict[int | None, str | None] = {provider.id: provider.uuid for provider in tree}
        uuids[None] = None
        for _, uuid, parent, _, kind, used, _ in tree:
            if whole_trees or uuid in taken:
                answer[uuid] = {
                    "resources": {
                        name: {"capacity": stock.capacity, "used": used.get(name, 0)}
                        for name, stock in kind.inventories.items()
                    },
                    "traits": kind.shown_traits,
                    "parent_provider_uuid": uuids[parent],
                    "root_provider_uuid": root_uuid,
                }
    return answer
