# SPDX-License-Identifier: Apache-2.0
"""When answers count as equal, and when not."""

import json
from typing import Any

from bench.answers import differences, limited_differences


def seen(*bodies: Any) -> set[tuple[int, bytes]]:
    return {(200, json.dumps(body).encode()) for body in bodies}


def candidates(*hosts: str, used: int = 0) -> dict[str, Any]:
    """An answer in which each of the hosts is a candidate."""
    return {
        "allocation_requests": [{"allocations": {host: {"VCPU": 1}}} for host in hosts],
        "provider_summaries": {host: {"used": used, "traits": ["B", "A"]} for host in hosts},
    }


EVERYTHING = json.dumps(candidates("a", "b", "c")).encode()


def test_order_means_nothing() -> None:
    ours = {"traits": ["A", "B"], "links": [{"rel": "self"}, {"rel": "up"}]}
    theirs = {"links": [{"rel": "up"}, {"rel": "self"}], "traits": ["B", "A"]}
    assert not differences(seen(ours), seen(theirs))


def test_a_value_that_comes_twice_is_not_one_that_comes_once() -> None:
    assert differences(seen({"traits": ["A", "A"]}), seen({"traits": ["A"]}))


def test_a_status_is_part_of_the_answer() -> None:
    assert differences({(200, b"")}, {(204, b"")})


def test_a_side_that_changes_its_mind_is_noticed() -> None:
    assert differences(seen({"usage": 1}, {"usage": 2}), seen({"usage": 1}))


def test_a_limit_may_leave_other_candidates_on_each_side() -> None:
    ours, theirs = seen(candidates("a", "b")), seen(candidates("b", "c"))
    assert not limited_differences(ours, theirs, EVERYTHING)


def test_a_limit_leaves_as_many_on_both_sides() -> None:
    ours, theirs = seen(candidates("a", "b")), seen(candidates("a"))
    assert limited_differences(ours, theirs, EVERYTHING)


def test_a_limit_does_not_invent_candidates() -> None:
    ours, theirs = seen(candidates("z")), seen(candidates("a"))
    assert limited_differences(ours, theirs, EVERYTHING)


def test_a_limit_does_not_show_one_candidate_twice() -> None:
    ours, theirs = seen(candidates("a", "a")), seen(candidates("a", "b"))
    assert limited_differences(ours, theirs, EVERYTHING)


def test_what_is_said_of_a_provider_does_not_depend_on_the_limit() -> None:
    ours, theirs = seen(candidates("a", used=5)), seen(candidates("a"))
    assert limited_differences(ours, theirs, EVERYTHING)
