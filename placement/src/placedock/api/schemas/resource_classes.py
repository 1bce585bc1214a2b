# SPDX-License-Identifier: Apache-2.0
"""Resource classes."""

from placedock.api.schemas.parts import CUSTOM_PATTERN, LINKS, NAME
from placedock.api.schemas.vocabulary import Answer, Array, Body, Field, Object, shown

CUSTOM = Body(
    Object(
        {
            "name": Field(
                {"type": "string", "pattern": CUSTOM_PATTERN, "maxLength": 255}, required=True
            )
        }
    )
)

_CLASS = Object({"name": shown(NAME), "links": shown(LINKS)})
CLASS = Answer(_CLASS)
CLASSES = Answer(Object({"resource_classes": shown(Array(_CLASS))}))
