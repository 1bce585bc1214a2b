# SPDX-License-Identifier: Apache-2.0
"""The search finds what the definition of a candidate says, all of it and nothing else, in any forest."""

from hypothesis import given, settings
from hypothesis import strategies as st
from placedock.candidates import search
from placedock.candidates.answers import candidate
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import SHARES, Forest, Stock, TreeProvider

from . import definition

CLASSES = ("VCPU", "DISK_GB", "VGPU")
TRAITS = ("RED", "GREEN")
AGGREGATES = ("north", "south")

stocks = st.builds(
    lambda capacity, used, min_unit, max_unit, step_size: Stock(
        capacity, used, capacity - used, min_unit, max_unit, step_size
    ),
    st.integers(1, 6),
    st.integers(0, 2),
    st.sampled_from((1, 1, 2)),
    st.sampled_from((1, 3, 9)),
    st.sampled_from((1, 1, 2)),
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
                draw(st.dictionaries(st.sampled_from(CLASSES), stocks, max_size=3)),
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


def found(forests_: list[Forest], request: CandidatesRequest, **how: bool) -> list:
    """What the search finds, in the words of the definition."""
    return [
        (
            frozenset(
                (uuid, name, amount)
                for uuid, taken in each["allocations"].items()
                for name, amount in taken["resources"].items()
            ),
            frozenset((suffix, frozenset(uuids)) for suffix, uuids in each["mappings"].items()),
        )
        for each in map(candidate, search(forests_, request, **how))
    ]


@settings(max_examples=200, deadline=None)
@given(forests(), requests())
def test_every_candidate_is_found_once_and_nothing_else(
    forest: Forest, request: CandidatesRequest
) -> None:
    answer = found([forest], request)
    assert len(set(answer)) == len(answer)
    assert set(answer) == definition.candidates(forest, request)


@settings(max_examples=200, deadline=None)
@given(forests(), requests(), st.booleans())
def test_a_forest_in_parts_has_the_same_candidates(
    forest: Forest, request: CandidatesRequest, breadth_first: bool
) -> None:
    parts = [Forest({root: tree}, forest.sharing_trees) for root, tree in forest.trees.items()]
    answer = found(parts, request, breadth_first=breadth_first)
    assert sorted(map(repr, answer)) == sorted(map(repr, found([forest], request)))
