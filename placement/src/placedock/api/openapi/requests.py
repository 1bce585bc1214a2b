# SPDX-License-Identifier: Apache-2.0
"""Describes requests: the parameters in the path, the header and the query, and the body."""

from collections.abc import Iterator
from typing import Any

from placedock.api import microversion
from placedock.api.microversion import MINIMUM, SERVICE_TYPE, Version
from placedock.api.route import Operation
from placedock.api.schemas.parts import NAME, UUID
from placedock.api.schemas.vocabulary import Part, Schema, Text, at
from placedock.web.messages import JSON

IN_PATHS: dict[str, tuple[str, Schema]] = {
    "uuid": ("A resource provider", UUID),
    "consumer_uuid": ("A consumer, such as a server", UUID),
    "resource_class": ("A resource class", NAME),
    "name": ("What the resource class or trait is called", NAME),
}
GROUPS = "What is asked of each request group: the parameters with one suffix belong together"


def described(operation: Operation, version: Version) -> dict[str, Any]:
    """The parameters and the body that an operation takes at `version`."""
    whole: dict[str, Any] = {
        "parameters": [
            {"$ref": "#/components/parameters/version"},
            *_in_path(operation),
            *_in_query(operation, version),
        ]
    }
    body = getattr(operation.handler, "body", None)
    if body is not None and body.wanted(version):
        content = {JSON: {"schema": body.schema.at(version)}}
        whole["requestBody"] = {"required": True, "content": content}
    return whole


def version_header(version: Version) -> dict[str, Any]:
    return {
        "name": microversion.HEADER,
        "in": "header",
        "required": version != MINIMUM,
        "description": "The version that this document describes",
        "schema": {"const": f"{SERVICE_TYPE} {version}"},
    }


def _in_path(operation: Operation) -> Iterator[dict[str, Any]]:
    for name, (said, schema) in IN_PATHS.items():
        if f"{{{name}}}" in operation.url:
            where = {"name": name, "in": "path", "required": True}
            yield where | {"description": said, "schema": schema}


def _in_query(operation: Operation, version: Version) -> Iterator[dict[str, Any]]:
    query = getattr(operation.handler, "query", None)
    if query is None:
        return
    parameters = query.object(version)
    for name, field in parameters.known(version).items():
        where = {"name": name, "in": "query", "required": field.required}
        yield where | {"schema": _form(field.schema, version)}
    patterns = parameters.known_patterns(version)
    if patterns:
        # The one way to say that names match a pattern: an object each of whose properties becomes a parameter. Such a
        # property cannot be said to be repeatable.
        forms = {pattern: _form(part, version) for pattern, part in patterns.items()}
        yield {
            "name": "groups",
            "in": "query",
            "style": "form",
            "explode": True,
            "description": GROUPS,
            "schema": {
                "type": "object",
                "patternProperties": {
                    pattern: form.get("items", form) for pattern, form in forms.items()
                },
                "additionalProperties": False,
            },
        }


def _form(part: Part, version: Version) -> Schema:
    return part.form(version) if isinstance(part, Text) else at(part, version)
