# SPDX-License-Identifier: Apache-2.0
"""Resource classes."""

from placedock.api.schemas.parts import CUSTOM_PATTERN, LINKS, NAME
from placedock.api.schemas.vocabulary import Array, Body, Field, Object, Representation, shown

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
CLASS = Representation(_CLASS)
CLASSES = Representation(Object({"resource_classes": shown(Array(_CLASS))}))
