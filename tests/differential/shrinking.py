# SPDX-License-Identifier: Apache-2.0
"""Makes a failure small: the fewest calls that still make the servers differ, and what there is before the last of them."""

import time
from collections.abc import Sequence
from dataclasses import replace

from . import drawing
from .calls import Call
from .pair import Different, Pair

PATIENCE = 120
"""Seconds after which the smallest found so far is good enough."""


def reproduction(pair: Pair, history: Sequence[Call], different: Different, seed: int) -> str:
    """The report of a failure: the drawn topology, the calls that made it, the call, and both answers."""
    calls = shrunk(pair, history, different)
    last = replayed(pair, calls)
    if last is None or last.kind != different.kind:
        # It does not come again, so that it must be told as it was.
        calls, last = list(history), different
    pair.wipe()
    for call in calls[:-1]:
        _send(pair, call)
    names = pair.names
    told = [
        f"seed {seed}: {last}",
        *("", "THE TOPOLOGY", drawing.topology(pair.ours, names)),
        *("", "MADE BY", *(drawing.named(str(call), names) for call in calls[:-1])),
        *("", "THE CALL", drawing.named(str(last.call), names), "", str(last.call)),
        *("", "THE DIFFERENCE"),
    ]
    for what, (our, their) in last.findings.items():
        told += [f"{what}:", f"  ours   {our}", f"  theirs {their}"]
    told += ["", "OURS", str(last.ours), "", "THEIRS", str(last.theirs)]
    return "\n".join(told)


def shrunk(pair: Pair, history: Sequence[Call], different: Different) -> list[Call]:
    """A part of the history after which the last call, or less of it, still makes the same difference.

    Parts are left out, halves first, then ever smaller ones, as long as the failure stays.
    """

    def still_fails(calls: Sequence[Call]) -> bool:
        found = replayed(pair, calls)
        return found is not None and found.kind == different.kind

    last = different.call
    kept = [call for call in history[:-1] if call.method != "GET"]
    end = time.monotonic() + PATIENCE
    size = max(1, len(kept) // 2)
    while kept:
        start = 0
        before = len(kept)
        while start < len(kept) and time.monotonic() < end:
            fewer = kept[:start] + kept[start + size :]
            if still_fails([*fewer, last]):
                kept = fewer
            else:
                start += size
        if time.monotonic() > end or (size == 1 and len(kept) == before):
            break
        size = max(1, size // 2)
    for parameter in last.query:
        less = replace(last, query=tuple(each for each in last.query if each != parameter))
        if time.monotonic() < end and still_fails([*kept, less]):
            last = less
    return [*kept, last]


def replayed(pair: Pair, calls: Sequence[Call]) -> Different | None:
    """The difference that the last of the calls makes, on servers that had nothing before."""
    pair.wipe()
    for call in calls[:-1]:
        _send(pair, call)
    return _send(pair, calls[-1])


def _send(pair: Pair, call: Call) -> Different | None:
    try:
        pair.send(call)
    except Different as different:
        return different
    return None
