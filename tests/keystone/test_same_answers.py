# SPDX-License-Identifier: Apache-2.0
"""The lists of requests in requests/, sent to the stand-in and to the real Keystone: same answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .exchange import Answer, Player
from .servers import Server

LISTS = sorted((Path(__file__).parent / "requests").glob("*.yaml"))


@pytest.mark.parametrize("requests", LISTS, ids=lambda path: path.stem)
def test_the_stand_in_answers_as_keystone_does(requests: Path, stub: Server, real: Server) -> None:
    players = Player(real), Player(stub)
    differences = []
    for step in yaml.safe_load(requests.read_text()):
        theirs, ours = (player.play(step) for player in players)
        differences += compare(theirs, ours)
    assert not differences, "\n".join(["", *differences])


def test_an_expired_token_is_told_of_alike(
    stub: Server, real: Server, expired_token: Callable[[Server], str]
) -> None:
    """To those who ask for expired ones only; and it opens nothing itself."""
    told = []
    for server in (real, stub):
        expired, admin = expired_token(server), server.token()
        asked = server.check(admin, expired, allow_expired="1")
        again = {"methods": ["token"], "token": {"id": expired}}
        answers = {
            "not asked for": server.check(admin, expired),
            "asked for": asked,
            "as the caller's own": server.check(expired, admin),
            "for a new one": server.call(
                "POST", "/v3/auth/tokens", "", {"auth": {"identity": again}}
            ),
        }
        statuses = {name: answer.status_code for name, answer in answers.items()}
        told.append((statuses, sorted(asked.json()["token"])))
    assert told[0] == told[1]
    assert told[0][0]["not asked for"] == 404
    assert told[0][0]["asked for"] == 200


def compare(theirs: Answer, ours: Answer) -> list[str]:
    """One line for each difference. A known difference that no longer exists is reported as well."""
    found: dict[str, tuple[Any, Any]] = {}
    if theirs.status != ours.status:
        found["status"] = theirs.status, ours.status
    for name, value in theirs.headers.items():
        if value != ours.headers[name]:
            found[name] = value, ours.headers[name]
    found |= difference(theirs.body, ours.body, "body")
    known = theirs.differs.get("in", [])
    lines = [
        f"{theirs.step}: {place}: Keystone {json.dumps(a)}, the stand-in {json.dumps(b)}"
        for place, (a, b) in found.items()
        if not any(place == one or place.startswith(f"{one}.") for one in known)
    ]
    return lines + [
        f"{theirs.step}: {place} is said to differ, but does not"
        for place in known
        if not any(each == place or each.startswith(f"{place}.") for each in found)
    ]


def difference(theirs: Any, ours: Any, place: str) -> dict[str, tuple[Any, Any]]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found: dict[str, tuple[Any, Any]] = {}
        for key in theirs.keys() | ours.keys():
            absent = "<absent>"
            pair = theirs.get(key, absent), ours.get(key, absent)
            found |= difference(*pair, f"{place}.{key}")
        return found
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        found = {}
        for number, pair in enumerate(zip(theirs, ours, strict=True)):
            found |= difference(*pair, f"{place}.{number}")
        return found
    return {} if theirs == ours else {place: (theirs, ours)}
