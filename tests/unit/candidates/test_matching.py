# SPDX-License-Identifier: Apache-2.0
"""A matching tells rightly whether slots that compete for providers can all be filled, however they are filled one by one."""

from itertools import product
from time import monotonic

from hypothesis import given, settings
from hypothesis import strategies as st
from placedock.candidates.matching import Matching

options = st.lists(
    st.lists(st.integers(0, 4), unique=True, min_size=1, max_size=4), min_size=1, max_size=5
)
rooms = st.fixed_dictionaries({provider: st.integers(0, 3) for provider in range(5)})


def fits(chosen: tuple[int, ...], room: dict[int, int]) -> bool:
    return all(chosen.count(provider) <= room[provider] for provider in set(chosen))


@settings(max_examples=500, deadline=None)
@given(options, rooms, st.data())
def test_a_matching_is_possible_exactly_when_trying_everything_finds_one(
    options: list[list[int]], room: dict[int, int], data: st.DataObject
) -> None:
    ways = [chosen for chosen in product(*options) if fits(chosen, room)]
    matching = Matching(dict(enumerate(options)), room)
    assert matching.complete() is bool(ways)
    if not ways:
        return
    filled: list[int] = []
    for slot, offered in enumerate(options):
        for provider in data.draw(st.permutations(offered)):
            left = [way for way in ways if way[: slot + 1] == (*filled, provider)]
            assert matching.force(slot, provider) is bool(left)
            if left:
                filled.append(provider)
                break


def test_a_thousand_slots_of_one_shape_are_matched_at_once() -> None:
    providers = list(range(1000))
    started = monotonic()
    matching = Matching(dict.fromkeys(range(1000), providers), dict.fromkeys(providers, 1))
    assert matching.complete()
    matching = Matching(dict.fromkeys(range(1001), providers), dict.fromkeys(providers, 1))
    assert not matching.complete()
    assert monotonic() - started < 5
