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
    dates = _date(ours), _date(theirs)
    assert None in dates or dates[0] == dates[1], f"{call} was last modified at {dates}"


def _date(answer: Answer) -> object:
    """When what is answered was changed; what has no date of its own is told to be of now."""
    told = answer.headers.get("last-modified")
    if told is None:
        return None
    modified = parsedate_to_datetime(told)
    now = parsedate_to_datetime(answer.headers["date"])
    return "now" if abs(now - modified) < NOW else modified
