# SPDX-License-Identifier: Apache-2.0
"""No tree that has candidates is taken for one that could not serve, while it is not known yet what is used."""

from placedock.candidates import search
from placedock.candidates.prospects import Prospects
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest
from topology import forest

from .asking import group
from .drawn import seeds


def unused(whole: Forest) -> Forest:
    """The forest as it is before the amounts used are read; those of sharing providers have been."""
    trees = {
        root: [provider._replace(used={}) for provider in tree]
        for root, tree in whole.trees.items()
    }
    return Forest(trees, whole.sharing_trees)


def promises(whole: Forest, request: CandidatesRequest) -> dict[int, int]:
    return {tree[0].id: promise for tree, promise in Prospects(request).of(unused(whole))}


def test_a_tree_with_candidates_has_prospects() -> None:
    serving = left_out = 0
    for seed, whole, request in seeds(2_000):
        promised = promises(whole, request)
        left_out += len(whole.trees) - len(promised)
        for root, tree in whole.trees.items():
            alone = Forest({root: tree}, whole.sharing_trees)
            if next(search([alone], request), None) is not None:
                serving += 1
                assert promised.get(root), f"seed {seed}, root {root}"
    assert serving > 100
    assert left_out > 100


def test_a_promise_is_how_many_can_serve_the_part_that_most_can_serve() -> None:
    drawing = """
    cn      VCPU:8,used=8
      gpu0  VGPU:1
      gpu1  VGPU:1
    small   VCPU:1
    """
    request = CandidatesRequest((group("VCPU:2"), group("VGPU:1", "_GPU")))
    assert sorted(promises(forest(drawing), request).values()) == [2]
