# SPDX-License-Identifier: Apache-2.0
"""Resource providers."""

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import TEXT, UUID
from placedock.api.schemas.vocabulary import Body, Field, Object, Query

_NAME = Field({"type": "string", "maxLength": 200}, required=True)
_PARENT = Field({"anyOf": [UUID, {"type": "null"}]}, since=Feature.TREES)

POST = Body(Object({"name": _NAME, "uuid": Field(UUID), "parent_provider_uuid": _PARENT}))
PUT = Body(Object({"name": _NAME, "parent_provider_uuid": _PARENT}))

LIST = Query(
    Object(
        {
            "name": Field(TEXT),
            "uuid": Field(UUID),
            "member_of": Field(TEXT, since=Feature.PROVIDERS_BY_AGGREGATE),
            "resources": Field(TEXT, since=Feature.PROVIDERS_BY_RESOURCES),
            "in_tree": Field(UUID, since=Feature.TREES),
            "required": Field(TEXT, since=Feature.PROVIDERS_BY_TRAIT),
        }
    )
)
