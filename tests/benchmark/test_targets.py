# SPDX-License-Identifier: Apache-2.0
"""The list of missed targets tells what each missed target reached."""

from typing import Any

import pytest

from bench import targets
from bench.measure import Figure
from bench.rows import Row, Target, Unit

REACHED = {
    "a ratio, and the multiple of the floor": (
        {"theirs": Figure(60), "floor": 5, "target": Target(times=10)},
        "3.0 x, 4.0 floor",
    ),
    "a multiple of the smallest": (
        {"theirs": None, "floor": 5, "smallest": 8, "target": Target(of_smallest=2)},
        "2.5 x the smallest",
    ),
    "a value": ({"theirs": None, "target": Target(at_most=15)}, "20.00 ms"),
}


@pytest.mark.parametrize(("values", "reached"), REACHED.values(), ids=REACHED)
def test_a_missed_target_is_listed_with_what_was_reached(
    values: dict[str, Any], reached: str
) -> None:
    row = Row("work", "name", Unit.MILLISECONDS, Figure(20), **values)
    first, *_, last = targets.lines([row])
    assert first == "0 of 1 are met. The others:"
    assert last.startswith(f"| work: name | {row.target} | {reached} | ")
