# SPDX-License-Identifier: Apache-2.0
"""The JSON Schemas of request bodies and of the directory file.

The fields of each noun are here once. A body that creates a record requires some of them, and a body that changes one requires
none.
"""

from typing import Any

import jsonschema

from keystone_stub.errors import BadRequest

Schema = dict[str, Any]

_BOOLEAN_WORDS = [True, "True", "TRUE", "true", False, "False", "FALSE", "false", "", "1", "0"]
_BOOLEAN_WORDS += ["y", "Y", "n", "N", "on", "ON", "off", "OFF", "yes", "no"]
TEXT: Schema = {"type": "string"}
OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}
BOOLEAN: Schema = {"type": "boolean"}
WORDY_BOOLEAN: Schema = {"type": ["boolean", "string", "null"], "enum": _BOOLEAN_WORDS}
IDENTIFIER: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 64,
    "pattern": "^[a-zA-Z0-9-]+$",
}
OPTIONAL_IDENTIFIER: Schema = IDENTIFIER | {"type": ["string", "null"]}
TAG: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^,/]*$"}
TAGS: Schema = {"type": "array", "items": TAG, "maxItems": 80, "uniqueItems": True}


def _name(longest: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"[\S]+"}


def _object(fields: Schema, *required: str, **rest: Any) -> Schema:
    return {"type": "object", "properties": fields, "required": list(required), **rest}


_IMMUTABLE = _object(
    {"immutable": {"type": ["boolean", "null"], "enum": [True, False, None]}},
    additionalProperties=False,
)
_INTERFACE = {"type": "string", "enum": ["admin", "internal", "public"]}
_URL = {"type": "string", "minLength": 0, "maxLength": 225, "pattern": "^[a-zA-Z0-9+.-]+:.+"}
_REGION = {"type": ["string", "null"], "minLength": 1, "maxLength": 255}
_SHORT = {"type": "string", "minLength": 1, "maxLength": 255}

DOMAIN = {
    "description": OPTIONAL_TEXT | {"maxLength": 255},
    "enabled": WORDY_BOOLEAN,
    "name": _name(64),
    "options": _IMMUTABLE,
    "tags": TAGS,
}
PROJECT = DOMAIN | {
    "description": OPTIONAL_TEXT,
    "domain_id": OPTIONAL_IDENTIFIER,
    "parent_id": OPTIONAL_IDENTIFIER,
    "is_domain": WORDY_BOOLEAN,
}
USER = {
    "default_project_id": OPTIONAL_TEXT,
    "description": OPTIONAL_TEXT,
    "domain_id": IDENTIFIER,
    "enabled": WORDY_BOOLEAN,
    "name": _name(255),
    "password": OPTIONAL_TEXT,
    "options": {"type": "object"},
}
GROUP = {"description": OPTIONAL_TEXT, "domain_id": IDENTIFIER, "name": _name(255)}
ROLE = {
    "name": _name(255),
    "description": OPTIONAL_TEXT,
    "domain_id": OPTIONAL_IDENTIFIER,
    "options": _IMMUTABLE,
}
REGION = {
    "description": OPTIONAL_TEXT | {"maxLength": 255},
    "id": {"type": ["string", "null"], "minLength": 0, "maxLength": 255},
    "parent_region_id": _REGION,
}
SERVICE = {"enabled": BOOLEAN, "type": _SHORT, "name": _SHORT}
ENDPOINT = {
    "enabled": BOOLEAN,
    "interface": _INTERFACE,
    "region_id": OPTIONAL_TEXT,
    "region": OPTIONAL_TEXT,
    "service_id": TEXT,
    "url": _URL,
    "name": TEXT,
    "description": OPTIONAL_TEXT,
}
CREDENTIAL = {"id": TEXT, "blob": TEXT, "project_id": OPTIONAL_TEXT, "type": TEXT, "user_id": TEXT}
POLICY = {"blob": TEXT, "type": {"type": "string", "maxLength": 255}}
APPLICATION_CREDENTIAL = {
    "id": TEXT,
    "secret": OPTIONAL_TEXT,
    "name": _name(255),
    "description": OPTIONAL_TEXT,
    "expires_at": OPTIONAL_TEXT,
    "project_id": TEXT,
    "access_rules": {"type": "array", "items": {"type": "object"}},
    "unrestricted": {"type": ["boolean", "null"]},
    "system": OPTIONAL_TEXT,
    "roles": {
        "type": "array",
        "items": _object(
            {"id": IDENTIFIER, "name": _name(255)},
            minProperties=1,
            maxProperties=1,
            additionalProperties=False,
        ),
    },
}
PASSWORD_CHANGE = _object(
    {"original_password": TEXT, "password": TEXT},
    "original_password",
    "password",
    additionalProperties=False,
)

_DOMAIN_REFERENCE = _object({"id": TEXT, "name": TEXT})
AUTH = _object(
    {
        "identity": _object(
            {
                "methods": {"type": "array", "items": TEXT},
                "password": _object(
                    {
                        "user": _object(
                            {
                                "id": TEXT,
                                "name": TEXT,
                                "password": TEXT,
                                "domain": _DOMAIN_REFERENCE,
                            }
                        )
                    }
                ),
                "token": _object({"id": TEXT}, "id"),
                "application_credential": _object(
                    {
                        "id": TEXT,
                        "name": TEXT,
                        "secret": TEXT,
                        "user": _object({"id": TEXT, "name": TEXT, "domain": _DOMAIN_REFERENCE}),
                    }
                ),
            },
            "methods",
        ),
        "scope": {
            "type": ["object", "string"],
            "properties": {
                "project": _object({"id": TEXT, "name": TEXT, "domain": _DOMAIN_REFERENCE}),
                "domain": _DOMAIN_REFERENCE,
                "system": _object({"all": WORDY_BOOLEAN}),
            },
        },
    },
    "identity",
)


def creates(singular: str, fields: Schema, *required: str, others: bool = True) -> Schema:
    """The schema of a body that creates a record: `{singular: {...}}`."""
    inner = _object(fields, *required, additionalProperties=others)
    return _object({singular: inner}, singular)


def changes(singular: str, fields: Schema) -> Schema:
    """The schema of a body that changes a record: one or more of the fields."""
    return _object({singular: _object(fields, minProperties=1)}, singular)


def check(schema: Schema, body: Any) -> None:
    """Raise BadRequest with Keystone's text for the first error of the body."""
    error = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(schema).iter_errors(body)
    )
    if error is None:
        return
    if not error.absolute_path:
        raise BadRequest(error.message)
    place, value = error.absolute_path[-1], error.instance
    raise BadRequest(f"Invalid input for field/attribute {place}. Value: {value}. {error.message}")


def _entries(fields: Schema, *required: str) -> Schema:
    return {"type": ["array"], "items": _object(fields, *required, additionalProperties=False)}


_NAMES = {"type": "array", "items": TEXT}
_GRANTED = _entries(
    {
        "roles": _NAMES,
        "project": TEXT,
        "domain": TEXT,
        "system": {"enum": ["all"]},
        "inherited": BOOLEAN,
    },
    "roles",
)
_GRANTED["items"]["oneOf"] = [{"required": [scope]} for scope in ("project", "domain", "system")]
_RECORD = {"id": TEXT, "name": _name(255), "description": TEXT, "enabled": BOOLEAN}

DIRECTORY_FILE = _object(
    {
        "domains": _entries(_RECORD, "name"),
        "roles": _entries({"id": TEXT, "name": _name(255), "description": TEXT, "implies": _NAMES,
                           "immutable": BOOLEAN}, "name"),
        "projects": _entries(_RECORD | {"domain": TEXT, "parent": TEXT, "tags": TAGS}, "name"),
        "users": _entries(
            _RECORD
            | {"domain": TEXT, "password": TEXT, "email": TEXT}
            | {"default_project": TEXT, "roles": _GRANTED},
            "name",
        ),
        "groups": _entries(
            {"id": TEXT, "name": _name(255), "description": TEXT, "domain": TEXT, "members": _NAMES,
             "roles": _GRANTED},
            "name",
        ),
        "regions": _entries({"id": TEXT, "description": TEXT}, "id"),
        "services": _entries(
            {"id": TEXT, "name": _SHORT, "type": _SHORT, "region": TEXT}
            | {"url": _URL, "inside_url": _URL},
            "name", "type", "region", "url",
        ),
    },
    "domains", "roles", "projects", "users", "services",
    additionalProperties=False,
)  # fmt: skip
