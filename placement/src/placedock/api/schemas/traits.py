# SPDX-License-Identifier: Apache-2.0
"""Traits."""

from placedock.api.schemas.parts import CUSTOM_PATTERN, GENERATION
from placedock.api.schemas.vocabulary import (
    Array,
    Body,
    Field,
    Object,
    Query,
    Representation,
    Text,
    shown,
)

_TRAIT = {"type": "string", "minLength": 1, "maxLength": 255}

CUSTOM = Body({**_TRAIT, "pattern": CUSTOM_PATTERN})
"""The name in the URL of a trait that is to be made."""

LIST = Query(
    Object(
        {
            "name": Field(Text("^(in|startswith):")),
            "associated": Field(Text("^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$")),
        }
    )
)

PUT_OF_PROVIDER = Body(
    Object(
        {
            "traits": Field({"type": "array", "items": _TRAIT}, required=True),
            "resource_provider_generation": Field(GENERATION, required=True),
        }
    )
)

_LISTED = {"traits": shown(Array(_TRAIT))}
TRAITS = Representation(Object(_LISTED))
OF_PROVIDER = Representation(Object({**_LISTED, "resource_provider_generation": shown(GENERATION)}))
