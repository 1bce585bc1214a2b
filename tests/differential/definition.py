# SPDX-License-Identifier: Apache-2.0
"""Answers a query for allocation candidates by their definition, because upstream is no measure where it is wrong.

The definition is that of the unit tests, which tries everything. The forest is drawn from the server.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import topology
from placedock.api import groups
from placedock.api.microversion import Feature, Version
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest
from unit.candidates import definition
from webob import Request

from . import drawing
from .calls import Answer, Call, Client


def request(call: Call) -> CandidatesRequest:
    """The request that a valid query makes."""
    query = Request.blank(f"/?{urlencode(call.query)}").GET
    return groups.read(query, Version(1, call.minor))


def shares_a_class(call: Call) -> bool:
    """Whether the unsuffixed group and another want the same class."""
    if call.url_path != "/allocation_candidates":
        return False
    asked = {group.suffix: group.resources.keys() for group in request(call).groups}
    unsuffixed = asked.pop("", {}.keys())
    return any(unsuffixed & classes for classes in asked.values())


def is_met(client: Client, names: Mapping[str, str], call: Call, answer: Answer) -> bool:
    """Whether the candidates answered are those there should be; with a limit, are among them."""
    wanted = request(call)
    drawn = topology.forest(drawing.topology(client, names))
    trees = {
        root: [definition.Hashed(*provider) for provider in tree]
        for root, tree in drawn.trees.items()
    }
    right = definition.candidates(Forest(trees), wanted)
    if Feature.MAPPINGS not in Version(1, call.minor):
        right = {(allocations, frozenset()) for allocations, _ in right}
    answered = [_candidate(one) for one in answer.body["allocation_requests"]]
    if wanted.limit is not None:
        return len(answered) == min(wanted.limit, len(right)) and right.issuperset(answered)
    return set(answered) == right


def _candidate(one: dict[str, Any]) -> tuple[definition.Allocations, definition.Mappings]:
    taken = one["allocations"]
    if isinstance(taken, list):
        taken = {each["resource_provider"]["uuid"]: each for each in taken}
    allocations = frozenset(
        (uuid, name, amount)
        for uuid, each in taken.items()
        for name, amount in each["resources"].items()
    )
    mappings = one.get("mappings", {})
    return allocations, frozenset((suffix, frozenset(uuids)) for suffix, uuids in mappings.items())
