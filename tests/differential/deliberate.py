# SPDX-License-Identifier: Apache-2.0
"""Where the answers may differ, and why: a rule for each difference of docs/differences.md that these calls meet.

A rule says of which findings it is the explanation. A case is excused when all its findings are explained.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

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

    @property
    def our_text(self) -> str:
        return text(self.ours)

    @property
    def their_text(self) -> str:
        return text(self.theirs)


Rule = Callable[[Case], set[str]]
RULES: list[Rule] = []


def text(answer: Answer) -> str:
    """The message of a refusal, which is the last line of its detail."""
    if answer.ok or not isinstance(answer.body, dict):
        return ""
    return answer.body["errors"][0]["detail"].split("\n\n ")[-1].strip()


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


@difference
def every_answer_varies_by_version(case: Case) -> set[str]:
    """Upstream leaves `Vary` out of refusals that its handlers do not make themselves."""
    ours, theirs = case.findings.get("vary", ("", ""))
    refused = case.ours.status == case.theirs.status >= 400
    return {"vary"} if refused and theirs is None and ours else set()


@difference
def an_empty_list_of_inventories_has_a_date(case: Case) -> set[str]:
    """Upstream leaves `Last-Modified` out there alone."""
    empty = case.ours.ok and case.ours.body.get("inventories") == {}
    return {"last-modified"} if empty and "last-modified" in case.ours.headers else set()


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
    """Upstream says of which consumer in `PUT /allocations/{consumer}` only, and forgets a colon elsewhere."""
    ours = re.fullmatch(
        r"Unable to allocate inventory for consumer \S+: (No such resource class \S+)", case.our_text
    )
    theirs = re.fullmatch(
        r"Unable to allocate inventory (No such resource class \S+)", case.their_text
    )
    posted = case.call.path == "/allocations"
    return {"errors"} if posted and ours and theirs and ours[1] == theirs[1] else set()


@difference
def an_unknown_name_is_refused_wherever_it_stands(case: Case) -> set[str]:
    """Upstream looks at a group only when those before it can be served, so its refusal depends on the data."""
    if case.call.path != "/allocation_candidates" or not case.theirs.ok:
        return set()
    nothing = case.theirs.body["allocation_requests"] == []
    refused = case.ours.status == 400 and UNKNOWN_NAME.search(case.our_text)
    return set(case.findings) if nothing and refused else set()
