# SPDX-License-Identifier: Apache-2.0
"""Resource classes."""

from placedock.api.schemas.parts import CUSTOM_PATTERN
from placedock.api.schemas.vocabulary import Body, Field, Object

CUSTOM = Body(
    Object(
        {
            "name": Field(
                {"type": "string", "pattern": CUSTOM_PATTERN, "maxLength": 255}, required=True
            )
        }
    )
)
