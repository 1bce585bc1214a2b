# SPDX-License-Identifier: Apache-2.0
"""The API described in OpenAPI 3.1, a document per microversion.

Nothing is written twice: documents are made from what the service itself acts on, which are the table of routes, the marks
of handlers, the schemas, and the tables of features and errors. Only what people read is added here.
"""

from typing import Any

from placedock.api.microversion import MINIMUM, Feature, Version
from placedock.api.openapi import requests, responses
from placedock.api.route import Operation
from placedock.api.routes import ROUTER

ABOUT = """
Placement counts what providers of resources have, and who uses how much of it. This describes microversion {version}:
a request is served at the version that its header `OpenStack-API-Version: placement {version}` names, and at
{minimum} without one. Where query parameters are described, others are refused. A client that accepts no JSON is told
in HTML or plain text what went wrong.
"""
HISTORY = "\nSince {minimum} came:\n"

TOKEN = {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}


def document(version: Version, prefix: str = "/") -> dict[str, Any]:
    """The description of the API at `version`, mounted at `prefix`."""
    paths: dict[str, dict[str, Any]] = {}
    refusals: dict[str, Any] = {}
    for operation in ROUTER.operations:
        if operation.since is not None and operation.since not in version:
            continue
        refused = responses.refused(operation, version)
        refusals |= {name: responses.refusal(*one, version) for name, one in refused.items()}
        paths.setdefault(operation.url, {})[operation.method.lower()] = {
            **_about(operation),
            **requests.described(operation, version),
            "responses": responses.granted(operation, version) | responses.referred(refused),
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Placement API",
            "version": str(version),
            "description": (
                ABOUT.format(version=version, minimum=MINIMUM) + _history(version)
            ).strip(),
        },
        "servers": [{"url": prefix}],
        "tags": [{"name": name} for name in dict.fromkeys(map(_tag, ROUTER.operations))],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": TOKEN},
            "parameters": {"version": requests.version_header(version)},
            "headers": responses.HEADERS,
            "responses": dict(sorted(refusals.items())),
        },
    }


def _tag(operation: Operation) -> str:
    return operation.url.split("/")[1] or "versions"


def _about(operation: Operation) -> dict[str, Any]:
    words = operation.url.translate(str.maketrans("/", "_", "{}")).strip("_")
    about: dict[str, Any] = {
        "operationId": f"{operation.method.lower()}_{words or 'versions'}",
        "tags": [_tag(operation)],
    }
    if operation.policy is None:
        return about | {"security": []}
    return about | {"description": f"Guarded by the policy `{operation.policy}`."}


def _history(version: Version) -> str:
    features = [f"- 1.{one.minor}: {one.sentence}" for one in Feature if one in version]
    return HISTORY.format(minimum=MINIMUM) + "\n".join(features) if features else ""
