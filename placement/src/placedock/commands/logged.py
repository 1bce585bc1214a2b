# SPDX-License-Identifier: Apache-2.0
"""Finds requests for allocation candidates in a log, and which of them came back empty.

These lines are understood, with anything before and behind them:

    "GET /placement/allocation_candidates?… " status: 200 len: 53 microversion: 1.36     upstream's Placement
    GET /allocation_candidates?… 1.36 200 50 bytes 3.1 ms […]                            placedock
    "GET /allocation_candidates?… HTTP/1.1" 200 53                                       Apache and other servers
    REQ: curl … https://…/allocation_candidates?… -H "OpenStack-API-Version: placement 1.36"   nova's scheduler, debug on
    RESP BODY: {"allocation_requests": [], "provider_summaries": {}}                     its answer, with the same request id
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

EMPTY_LENGTHS = {"50", "53"}
"""The length of an empty answer in bytes: placedock writes JSON without blanks, and upstream with them."""

_ASKED = re.compile(r"""/allocation_candidates\?([^\s"'\\]+)""")
_ANSWERED = re.compile(
    r"status: (?P<upstream>\d+) len: (?P<upstream_length>\d+)"
    r"| (?P<ours>\d{3}) (?P<our_length>\d+) bytes"
    r"""|HTTP/[\d.]+\\?" (?P<server>\d{3}) (?P<server_length>\d+)"""
)
_VERSION = re.compile(r"microversion: (1\.\d+)|placement (1\.\d+)|\s(1\.\d+) \d{3} \d+ bytes")
_BODY = re.compile(r"""RESP BODY: \{"allocation_requests": ?\[(\]?)""")
_CONTEXT = re.compile(r"req-[0-9a-f-]{36}")


class Logged(NamedTuple):
    """A query, and the microversion where the line has it. `empty` is None where the log does not say it."""

    query: str
    version: str | None
    empty: bool | None


Key = tuple[str, str | None]
"""A query and the version that it was asked at, None where the line does not have it."""


def requests(lines: Iterable[str]) -> list[Logged]:
    """Each query once for each version, the one that was asked last first. Requests that were refused are left out.

    Where two programs log the same query, and only one of them its version, it is that query of the version.
    """
    found: dict[Key, bool | None] = {}
    # Queries of a client that are not answered yet, by the id of the request that it works for.
    waiting: dict[str, Key] = {}
    for line in lines:
        context = _CONTEXT.search(line)
        about = context[0] if context else ""
        asked = _ASKED.search(line)
        if asked is None:
            body = _BODY.search(line)
            if body is not None and about in waiting:
                found[waiting.pop(about)] = bool(body[1])
            continue
        version = _VERSION.search(line, asked.end())
        key = asked[1], version and next(filter(None, version.groups()))
        answered = _ANSWERED.search(line, asked.end())
        if answered is None:
            if "REQ:" in line:
                waiting[about] = key
                found.pop(key, None)
                found[key] = None
            continue
        status, length = filter(None, answered.groups())
        if status == "200":
            found.pop(key, None)
            found[key] = length in EMPTY_LENGTHS
    return [Logged(*key, empty) for key, empty in reversed(_merged(found).items())]


def _merged(found: Mapping[Key, bool | None]) -> dict[Key, bool | None]:
    """A query without a version counts as the query of the version at which it was asked last, if one is known."""
    versions = {query: version for query, version in found if version is not None}
    merged: dict[Key, bool | None] = {}
    for (query, version), empty in found.items():
        key = query, version or versions.get(query)
        before = merged.pop(key, None)
        merged[key] = before if empty is None else empty
    return merged
