# SPDX-License-Identifier: Apache-2.0
"""The console described in OpenAPI 3.1. It follows from the route table and from what the endpoints say of themselves."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from placedock import errors
from placedock.console.endpoint import Endpoint, Parameter
from placedock.console.outside import Outside
from placedock.console.route import Paths, Route
from placedock.web import errors as http
from placedock.web.messages import JSON

ABOUT = """
What placedock has in addition to the Placement API. These URLs have no microversions, and a client of Placement needs none of
them. They take the same tokens as the API.
"""

TEXT = {"type": "string"}
UNAUTHORIZED = {"description": "Unauthorized", "content": {JSON: {"schema": {"type": "object"}}}}


UNCHANGED = {"304": {"description": "Not Modified: the client has this answer already."}}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the answer that the client has.",
    "schema": TEXT,
}


def document(paths: Paths, outside: Outside, prefix: str = "/") -> dict[str, Any]:
    """The description of the console, mounted at `prefix`."""
    described = {
        path: {method.lower(): _operation(route, outside) for method, route in routes.items()}
        for path, routes in paths.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "placedock's console",
            "version": "1",
            "description": ABOUT.strip().replace("\n", " "),
        },
        "servers": [{"url": prefix}],
        "security": [{"token": []}],
        "paths": described,
        "components": {
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}
            },
        },
    }


def _operation(route: Route, outside: Outside) -> dict[str, Any]:
    endpoint = route.endpoint
    taken = outside.described(*endpoint.takes) if endpoint.takes is not None else {}
    described: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{_words(route.path)}",
        "summary": endpoint.summary,
        "parameters": [*_parameters(endpoint), *taken.get("parameters", ())],
        "responses": {
            "200": {
                "description": "OK",
                "content": {endpoint.media_type: {"schema": dict(endpoint.shows)}},
            }
        }
        | (UNCHANGED if endpoint.tagged else {})
        | _refusals(route),
    }
    if "requestBody" in taken:
        described["requestBody"] = taken["requestBody"]
    elif endpoint.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": dict(endpoint.body)}},
        }
    if route.rule is None:
        return described | {"security": []}
    return described | {"description": f"Guarded by the policy `{route.rule}`."}


def _words(path: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in path).strip("_")


def _parameters(endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    for where, parameters in (("query", endpoint.parameters), ("header", endpoint.headers)):
        for name, parameter in parameters.items():
            yield {
                "name": name,
                "in": where,
                "required": parameter.required,
                "description": parameter.description,
                "schema": _schema(parameter),
            }
    if endpoint.tagged:
        yield IF_NONE_MATCH


def _schema(parameter: Parameter) -> dict[str, Any]:
    if parameter.repeatable:
        return {"type": "array", "items": dict(parameter.schema)}
    return dict(parameter.schema)


def _refusals(route: Route) -> dict[str, Any]:
    codes: dict[int, set[str]] = {}
    for kind in _met(route):
        status, code = http.told(kind)
        codes.setdefault(status, set()).add(code)
    return {
        str(status): UNAUTHORIZED if status == 401 else _refusal(status, words)
        for status, words in sorted(codes.items())
    }


def _met(route: Route) -> Iterator[type[Exception]]:
    """The errors that any request meets, those of this method and guard, and those that the endpoint names."""
    yield errors.Invalid
    yield from route.endpoint.refuses
    if route.endpoint.body is not None:
        yield http.UnsupportedMediaType
    if route.method == "GET":
        yield http.NotAcceptable
    if route.rule is not None:
        yield from (http.Unauthorized, errors.Forbidden, errors.Unavailable)


def _refusal(status: int, codes: set[str]) -> dict[str, Any]:
    entry = {
        "type": "object",
        "required": ["status", "title", "detail", "code"],
        "properties": {
            "status": {"const": status},
            "title": TEXT,
            "detail": TEXT,
            "code": {"enum": sorted(codes)},
            "request_id": TEXT,
        },
    }
    envelope = {
        "type": "object",
        "required": ["errors"],
        "properties": {"errors": {"type": "array", "items": entry, "minItems": 1}},
    }
    phrase = HTTPStatus(status).phrase
    return {"description": phrase, "content": {JSON: {"schema": envelope}}}
