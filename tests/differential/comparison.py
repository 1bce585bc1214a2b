# SPDX-License-Identifier: Apache-2.0
"""Compares two answers: their status, their headers, and their bodies, in which lists have no order.

Texts are compared to the letter, but for the order of what they list, and for what jsonschema shows
of the schema below its sentence, where the order of keys is an accident. Not compared are what
differs between any two servers: request ids, dates (that there is one is), host and port.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from .calls import Answer, Call

HEADERS = (
    "cache-control",
    "content-type",
    "openstack-api-version",
    "vary",
)
SHOWN_SCHEMA = re.compile(r"(Failed validating '\w+' in schema).*", re.DOTALL)
LISTED = re.compile(r"'([^']+(?:, [^']+)+)'|\[('[^\]]+')\]")
THERE = ("last-modified", "x-openstack-request-id")

Findings = dict[str, tuple[Any, Any]]
"""By what is compared, our value and theirs where they differ."""


def findings(call: Call, ours: Answer, theirs: Answer) -> Findings:
    """In what the answers to a call differ."""
    found: Findings = {}

    def compare(what: str, our: Any, their: Any) -> None:
        if our != their:
            found[what] = our, their

    compare("status", ours.status, theirs.status)
    for name in HEADERS:
        compare(name, ours.headers.get(name), theirs.headers.get(name))
    for name in THERE:
        compare(name, name in ours.headers, name in theirs.headers)
    compare("location", location(ours), location(theirs))
    compare("allow", methods(ours), methods(theirs))
    if ours.ok and theirs.ok and limited(call):
        return found
    our_body, their_body = canonical(ours.body), canonical(theirs.body)
    if isinstance(our_body, dict) and isinstance(their_body, dict):
        for key in sorted(our_body.keys() | their_body.keys()):
            compare(key, our_body.get(key), their_body.get(key))
    else:
        compare("body", our_body, their_body)
    return found


def methods(answer: Answer) -> set[str]:
    return set(answer.headers.get("allow", "").split(", "))


def limited(call: Call) -> bool:
    """Whether which candidates are answered is the server's choice."""
    return call.url_path == "/allocation_candidates" and "limit" in dict(call.query)


def limited_findings(limit: Answer, all_: Answer) -> Findings:
    """The faults of a server's answer to a call with a limit, compared with its answer to the call without one."""
    found: Findings = {}
    chosen, every = (canonical(answer.body) for answer in (limit, all_))
    strangers = [
        one for one in chosen["allocation_requests"] if one not in every["allocation_requests"]
    ]
    if strangers:
        found["candidates beyond the unlimited"] = strangers, []
    summaries = every["provider_summaries"].items()
    odd = {
        uuid: one
        for uuid, one in chosen["provider_summaries"].items()
        if (uuid, one) not in summaries
    }
    if odd:
        found["summaries beyond the unlimited"] = odd, {}
    missing = providers_used(limit) - chosen["provider_summaries"].keys()
    if missing:
        found["providers without a summary"] = missing, set()
    return found


def providers_used(answer: Answer) -> set[str]:
    """The uuids of the providers that candidates take from."""
    found = set[str]()
    for one in answer.body["allocation_requests"]:
        taken = one["allocations"]
        listed = isinstance(taken, list)
        found |= {each["resource_provider"]["uuid"] for each in taken} if listed else taken.keys()
    return found


def count(answer: Answer) -> int:
    return len(answer.body["allocation_requests"])


def location(answer: Answer) -> str | None:
    """The path that is told; it is absolute, and the hosts differ."""
    told = urlsplit(answer.headers.get("location", ""))
    return told.path if told.scheme and told.netloc else told.geturl() or None


def canonical(value: Any) -> Any:
    """The same for bodies that mean the same."""
    if isinstance(value, list):
        return sorted((canonical(each) for each in value), key=json.dumps)
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value) if key != "request_id"}
    if isinstance(value, str):
        return LISTED.sub(_in_order, SHOWN_SCHEMA.sub(r"\1", value))
    return value


def _in_order(listed: re.Match[str]) -> str:
    return ", ".join(sorted((listed[1] or listed[2]).split(", ")))
