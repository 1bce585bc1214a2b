# SPDX-License-Identifier: Apache-2.0
"""Resource providers."""

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import (
    AGGREGATES,
    GENERATION,
    LINKS,
    RESOURCES,
    TEXT,
    TRAITS,
    UUID,
    UUID_OR_NULL,
)
from placedock.api.schemas.vocabulary import (
    Array,
    Body,
    Field,
    Object,
    Query,
    Representation,
    shown,
)

_NAME = Field({"type": "string", "maxLength": 200}, required=True)
_PARENT = Field(UUID_OR_NULL, since=Feature.TREES)

POST = Body(Object({"name": _NAME, "uuid": Field(UUID), "parent_provider_uuid": _PARENT}))
PUT = Body(Object({"name": _NAME, "parent_provider_uuid": _PARENT}))

LIST = Query(
    Object(
        {
            "name": Field(TEXT),
            "uuid": Field(UUID),
            "member_of": Field(AGGREGATES, since=Feature.PROVIDERS_BY_AGGREGATE),
            "resources": Field(RESOURCES, since=Feature.PROVIDERS_BY_RESOURCES),
            "in_tree": Field(UUID, since=Feature.TREES),
            "required": Field(TRAITS, since=Feature.PROVIDERS_BY_TRAIT),
        }
    )
)

_PROVIDER = Object(
    {
        "uuid": shown(UUID),
        "name": shown(TEXT),
        "generation": shown(GENERATION),
        "links": shown(LINKS),
        "parent_provider_uuid": shown(UUID_OR_NULL, since=Feature.TREES),
        "root_provider_uuid": shown(UUID, since=Feature.TREES),
    }
)
PROVIDER = Representation(_PROVIDER)
PROVIDERS = Representation(Object({"resource_providers": shown(Array(_PROVIDER))}))
