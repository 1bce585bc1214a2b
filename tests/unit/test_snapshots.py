# SPDX-License-Identifier: Apache-2.0
"""The process uses what it kept of a provider while the generation holds, for some seconds, and of a number of providers."""

import runpy
from itertools import permutations

import pytest
from placedock.model.forest import Kind, TreeProvider
from placedock.store import forest, positions, snapshots
from placedock.store.snapshots import Kept, Snapshots

CLASSES = [[10000, "CUSTOM_GOLD"]]
KEPT = Kept(generation=3, mark=77, uuid="some uuid", kind=Kind({}))
ROW = [1, 3, 77, None, 1]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(snapshots, "time", clock)
    return clock


def with_one_kept(seconds: float = 60, most: int = 100) -> Snapshots:
    kept = Snapshots(seconds, most)
    assert kept.known([ROW], CLASSES) == ({}, [1])
    kept.keep({1: KEPT}, CLASSES)
    return kept


def test_what_was_kept_is_known_again() -> None:
    assert with_one_kept().known([ROW, [2, 0, 5, 1, 1]], CLASSES) == ({1: KEPT}, [2])


@pytest.mark.parametrize(
    "row",
    [[1, 4, 77, None, 1], [1, 2, 77, None, 1], [1, 3, 78, None, 1]],
    ids=["a later generation", "an earlier generation", "another provider with the same id"],
)
def test_it_is_not_known_of_a_provider_that_differs(row: list[int | None]) -> None:
    assert with_one_kept().known([row], CLASSES) == ({}, [1])


def test_nothing_is_known_when_a_custom_class_has_another_name() -> None:
    kept = with_one_kept()
    assert kept.known([ROW], [[10000, "CUSTOM_SILVER"]]) == ({}, [1])
    assert kept.known([ROW], CLASSES) == ({}, [1])


def test_what_was_read_with_other_classes_is_not_kept() -> None:
    kept = with_one_kept()
    kept.keep({2: KEPT}, [[10000, "CUSTOM_SILVER"]])
    assert kept.known([[2, 3, 77, None, 2]], CLASSES) == ({}, [2])


@pytest.mark.parametrize("start", [1000, 1029, 1031, 1059.9])
def test_no_entry_lives_longer_than_it_may(start: float, clock: Clock) -> None:
    clock.now = start
    kept = with_one_kept(seconds=60)
    clock.now = start + 29
    assert kept.known([ROW], CLASSES) == ({1: KEPT}, [])
    clock.now = start + 60.1
    assert kept.known([ROW], CLASSES) == ({}, [1])


def test_an_entry_is_too_old_after_a_pause_too(clock: Clock) -> None:
    kept = with_one_kept(seconds=60)
    clock.now += 61
    assert kept.known([ROW], CLASSES) == ({}, [1])


def test_no_more_are_kept_than_may_be() -> None:
    kept = Snapshots(60, most=100)
    for number in range(0, 1000, 10):
        ids = range(number, number + 10)
        kept.known([[each, 3, 77, None, each] for each in ids], CLASSES)
        kept.keep(dict.fromkeys(ids, KEPT), CLASSES)
    rows = [[each, 3, 77, None, each] for each in range(1000)]
    found, missing = kept.known(rows, CLASSES)
    assert 40 <= len(found) <= 120
    assert 999 in found
    assert len(found) + len(missing) == 1000


def test_nothing_is_kept_for_zero_seconds() -> None:
    kept = with_one_kept(seconds=0)
    assert kept.most == 0
    assert kept.known([ROW], CLASSES) == ({}, [1])
    assert kept.kind(((), ()), lambda: Kind({})) is not kept.kind(((), ()), lambda: Kind({}))


def test_providers_with_equal_contents_share_a_kind() -> None:
    kept = Snapshots(60)
    first = kept.kind((((0, 8),), (5,)), lambda: Kind({}))
    assert kept.kind((((0, 8),), (5,)), lambda: Kind({})) is first
    assert kept.kind((((0, 9),), (5,)), lambda: Kind({})) is not first


def test_a_tuple_that_is_read_by_position_cannot_get_another_order_of_fields() -> None:
    positions.require(Kept, *Kept._fields)
    for names in permutations(Kept._fields):
        if names != Kept._fields:
            with pytest.raises(ImportError, match="Kept has the fields"):
                positions.require(Kept, *names)
    with pytest.raises(ImportError):
        positions.require(Kept, *Kept._fields, "more")


def test_the_store_does_not_start_with_another_order_of_a_providers_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runpy.run_path(forest.__file__)
    monkeypatch.setattr(TreeProvider, "_fields", tuple(reversed(TreeProvider._fields)))
    with pytest.raises(ImportError, match="TreeProvider has the fields"):
        runpy.run_path(forest.__file__)
