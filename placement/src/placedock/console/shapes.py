# SPDX-License-Identifier: Apache-2.0
"""Short forms for the JSON Schemas of what endpoints show."""

from typing import Any

from placedock.console.endpoint import Schema

NUMBER: Schema = {"type": "integer"}


def record(**properties: Schema) -> Schema:
    """An object in which every property is present."""
    return {"type": "object", "required": list(properties), "properties": properties}


def listed(items: Schema, **more: Any) -> Schema:
    """A list; `more` are further keywords of its schema."""
    return {"type": "array", "items": items, **more}
