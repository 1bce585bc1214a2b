# SPDX-License-Identifier: Apache-2.0
"""Aggregates of a provider: a bare list at first, guarded by the provider's generation later."""

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import GENERATION, UUID
from placedock.api.schemas.vocabulary import Body, Field, Object, Representation, Since, shown

_LIST = {"type": "array", "items": UUID, "uniqueItems": True}

PUT = Body(
    Since(
        Feature.AGGREGATES_GENERATION,
        Object(
            {
                "aggregates": Field(_LIST, required=True),
                "resource_provider_generation": Field(GENERATION, required=True),
            }
        ),
        before=_LIST,
    )
)

AGGREGATES = Representation(
    Object(
        {
            "aggregates": shown(_LIST),
            "resource_provider_generation": shown(GENERATION, since=Feature.AGGREGATES_GENERATION),
        }
    )
)
