# SPDX-License-Identifier: Apache-2.0
"""The API described in OpenAPI 3.1, a document per microversion.

Nothing is written twice: documents are made from what the service itself acts on, which are the Resource classes and
their marks, the schemas, the policies, and the tables of features and errors. Only what people read is added here.
"""

from collections.abc import Iterator
from typing import Any

from placedock.api import policies
from placedock.api.microversion import MINIMUM, Feature, Version
from placedock.api.openapi import requests, responses
from placedock.api.resource import Handler, Resource
from placedock.api.routes import BELOW

ABOUT = """
Placement counts what providers of resources have, and who uses how much of it. This describes microversion {version}:
a request is served at the version that its header `OpenStack-API-Version: placement {version}` names, and at
{minimum} without one. Where query parameters are described, others are refused. A client that accepts no JSON is told
in HTML or plain text what went wrong.
"""
HISTORY = "\nSince {minimum} came:\n"

TAGS = ["versions", *BELOW]
TOKEN = {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}


def document(version: Version, prefix: str = "/") -> dict[str, Any]:
    """The description of the API at `version`, mounted at `prefix`."""
    paths: dict[str, dict[str, Any]] = {}
    refusals: dict[str, Any] = {}
    for resource, method, handler in _operations(version):
        refused = responses.refused(resource, method, handler, version)
        refusals |= {name: responses.refusal(*one, version) for name, one in refused.items()}
        paths.setdefault(resource.path, {})[method.lower()] = {
            **_about(resource, method),
            **requests.described(resource, handler, version),
            "responses": responses.granted(handler, version) | responses.referred(refused),
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
        "tags": [{"name": name} for name in TAGS],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": TOKEN},
            "parameters": {"version": requests.version_header(version)},
            "headers": responses.HEADERS,
            "responses": dict(sorted(refusals.items())),
        },
    }


def _operations(version: Version) -> Iterator[tuple[type[Resource], str, Handler]]:
    """Every method of every URL that `version` has."""
    for resource in sorted(_resources(Resource), key=_place):
        for method in resource.allowed():
            handler = getattr(resource, method.lower())
            since = [mark[0] for mark in (resource.since, getattr(handler, "since", None)) if mark]
            if all(feature in version for feature in since):
                yield resource, method, handler


def _resources(below: type[Resource]) -> Iterator[type[Resource]]:
    for kind in below.__subclasses__():
        if hasattr(kind, "path"):
            yield kind
        yield from _resources(kind)


def _tag(resource: type[Resource]) -> str:
    return resource.path.split("/")[1] or "versions"


def _place(resource: type[Resource]) -> tuple[int, str]:
    return TAGS.index(_tag(resource)), resource.path


def _about(resource: type[Resource], method: str) -> dict[str, Any]:
    words = resource.path.translate(str.maketrans("/", "_", "{}")).strip("_")
    about: dict[str, Any] = {
        "operationId": f"{method.lower()}_{words or 'versions'}",
        "tags": [_tag(resource)],
    }
    rule = policies.GUARDED_BY.get((method, resource.path))
    if rule is None:
        return about | {"security": []}
    return about | {"description": f"Guarded by the policy `{rule}`."}


def _history(version: Version) -> str:
    features = [f"- 1.{one.minor}: {one.sentence}" for one in Feature if one in version]
    return HISTORY.format(minimum=MINIMUM) + "\n".join(features) if features else ""
