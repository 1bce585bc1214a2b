# SPDX-License-Identifier: Apache-2.0
"""Random clouds and requests, small enough to try everything."""

from hypothesis import strategies as st
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.capacity import stock
from placedock.model.forest import SHARES, Forest, TreeProvider
from placedock.model.inventory import Inventory

from . import definition

CLASSES = ("VCPU", "DISK_GB", "VGPU")
TRAITS = ("RED", "GREEN")
AGGREGATES = ("north", "south")

stocks = st.builds(
    lambda *amounts: stock(Inventory("", *amounts)),
    st.integers(1, 6),
    st.sampled_from((0, 0, 1)),
    st.sampled_from((1, 1, 2)),
    st.sampled_from((1, 3, 9)),
    st.sampled_from((1, 1, 2)),
    st.sampled_from((1.0, 1.0, 1.5, 0.7)),
)
sometimes = st.sampled_from((True, False, False))


@st.composite
def forests(draw: st.DrawFn) -> Forest:
    """One to six providers; each but the first is a root, or the child of one before."""
    providers: list[TreeProvider] = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        parent = draw(st.sampled_from([None, None, *providers]))
        traits = draw(st.sets(st.sampled_from(TRAITS)))
        if draw(sometimes):
            traits.add(SHARES)
        providers.append(
            definition.Hashed(
                number,
                f"p{number}",
                parent and parent.id,
                parent.root if parent else number,
                inventories := draw(st.dictionaries(st.sampled_from(CLASSES), stocks, max_size=3)),
                {name: used for name in inventories if (used := draw(st.integers(0, 2)))},
                sorted(traits),
                sorted(draw(st.sets(st.sampled_from(AGGREGATES)))) if draw(st.booleans()) else [],
            )
        )
    trees: dict[int, list[TreeProvider]] = {}
    for provider in providers:
        trees.setdefault(provider.root, []).append(provider)
    sharing_trees = {
        root: tree for root, tree in trees.items() if any(SHARES in p.traits for p in tree)
    }
    return Forest(trees, sharing_trees)


def few(values: tuple[str, ...], **sizes: int) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), **sizes)


@st.composite
def groups(draw: st.DrawFn, suffix: str) -> Group:
    def rarely(strategy, otherwise):
        return draw(strategy) if draw(sometimes) else otherwise

    smallest = 1 if not suffix or draw(st.integers(0, 3)) else 0
    amounts = st.dictionaries(
        st.sampled_from(CLASSES), st.integers(1, 3), min_size=smallest, max_size=2
    )
    return Group(
        suffix,
        draw(amounts),
        required=tuple(rarely(st.lists(few((*TRAITS, SHARES), min_size=1), max_size=2), [])),
        forbidden=rarely(few(TRAITS), frozenset()),
        member_of=tuple(rarely(st.lists(few(AGGREGATES, min_size=1), max_size=2), [])),
        forbidden_aggregates=rarely(few(AGGREGATES), frozenset()),
        in_tree=rarely(st.sampled_from(("p1", "p2", "p6")), None),
    )


@st.composite
def requests(draw: st.DrawFn) -> CandidatesRequest:
    suffixes = draw(st.sampled_from(([""], ["", "A"], ["A", ""], ["", "A", "B"], ["A", "B"])))
    named = [suffix for suffix in suffixes if suffix]
    subtrees: list[frozenset[str]] = []
    if named and draw(st.booleans()):
        subtrees = draw(st.lists(few(tuple(named), min_size=1), max_size=2))
    return CandidatesRequest(
        tuple(draw(groups(suffix)) for suffix in suffixes),
        isolate=draw(st.booleans()),
        same_subtree=tuple(subtrees),
        root_required=draw(few(TRAITS)) if draw(sometimes) else frozenset(),
        root_forbidden=draw(few(TRAITS)) if draw(sometimes) else frozenset(),
        nested=draw(st.sampled_from((True, True, False))),
    )
