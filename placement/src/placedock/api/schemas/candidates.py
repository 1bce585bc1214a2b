# SPDX-License-Identifier: Apache-2.0
"""Allocation candidates: which parameters, with which suffixes, a query may have."""

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import NAME_SUFFIX, NUMBER_SUFFIX, TEXT
from placedock.api.schemas.vocabulary import Field, Object, Query, Since

_LIMIT = {"type": ["integer", "string"], "pattern": "^[1-9][0-9]*$", "minimum": 1, "minLength": 1}
_POLICY = {"type": "string", "enum": ["none", "isolate"]}


def _suffixed(suffix: str, *names: str) -> dict[str, dict[str, str]]:
    return {f"^{name}({suffix})?$": TEXT for name in names}


_GROUPS = ("resources", "required", "member_of")

LIST = Query(
    Since(
        Feature.GRANULAR_GROUPS,
        Object(
            {
                "limit": Field(_LIMIT),
                "group_policy": Field(_POLICY),
                "root_required": Field(TEXT, since=Feature.ROOT_REQUIRED),
                "same_subtree": Field(TEXT, since=Feature.SAME_SUBTREE),
            },
            patterns=Since(
                Feature.NAMED_GROUPS,
                _suffixed(NAME_SUFFIX, *_GROUPS, "in_tree"),
                before=Since(
                    Feature.CANDIDATES_IN_TREE,
                    _suffixed(NUMBER_SUFFIX, *_GROUPS, "in_tree"),
                    before=_suffixed(NUMBER_SUFFIX, *_GROUPS),
                ),
            ),
        ),
        before=Object(
            {
                "resources": Field(TEXT, required=True),
                "limit": Field(_LIMIT, since=Feature.LIMIT),
                "required": Field(TEXT, since=Feature.CANDIDATES_BY_TRAIT),
                "member_of": Field(TEXT, since=Feature.CANDIDATES_BY_AGGREGATE),
            }
        ),
    )
)
