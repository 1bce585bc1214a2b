# SPDX-License-Identifier: Apache-2.0
"""Allocation candidates: which parameters, with which suffixes, a query may have; and what is found."""

from collections.abc import Mapping

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import (
    AGGREGATES,
    AMOUNTS,
    NAME_PATTERN,
    NAME_SUFFIX,
    NUMBER_SUFFIX,
    RESOURCES,
    ROOT_TRAITS,
    SUFFIXES,
    TEXT,
    TRAITS,
    TREE,
    UUID,
    UUID_OR_NULL,
    UUID_PATTERN,
)
from placedock.api.schemas.vocabulary import (
    Array,
    Field,
    Object,
    Part,
    Query,
    Representation,
    Since,
    shown,
)

_LIMIT = {"type": ["integer", "string"], "pattern": "^[1-9][0-9]*$", "minimum": 1, "minLength": 1}
_POLICY = {"type": "string", "enum": ["none", "isolate"]}


def _suffixed(suffix: str, parameters: Mapping[str, Part]) -> dict[str, Part]:
    return {f"^{name}({suffix})?$": part for name, part in parameters.items()}


_GROUPS: dict[str, Part] = {"resources": RESOURCES, "required": TRAITS, "member_of": AGGREGATES}
_GROUPS_IN_TREES = {**_GROUPS, "in_tree": TREE}

LIST = Query(
    Since(
        Feature.GRANULAR_GROUPS,
        Object(
            {
                "limit": Field(_LIMIT),
                "group_policy": Field(_POLICY),
                "root_required": Field(ROOT_TRAITS, since=Feature.ROOT_REQUIRED),
                "same_subtree": Field(SUFFIXES, since=Feature.SAME_SUBTREE),
            },
            patterns=Since(
                Feature.NAMED_GROUPS,
                _suffixed(NAME_SUFFIX, _GROUPS_IN_TREES),
                before=Since(
                    Feature.CANDIDATES_IN_TREE,
                    _suffixed(NUMBER_SUFFIX, _GROUPS_IN_TREES),
                    before=_suffixed(NUMBER_SUFFIX, _GROUPS),
                ),
            ),
        ),
        before=Object(
            {
                "resources": Field(RESOURCES, required=True),
                "limit": Field(_LIMIT, since=Feature.LIMIT),
                "required": Field(TRAITS, since=Feature.CANDIDATES_BY_TRAIT),
                "member_of": Field(AGGREGATES, since=Feature.CANDIDATES_BY_AGGREGATE),
            }
        ),
    )
)

_TAKEN = Object({"resources": shown(AMOUNTS)})
_TAKEN_IN_LIST = Object(
    {"resource_provider": shown(Object({"uuid": shown(UUID)})), "resources": shown(AMOUNTS)}
)
_CANDIDATE = Object(
    {
        "allocations": shown(
            Since(
                Feature.ALLOCATIONS_BY_PROVIDER,
                Object(patterns={UUID_PATTERN: _TAKEN}, minProperties=1),
                before=Array(_TAKEN_IN_LIST),
            )
        ),
        "mappings": shown(
            Object(patterns={f"^({NAME_SUFFIX})?$": {"type": "array", "items": UUID}}),
            since=Feature.MAPPINGS,
        ),
    }
)
_ROOM = Object({"capacity": shown({"type": "integer"}), "used": shown({"type": "integer"})})
_SUMMARY = Object(
    {
        "resources": shown(Object(patterns={NAME_PATTERN: _ROOM})),
        "traits": shown(Array(TEXT), since=Feature.CANDIDATES_BY_TRAIT),
        "parent_provider_uuid": shown(UUID_OR_NULL, since=Feature.NESTED_CANDIDATES),
        "root_provider_uuid": shown(UUID, since=Feature.NESTED_CANDIDATES),
    }
)
CANDIDATES = Representation(
    Object(
        {
            "allocation_requests": shown(Array(_CANDIDATE)),
            "provider_summaries": shown(Object(patterns={UUID_PATTERN: _SUMMARY})),
        }
    )
)
