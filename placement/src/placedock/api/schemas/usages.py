# SPDX-License-Identifier: Apache-2.0
"""Usages of a project, and of a provider."""

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import AMOUNTS, EXTERNAL_ID, GENERATION, NAME_PATTERN
from placedock.api.schemas.vocabulary import Field, Object, Query, Representation, Since, shown

LIST = Query(
    Object(
        {
            "project_id": Field(EXTERNAL_ID, required=True),
            "user_id": Field(EXTERNAL_ID),
            "consumer_type": Field(
                {
                    "type": "string",
                    "pattern": f"{NAME_PATTERN}|^all|^unknown$",
                    "minLength": 1,
                    "maxLength": 255,
                },
                since=Feature.CONSUMER_TYPES,
            ),
        }
    )
)

_OF_TYPE = Object({"consumer_count": shown({"type": "integer"})}, patterns=AMOUNTS.patterns)
USAGES = Representation(
    Object(
        {
            "usages": shown(
                Since(
                    Feature.CONSUMER_TYPES,
                    Object(patterns={f"{NAME_PATTERN}|^all$|^unknown$": _OF_TYPE}),
                    before=AMOUNTS,
                )
            )
        }
    )
)
OF_PROVIDER = Representation(
    Object({"resource_provider_generation": shown(GENERATION), "usages": shown(AMOUNTS)})
)
