# SPDX-License-Identifier: Apache-2.0
"""Asks two servers on one database for everything there is. Dates must be the same, too."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

from differential.calls import Answer, Call, Client
from differential.pair import Pair
from differential.session import any_query, every_get
from differential.world import World

MINORS = (0, 18, 39)
NOW = timedelta(seconds=3)


def compare(ours: Client, theirs: Client, world: World, queries: int) -> int:
    """Send every GET at several versions, and so many random queries; how many that were.

    Raises `Different` when answers do, and AssertionError when the same thing has two dates.
    """
    pair = Pair(ours, theirs)
    pair.names = world.names
    for minor in MINORS:
        for call in every_get(world, minor):
            _compare(pair, call)
    for _ in range(queries):
        call = any_query(world)
        if call.method == "GET":
            _compare(pair, call)
    return pair.sent


def _compare(pair: Pair, call: Call) -> None:
    ours, theirs = pair.send(call)
    told = _told(ours), _told(theirs)
    same = None in told or told[0] == told[1] or all(_is_now(each) for each in (ours, theirs))
    assert same, f"{call} was last modified at {told}"


def _told(answer: Answer) -> str | None:
    """When what is answered was changed, as the answer says it."""
    return answer.headers.get("last-modified")


def _is_now(answer: Answer) -> bool:
    """Whether the answer says that it was changed just now, as one does whose content has no date of its own."""
    modified, now = (
        parsedate_to_datetime(answer.headers[name]) for name in ("last-modified", "date")
    )
    return abs(now - modified) < NOW
