# SPDX-License-Identifier: Apache-2.0
"""From the query of `GET /allocation_candidates` to the request that is searched for.

Parameters with the same suffix make a group. What may be asked at all the schema has told already; here is what must go
together. The texts of the refusals are part of the contract.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from placedock import errors
from placedock.api import parameters
from placedock.api.microversion import Feature, Version
from placedock.api.schemas.parts import NAME_SUFFIX, NUMBER_SUFFIX
from placedock.model.candidates import CandidatesRequest, Group
from webob.multidict import MultiDict

_KEY = "^(resources|required|member_of|in_tree)({})?$"
_NUMBERED = re.compile(_KEY.format(NUMBER_SUFFIX))
_NAMED = re.compile(_KEY.format(NAME_SUFFIX))

_Values = Mapping[str, list[str]]
"""The parameters of one group: the values in their order, by the name of the parameter without the suffix."""

NO_LIMIT = 10**18
"""More candidates than any cloud has; a limit of more digits means the same."""


def read(query: MultiDict, version: Version) -> CandidatesRequest:
    """The request that a valid query string makes at `version`."""
    root_required, root_forbidden = _root_traits(query.getall("root_required"))
    same_subtree = _same_subtree(query.getall("same_subtree"))
    groups = _groups(query, version)
    if Feature.SAME_SUBTREE in version:
        _check_resourceless(groups, same_subtree)
    else:
        _check_orphans(groups)
    if Feature.FORBIDDEN_TRAITS in version:
        _check_conflicts(groups)
    policies = query.getall("group_policy")
    # Of a parameter that is repeated the schema has looked at the last, and the first counts.
    if policies[:1] in ([], [""]) and sum(group.suffixed for group in groups) > 1:
        raise errors.Invalid(
            reason='The "group_policy" parameter is required when specifying more than one '
            '"resources{N}" parameter.'
        )
    return CandidatesRequest(
        groups=tuple(groups),
        isolate=policies[:1] == ["isolate"],
        same_subtree=same_subtree,
        root_required=root_required,
        root_forbidden=root_forbidden,
        limit=_limit(query.getall("limit")),
        nested=Feature.NESTED_CANDIDATES in version,
    )


def _groups(query: MultiDict, version: Version) -> list[Group]:
    pattern = _NAMED if Feature.NAMED_GROUPS in version else _NUMBERED
    given: dict[str, _Values] = {}
    for key, value in query.items():
        match = pattern.match(key)
        if match is not None:
            name, suffix = match[1], match[2] or ""
            values = given.setdefault(suffix, defaultdict(list))
            # A name with a newline behind it matches the pattern too. Upstream takes the value of these two from it.
            if key == name + suffix or name in ("resources", "in_tree"):
                values[name].append(value)
    return [_group(suffix, values, version) for suffix, values in given.items()]


def _group(suffix: str, values: _Values, version: Version) -> Group:
    amounts = [parameters.resources(value) for value in values["resources"]]
    traits = parameters.traits(values["required"], version)
    aggregates = parameters.aggregates(values["member_of"], version, suffix)
    in_trees = [parameters.tree(value) for value in values["in_tree"]]
    return Group(
        suffix=suffix,
        resources=amounts[-1] if amounts else {},
        required=tuple(traits.required),
        forbidden=traits.forbidden,
        member_of=tuple(aggregates.required),
        forbidden_aggregates=aggregates.forbidden,
        in_tree=in_trees[-1] if in_trees else None,
    )


def _limit(values: Sequence[str]) -> int | None:
    if not values:
        return None
    digits = values[0].removesuffix("\n")
    if not re.fullmatch("[1-9][0-9]*", digits):
        raise errors.Invalid(reason=f"Invalid query string parameters: limit: {digits}")
    return int(digits) if len(digits) < len(str(NO_LIMIT)) else NO_LIMIT


def _root_traits(values: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    if not values:
        return frozenset(), frozenset()
    if len(values) > 1:
        raise errors.RepeatedParameter(
            reason="Query parameter 'root_required' may be specified only once."
        )
    if values[0].startswith("in:"):
        raise parameters.any_of_too_new(values[0])
    wanted, forbidden = parameters.listed_traits(values[0], forbidden_allowed=True)
    conflicts = forbidden.intersection(wanted)
    if conflicts:
        raise errors.BadValue(
            reason="Conflicting required and forbidden traits found in root_required: "
            + errors.listed(sorted(conflicts))
        )
    return frozenset(wanted), forbidden


def _same_subtree(values: Sequence[str]) -> tuple[frozenset[str], ...]:
    sets = tuple(frozenset(part.strip() for part in value.split(",")) for value in values)
    if any("" in suffixes for suffixes in sets):
        raise errors.BadValue(
            reason="Empty string (unsuffixed group) can not be specified in `same_subtree` "
        )
    return sets


def _check_resourceless(groups: Sequence[Group], same_subtree: Sequence[frozenset[str]]) -> None:
    """From 1.36: a group without resources is fine when it is in a `same_subtree`."""
    suffixes = [group.suffix for group in groups]
    resourceless = [group.suffix for group in groups if not group.resources]
    if len(resourceless) == len(groups):
        raise errors.MissingValue(
            reason="There must be at least one resources or resources[$S] parameter."
        )
    named = frozenset().union(*same_subtree)
    adrift = [suffix for suffix in resourceless if suffix not in named]
    if adrift:
        raise errors.BadValue(
            reason="Resourceless suffixed group request should be specified in `same_subtree` query "
            f"param: bad group(s) - {adrift}."
        )
    unreal = sorted(named.difference(suffixes))
    if unreal:
        raise errors.BadValue(
            reason="Real suffixes should be specified in `same_subtree`: "
            f"{unreal} not found in {suffixes}."
        )


def _check_orphans(groups: Sequence[Group]) -> None:
    """Up to 1.35: whatever is asked of a group goes with resources."""
    resourceless = [group for group in groups if not group.resources]
    orphans = [f"required{group.suffix}" for group in resourceless if group.required]
    if orphans:
        raise errors.Invalid(
            reason="All traits parameters must be associated with resources.  Found the following "
            f"orphaned traits keys: {errors.listed(orphans)}"
        )
    orphans = [
        f"member_of{group.suffix}"
        for group in resourceless
        if group.member_of or group.forbidden_aggregates
    ]
    if orphans:
        raise errors.Invalid(
            reason="All member_of parameters must be associated with resources. Found the following "
            f"orphaned member_of keys: {errors.listed(orphans)}"
        )
    if resourceless:
        raise errors.Invalid(reason="All request groups must specify resources.")
    if not groups:
        raise errors.Invalid(
            reason="At least one request group (`resources` or `resources{$S}`) is required."
        )


def _check_conflicts(groups: Sequence[Group]) -> None:
    conflicts = [
        f"required{group.suffix}: ({errors.listed(sorted(any_of))})"
        for group in groups
        for any_of in group.required
        if any_of <= group.forbidden
    ]
    if conflicts:
        raise errors.Invalid(
            reason="Conflicting required and forbidden traits found in the following traits keys: "
            + errors.listed(sorted(conflicts))
        )
