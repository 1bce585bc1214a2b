# SPDX-License-Identifier: Apache-2.0
"""From a request for candidates to the query of `GET /allocation_candidates` that asks for it: what `groups` reads, written."""

from collections.abc import Iterator
from urllib.parse import urlencode

from placedock.model.candidates import CandidatesRequest, Group

PLAIN = ":,!"
"""The characters that stay readable in a query."""


def query(request: CandidatesRequest) -> str:
    """A query that means the request, at the version at which the request was read.

    A request that speaks of trees, of any of several traits, or of forbidden aggregates can only come from a version that has
    words for them.
    """
    return urlencode(list(_pairs(request)), safe=PLAIN)


def _pairs(request: CandidatesRequest) -> Iterator[tuple[str, str]]:
    for group in request.groups:
        yield from _of_group(group)
    if sum(group.suffixed for group in request.groups) > 1 or request.isolate:
        yield "group_policy", "isolate" if request.isolate else "none"
    for suffixes in request.same_subtree:
        yield "same_subtree", ",".join(sorted(suffixes))
    if root := sorted(request.root_required) + [
        f"!{name}" for name in sorted(request.root_forbidden)
    ]:
        yield "root_required", ",".join(root)
    if request.limit is not None:
        yield "limit", str(request.limit)


def _of_group(group: Group) -> Iterator[tuple[str, str]]:
    if group.resources:
        amounts = [f"{name}:{amount}" for name, amount in group.resources.items()]
        yield f"resources{group.suffix}", ",".join(amounts)
    single = [name for choice in group.required if len(choice) == 1 for name in choice]
    if traits := single + [f"!{name}" for name in sorted(group.forbidden)]:
        yield f"required{group.suffix}", ",".join(traits)
    for choice in group.required:
        if len(choice) > 1:
            yield f"required{group.suffix}", "in:" + ",".join(sorted(choice))
    for choice in group.member_of:
        yield f"member_of{group.suffix}", "in:" + ",".join(sorted(choice))
    if group.forbidden_aggregates:
        yield f"member_of{group.suffix}", "!in:" + ",".join(sorted(group.forbidden_aggregates))
    if group.in_tree is not None:
        yield f"in_tree{group.suffix}", group.in_tree
