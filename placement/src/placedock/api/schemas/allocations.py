# SPDX-License-Identifier: Apache-2.0
"""Allocations: what one consumer is to hold, and several; and the reshaper, which writes inventories too."""

from placedock.api.microversion import Feature
from placedock.api.schemas import inventories
from placedock.api.schemas.parts import (
    AMOUNTS,
    CONSUMER_TYPE,
    EXTERNAL_ID,
    GENERATION,
    NAME_PATTERN,
    NAME_SUFFIX,
    TEXT,
    UUID,
    UUID_PATTERN,
)
from placedock.api.schemas.vocabulary import (
    AnyOf,
    Body,
    Field,
    Object,
    Representation,
    Schema,
    Since,
    shown,
)

_RESOURCES = Object(patterns={NAME_PATTERN: {"type": "integer", "minimum": 1}}, minProperties=1)

_LISTED: Schema = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "resource_provider": {
                "type": "object",
                "properties": {"uuid": UUID},
                "additionalProperties": False,
                "required": ["uuid"],
            },
            "resources": {
                "type": "object",
                "minProperties": 1,
                "patternProperties": {NAME_PATTERN: {"type": "integer", "minimum": 1}},
                "additionalProperties": False,
            },
        },
        "required": ["resource_provider", "resources"],
        "additionalProperties": False,
    },
}

_ON_PROVIDERS = {
    UUID_PATTERN: Object(
        {"generation": Field(GENERATION), "resources": Field(_RESOURCES, required=True)}
    )
}
_BY_PROVIDER = Object(patterns=_ON_PROVIDERS, minProperties=1)
_BY_PROVIDER_OR_NONE = Object(patterns=_ON_PROVIDERS, minProperties=0)

_MAPPINGS = {
    "type": "object",
    "minProperties": 1,
    "patternProperties": {NAME_SUFFIX: {"type": "array", "minItems": 1, "items": UUID}},
}

_CONSUMER = {
    "project_id": Field(EXTERNAL_ID, since=Feature.PROJECT_AND_USER, required=True),
    "user_id": Field(EXTERNAL_ID, since=Feature.PROJECT_AND_USER, required=True),
    "consumer_generation": Field(
        {"type": ["integer", "null"]}, since=Feature.CONSUMER_GENERATION, required=True
    ),
    "mappings": Field(_MAPPINGS, since=Feature.MAPPINGS),
    "consumer_type": Field(CONSUMER_TYPE, since=Feature.CONSUMER_TYPES, required=True),
}

PUT = Body(
    Object(
        {
            "allocations": Field(
                Since(
                    Feature.CONSUMER_GENERATION,
                    _BY_PROVIDER_OR_NONE,
                    before=Since(Feature.ALLOCATIONS_BY_PROVIDER, _BY_PROVIDER, before=_LISTED),
                ),
                required=True,
            ),
            **_CONSUMER,
        }
    )
)

_CLAIMS = {
    UUID_PATTERN: Object({"allocations": Field(_BY_PROVIDER_OR_NONE, required=True), **_CONSUMER})
}
POST = Body(Object(patterns=_CLAIMS, minProperties=1))

RESHAPE = Body(
    Object(
        {
            "inventories": Field(
                Object(patterns={UUID_PATTERN: inventories.ALL}, minProperties=1), required=True
            ),
            "allocations": Field(Object(patterns=_CLAIMS, minProperties=0), required=True),
        }
    )
)

_NOTHING = Object({"allocations": shown(Object(maxProperties=0))})
_HELD = Object(
    {
        "allocations": shown(
            Object(
                patterns={
                    UUID_PATTERN: Object(
                        {"generation": shown(GENERATION), "resources": shown(AMOUNTS)}
                    )
                },
                minProperties=1,
            )
        ),
        "project_id": shown(EXTERNAL_ID, since=Feature.ALLOCATIONS_BY_PROVIDER),
        "user_id": shown(EXTERNAL_ID, since=Feature.ALLOCATIONS_BY_PROVIDER),
        "consumer_generation": shown(GENERATION, since=Feature.CONSUMER_GENERATION),
        "consumer_type": shown(TEXT, since=Feature.CONSUMER_TYPES),
    }
)
OF_CONSUMER = Representation(AnyOf([_NOTHING, _HELD]))

_CONSUMED = Object(
    {
        "resources": shown(AMOUNTS),
        "consumer_generation": shown(GENERATION, since=Feature.CONSUMER_GENERATION),
    }
)
OF_PROVIDER = Representation(
    Object(
        {
            "allocations": shown(Object(patterns={UUID_PATTERN: _CONSUMED})),
            "resource_provider_generation": shown(GENERATION),
        }
    )
)
