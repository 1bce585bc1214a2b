# SPDX-License-Identifier: Apache-2.0
"""Traits."""

from placedock.api.schemas.parts import CUSTOM_PATTERN, GENERATION, TEXT
from placedock.api.schemas.vocabulary import Body, Field, Object, Query

_TRAIT = {"type": "string", "minLength": 1, "maxLength": 255}

CUSTOM = Body({**_TRAIT, "pattern": CUSTOM_PATTERN})
"""The name in the URL of a trait that is to be made."""

LIST = Query(Object({"name": Field(TEXT), "associated": Field(TEXT)}))

PUT_OF_PROVIDER = Body(
    Object(
        {
            "traits": Field({"type": "array", "items": _TRAIT}, required=True),
            "resource_provider_generation": Field(GENERATION, required=True),
        }
    )
)
