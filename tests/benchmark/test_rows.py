# SPDX-License-Identifier: Apache-2.0
"""A row computes ratios and targets from its figures."""

import json
from typing import Any

from bench.measure import Figure
from bench.rows import Row, Target, Unit


def row(unit: Unit, ours: float, theirs: float | None, **values: Any) -> Row:
    return Row(
        "work", "name", unit, Figure(ours), None if theirs is None else Figure(theirs), **values
    )


def test_less_time_is_better_and_more_a_second_is() -> None:
    assert row(Unit.MILLISECONDS, 2, 10).ratio == 5
    assert row(Unit.MEGABYTES, 50, 100).ratio == 2
    assert row(Unit.PER_SECOND, 100, 20).ratio == 5


def test_every_part_of_a_target_must_hold() -> None:
    target = Target(times=5, of_floor=2.5)
    assert row(Unit.MILLISECONDS, 2, 10, floor=1, target=target).met is True
    assert row(Unit.MILLISECONDS, 2, 9, floor=1, target=target).met is False
    assert row(Unit.MILLISECONDS, 2, 10, floor=0.5, target=target).met is False


def test_a_target_that_is_a_fraction_is_shown_short() -> None:
    assert str(Target(1 / 0.75)) == "≥ 1.33 x"
    assert str(Target(200, of_floor=2.5)) == "≥ 200 x, ≤ 2.5 floor"


def test_one_error_of_a_client_misses_a_target_without_errors() -> None:
    target = Target(times=8, without_errors=True)
    assert row(Unit.PER_SECOND, 100, 10, target=target).met is True
    assert row(Unit.PER_SECOND, 100, 10, target=target, errors=1).met is False


def test_growth_is_held_against_the_smallest_cloud() -> None:
    target = Target(of_smallest=2)
    assert row(Unit.MILLISECONDS, 10, None, smallest=5, target=target).met is True
    assert row(Unit.MILLISECONDS, 11, None, smallest=5, target=target).met is False


def test_what_was_not_measured_is_not_judged() -> None:
    assert row(Unit.MILLISECONDS, 1, None, target=Target(times=5)).met is None
    assert row(Unit.MILLISECONDS, 1, 2).met is None


def test_the_95th_percentile_is_the_first_that_five_in_a_hundred_reach() -> None:
    figure = Figure.of([1.0] * 95 + [9.0] * 5)
    assert figure == (1.0, 9.0)
    assert Figure.of([1.0] * 96 + [9.0] * 4).p95 == 1.0


def test_a_row_comes_back_from_its_file_as_it_was() -> None:
    before = row(Unit.MILLISECONDS, 1, 6, floor=0.5, target=Target(times=5), size=1000, note="-")
    assert Row.from_json(json.loads(json.dumps(before.to_json()))) == before
