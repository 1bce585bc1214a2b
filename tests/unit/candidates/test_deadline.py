# SPDX-License-Identifier: Apache-2.0
"""A request's time is bounded, and what takes long looks at the deadline as it goes."""

import time
from itertools import islice

import pytest
from placedock.candidates import search
from placedock.errors import RequestTookTooLong, TooManyCandidates
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import NEVER, Deadline
from topology import forest

from .asking import group

CHILDREN = 16
WIDE = "root\n" + "".join(f"  child{number} VCPU:16\n" for number in range(CHILDREN))


def test_a_deadline_raises_when_its_time_is_over_and_not_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("placedock.model.deadline.monotonic", lambda: now)
    deadline = Deadline(0.5)
    deadline.check()
    assert deadline.remaining() == 0.5
    now += 0.75
    assert deadline.remaining() == -0.25
    with pytest.raises(RequestTookTooLong, match=r"after 0\.5 seconds.*`limit`"):
        deadline.check()


def test_what_a_request_waited_before_its_turn_counts() -> None:
    with pytest.raises(RequestTookTooLong, match="after 50 seconds"):
        Deadline(50, spent=51).check()


def test_never_is_a_deadline_that_does_not_come() -> None:
    NEVER.check()
    assert NEVER.remaining() == float("inf")


def isolated(count: int) -> CandidatesRequest:
    groups = tuple(group("VCPU:1", suffix=f"_{number}") for number in range(count))
    return CandidatesRequest(groups, isolate=True)


# To fill six bins to the brim with 24 amounts is a puzzle that only trying solves. The last amount spoils it.
AMOUNTS = [101 + number * 37 % 89 for number in range(23)]
BINS = -(-(sum(AMOUNTS) + 150) // 6)
PUZZLE = "root\n" + "".join(f"  child{number} VCPU:{BINS}\n" for number in range(6))
PIECES = CandidatesRequest(
    tuple(group(f"VCPU:{amount}", f"_{amount}") for amount in [*AMOUNTS, 6 * BINS - sum(AMOUNTS)])
)

SEVERAL_CLASSES = CandidatesRequest((group(" ".join(f"CUSTOM_{number}:1" for number in range(8))),))
OF_ALL_CLASSES = "root\n" + "".join(
    f"  child{number} {' '.join(f'CUSTOM_{each}:1' for each in range(8))}\n"
    for number in range(CHILDREN)
)


@pytest.mark.parametrize(
    ("drawing", "request_"),
    [
        (PUZZLE, PIECES),
        (WIDE, isolated(CHILDREN - 1)),
        (OF_ALL_CLASSES, SEVERAL_CLASSES),
    ],
    ids=["that finds nothing", "that finds far too much", "of one group that finds far too much"],
)
def test_a_search_ends_at_the_deadline(drawing: str, request_: CandidatesRequest) -> None:
    started = time.monotonic()
    with pytest.raises((RequestTookTooLong, TooManyCandidates)):
        for _ in search([forest(drawing)], request_, deadline=Deadline(0.2)):
            pass
    # Without the deadline it is minutes at least.
    assert time.monotonic() - started < 10


def test_a_search_that_is_done_before_the_deadline_finds_what_there_is() -> None:
    found = islice(search([forest(WIDE)], isolated(3), deadline=Deadline(60)), 10)
    assert len(list(found)) == 10
