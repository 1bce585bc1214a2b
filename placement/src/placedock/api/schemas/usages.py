# SPDX-License-Identifier: Apache-2.0
"""Usages of a project."""

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import EXTERNAL_ID, NAME_PATTERN
from placedock.api.schemas.vocabulary import Field, Object, Query

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
