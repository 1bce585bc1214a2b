# SPDX-License-Identifier: Apache-2.0
"""Where the answers may differ, and why: a rule for each difference of docs/differences.md that these calls meet.

A rule says of which findings it is the explanation. A case is excused when all its findings are explained.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from placedock.model.forest import SHARES

from . import comparison, definition
from .calls import Answer, Call, Client
from .comparison import Findings

UNKNOWN_NAME = re.compile(r"No such (resource class|trait)")


class Case(NamedTuple):
    """A call whose answers differ. `placedock` can be asked for what else matters."""

    call: Call
    ours: Answer
    theirs: Answer
    findings: Findings
    placedock: Client
    names: Mapping[str, str]

    @property
    def our_text(self) -> str:
        return self.ours.text

    @property
    def their_text(self) -> str:
        return self.theirs.text


Rule = Callable[[Case], set[str]]
RULES: list[Rule] = []


def difference(rule: Rule) -> Rule:
    """Add a rule. Its name is that of the difference, in words."""
    RULES.append(rule)
    return rule


def excuse(case: Case) -> list[str]:
    """The names of the differences that explain the case, or none when anything is left unexplained."""
    left, names = set(case.findings), []
    for rule in RULES:
        explained = rule(case) & left
        if explained:
            left -= explained
            names.append(rule.__name__.replace("_", " "))
    return [] if left else names


def _is_by_definition(case: Case) -> bool:
    return definition.is_met(case.placedock, case.names, case.call, case.ours)


@difference
def every_answer_varies_by_version(case: Case) -> set[str]:
    """Upstream leaves `Vary` out of refusals that its handlers do not make themselves."""
    ours, theirs = case.findings.get("vary", ("", ""))
    refused = case.ours.status == case.theirs.status >= 400
    return {"vary"} if refused and theirs is None and ours else set()


@difference
def every_body_has_a_date(case: Case) -> set[str]:
    """Upstream leaves `Last-Modified` out of an empty list of inventories, and of a provider's first PUT."""
    bare = (
        case.ours.ok
        and isinstance(case.ours.body, dict)
        and case.ours.body.get("inventories") == {}
    )
    saved = case.call.method == "PUT" and re.fullmatch(
        "/resource_providers/[^/]+", case.call.url_path
    )
    dated = "last-modified" in case.ours.headers
    return {"last-modified"} if dated and (bare or saved) else set()


@difference
def no_sql_in_refusals(case: Case) -> set[str]:
    """Upstream answers its database's words, with the statement, when an inventory is there already."""
    same = case.ours.status == case.theirs.status == 409 and case.ours.code == case.theirs.code
    ours = re.fullmatch(
        r"Update conflict: Inventory of class \w+ already exists on resource provider \S+\.",
        case.our_text,
    )
    theirs = re.match(r"Update conflict: \(\w+\.IntegrityError\).*\[SQL: INSERT", case.their_text)
    return {"errors"} if same and ours and theirs else set()


@difference
def an_unknown_class_is_told_of_a_consumer(case: Case) -> set[str]:
    """Upstream says of which consumer in `PUT /allocations/{consumer}` only, and elsewhere forgets a colon."""
    ours = re.fullmatch(
        r"Unable to allocate inventory for consumer \S+: (No such resource class \S+)",
        case.our_text,
    )
    said = {
        "/allocations": "Unable to allocate inventory ",
        "/reshaper": "malformed reshaper data: ",
    }.get(case.call.url_path)
    same = said and ours and case.their_text == said + ours[1]
    return {"errors"} if same else set()


@difference
def names_in_bodies_do_not_end_in_a_newline(case: Case) -> set[str]:
    """Upstream takes a newline behind a name or uuid in a body, and fails where a header or a column has no room for it."""
    refused = case.ours.status == 400
    reason = re.search(r"'[^']*\\n' does not match ('|any of the regexes)", case.our_text)
    return set(case.findings) if refused and reason else set()


@difference
def bodies_are_json_and_nothing_else(case: Case) -> set[str]:
    """Upstream reads NaN, Infinity, numbers as large, and half characters, and refuses most of them later in other words."""
    refused = case.ours.status == 400 and case.our_text.startswith("Malformed JSON: ")
    odd = re.search(r"NaN|Infinity|[eE]\d{3}|\\ud[89a-f]", case.call.text or "")
    return set(case.findings) if refused and odd else set()


@difference
def a_name_is_checked_as_it_stands_in_the_path(case: Case) -> set[str]:
    """Upstream pastes the name of a resource class into JSON first, and finds other faults in that."""
    both = case.ours.status == case.theirs.status == 400
    made = case.call.method == "PUT" and case.call.url_path.startswith("/resource_classes/")
    return {"errors"} if both and made and case.their_text.startswith("Malformed JSON") else set()


@difference
def nothing_is_said_twice(case: Case) -> set[str]:
    """Upstream repeats itself where it says that a provider whose traits or inventories are asked for is missing."""
    missing = case.ours.status == case.theirs.status == 404 and case.our_text
    twice = re.fullmatch(r"(No resource provider .* found) ?: \1", case.their_text, re.DOTALL)
    return {"errors"} if twice and missing in (twice[1], _as_utf_8(twice[1])) else set()


@difference
def paths_are_utf_8(case: Case) -> set[str]:
    """Upstream takes each byte of a name in the path for a character when it tells of it."""
    refused = case.ours.status == case.theirs.status >= 400 and case.our_text
    return {"errors"} if refused and case.our_text == _as_utf_8(case.their_text) else set()


def _as_utf_8(text: str) -> str:
    return text.encode("latin-1", "replace").decode(errors="replace")


@difference
def an_unknown_name_is_refused_wherever_it_stands(case: Case) -> set[str]:
    """Upstream looks at a group only when those before it can be served, so its refusal depends on the data."""
    if case.call.url_path != "/allocation_candidates" or not case.theirs.ok:
        return set()
    nothing = case.theirs.body["allocation_requests"] == []
    refused = case.ours.status == 400 and UNKNOWN_NAME.search(case.our_text)
    return set(case.findings) if nothing and refused else set()


@difference
def names_of_classes_are_checked_everywhere(case: Case) -> set[str]:
    """Upstream takes any name as a key of inventories, fails when what is below it is no object, or finds no such class."""
    named = re.search(r"does not match any of the regexes: '\^\[A-Z0-9_\]\+\$'", case.our_text)
    refused = case.ours.status == 400 and named
    otherwise = case.theirs.status == 500 or UNKNOWN_NAME.search(case.their_text)
    listed = case.call.url_path == "/reshaper" or case.call.url_path.endswith("/inventories")
    return set(case.findings) if refused and otherwise and listed else set()


@difference
def of_two_faults_either_is_told(case: Case) -> set[str]:
    """What a body lacks, or what it has too much: jsonschema takes the one that stands first in the schema."""
    texts = sorted((case.our_text, case.their_text))
    both = case.ours.status == case.theirs.status == 400
    missing = re.match(r"JSON does not validate: '\w+' is a required property", texts[0])
    more = re.match(r"JSON does not validate: Additional properties are not allowed", texts[1])
    return {"errors"} if both and missing and more else set()


@difference
def amounts_of_groups_add_up(case: Case) -> set[str]:
    """Upstream counts wrong when the unsuffixed group and another want the same class of one provider."""
    both = case.ours.status == case.theirs.status == 200
    if not both or not definition.shares_a_class(case.call):
        return set()
    right = _is_by_definition(case)
    return {"allocation_requests", "provider_summaries"} if right else set()


@difference
def a_sharing_provider_serves_under_every_anchor(case: Case) -> set[str]:
    """Upstream lets what a sharing provider offers a group all alone hang on one tree only: which, is chance."""
    both = case.ours.status == case.theirs.status == 200
    if not both or case.call.url_path != "/allocation_candidates":
        return set()
    shared = any(
        SHARES in case.placedock.get(f"/resource_providers/{uuid}/traits")["traits"]
        for uuid in comparison.providers_used(case.ours)
    )
    fewer = comparison.count(case.theirs) < comparison.count(case.ours)
    right = (
        shared
        and fewer
        and len(definition.request(case.call).groups) > 1
        and _is_by_definition(case)
    )
    return {"allocation_requests", "provider_summaries"} if right else set()


@difference
def a_sharing_provider_may_stand_below_a_root(case: Case) -> set[str]:
    """Upstream fails when the unsuffixed group could be served by one."""
    # What it says is the KeyError's key: the id of the provider.
    failed = case.theirs.status == 500 and re.fullmatch(r"\d+", case.their_text)
    if case.call.url_path != "/allocation_candidates" or not failed:
        return set()
    return set(case.findings) if _is_by_definition(case) else set()


@difference
def a_reshape_obeys_the_rules_for_inventories(case: Case) -> set[str]:
    """Upstream takes inventories in a reshape that reserve more than they have."""
    refused = case.ours.status == 400 and "The reserved value is greater than" in case.our_text
    return set(case.findings) if refused and case.call.url_path == "/reshaper" else set()
