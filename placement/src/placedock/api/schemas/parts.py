# SPDX-License-Identifier: Apache-2.0
"""The parts that several schemas are made of."""

from placedock.api.microversion import Feature
from placedock.api.schemas.vocabulary import Array, Object, Since, Text, shown

UUID = {"type": "string", "format": "uuid"}
UUID_PATTERN = "^[0-9a-fA-F-]{36}$"
NAME_PATTERN = "^[A-Z0-9_]+$"
CUSTOM_PATTERN = "^CUSTOM_[A-Z0-9_]+$"
NUMBER_SUFFIX = "[1-9][0-9]*"
NAME_SUFFIX = "[a-zA-Z0-9_-]{1,64}"

GENERATION = {"type": "integer"}
NAME = {"type": "string", "pattern": NAME_PATTERN}
UUID_OR_NULL = {"anyOf": [UUID, {"type": "null"}]}
TEXT = {"type": "string"}
EXTERNAL_ID = {"type": "string", "minLength": 1, "maxLength": 255}
CONSUMER_TYPE = {"type": "string", "pattern": NAME_PATTERN, "minLength": 1, "maxLength": 255}

LINKS = Array(Object({"rel": shown(TEXT), "href": shown(TEXT)}))
"""A link; `href` is a path."""

AMOUNTS = Object(patterns={NAME_PATTERN: {"type": "integer", "minimum": 0}})
"""Amounts in responses, by resource class."""

_NAME = "[A-Z0-9_]+"
_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _list(item: str) -> str:
    return f"{item}(,{item})*"


RESOURCES = Text(f"^{_list(_NAME + ':[1-9][0-9]*')}$")
TRAITS = Text(
    Since(
        Feature.ANY_TRAITS,
        f"^(in:{_list(_NAME)}|{_list('!?' + _NAME)})$",
        before=Since(Feature.FORBIDDEN_TRAITS, f"^{_list('!?' + _NAME)}$", f"^{_list(_NAME)}$"),
    ),
    repeated=Feature.ANY_TRAITS,
)
ROOT_TRAITS = Text(f"^{_list('!?' + _NAME)}$")
AGGREGATES = Text(
    Since(
        Feature.FORBIDDEN_AGGREGATES,
        f"^!?({_UUID}|in:{_list(_UUID)})$",
        before=f"^({_UUID}|in:{_list(_UUID)})$",
    ),
    repeated=Feature.REPEATED_MEMBER_OF,
)
TREE = Text(f"^{_UUID}$")
SUFFIXES = Text(f"^{_list(NAME_SUFFIX)}$", repeated=Feature.SAME_SUBTREE)
