# SPDX-License-Identifier: Apache-2.0
"""Inventories of a provider."""

from placedock.api.schemas.parts import GENERATION, NAME, NAME_PATTERN
from placedock.api.schemas.vocabulary import Body, Field, Object, Representation, shown
from placedock.model.inventory import MAX_INT, MAX_RATIO

_AMOUNT = {"type": "integer", "maximum": MAX_INT, "minimum": 1}
_INVENTORY = {
    "total": Field(_AMOUNT, required=True),
    "reserved": Field({"type": "integer", "maximum": MAX_INT, "minimum": 0}),
    "min_unit": Field(_AMOUNT),
    "max_unit": Field(_AMOUNT),
    "step_size": Field(_AMOUNT),
    "allocation_ratio": Field({"type": "number", "maximum": MAX_RATIO, "minimum": -MAX_RATIO}),
}
_GENERATION = Field(GENERATION, required=True)

POST = Body(
    Object(
        {
            "resource_provider_generation": Field(GENERATION),
            **_INVENTORY,
            "resource_class": Field(NAME, required=True),
        }
    )
)
PUT_ONE = Body(Object({"resource_provider_generation": _GENERATION, **_INVENTORY}))
ALL = Object(
    {
        "resource_provider_generation": _GENERATION,
        "inventories": Field(
            Object(
                patterns={
                    NAME_PATTERN: Object(
                        {"resource_provider_generation": Field(GENERATION), **_INVENTORY}
                    )
                }
            ),
            required=True,
        ),
    }
)
PUT = Body(ALL)

_SHOWN = {name: shown(field.schema) for name, field in _INVENTORY.items()}
INVENTORY = Representation(Object({"resource_provider_generation": shown(GENERATION), **_SHOWN}))
INVENTORIES = Representation(
    Object(
        {
            "resource_provider_generation": shown(GENERATION),
            "inventories": shown(Object(patterns={NAME_PATTERN: Object(_SHOWN)})),
        }
    )
)
