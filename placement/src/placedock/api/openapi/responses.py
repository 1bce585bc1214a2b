# SPDX-License-Identifier: Apache-2.0
"""The responses that a request may get: outcomes, as its handler says, and refusals, as the table of errors says."""

from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from placedock.api import marks, microversion
from placedock.api.microversion import Feature, Version
from placedock.api.route import Operation
from placedock.api.schemas import refusals
from placedock.api.schemas.parts import TEXT
from placedock.api.schemas.vocabulary import Schema
from placedock.errors import ConcurrentUpdate, Forbidden, Invalid, RequestTookTooLong, Unavailable
from placedock.web import errors as http
from placedock.web import identity
from placedock.web.messages import JSON

HEADERS = {
    name: {"description": said, "required": True, "schema": TEXT}
    for name, said in {
        microversion.HEADER: "The version that the request was served at",
        "Location": "The URL of what was made or is there already",
        "Last-Modified": "When the content changed last",
        "Cache-Control": "That the content may change at any time",
    }.items()
}

Refused = Mapping[str, tuple[int, Collection[str]]]
"""By the name of its component, a status and the codes that an operation sends with it."""


def granted(operation: Operation, version: Version) -> dict[str, Any]:
    outcomes = getattr(operation.handler, "outcomes", (marks.NO_CONTENT,))
    return {str(one.status): _outcome(one, version) for one in outcomes if one.given(version)}


def referred(refused: Refused) -> dict[str, Any]:
    return {
        str(status): {"$ref": f"#/components/responses/{name}"}
        for name, (status, _) in refused.items()
    }


def refusal(status: int, codes: Collection[str], version: Version) -> dict[str, Any]:
    envelope = refusals.UNAUTHORIZED if status == 401 else refusals.refusal(status, codes)
    return {"description": HTTPStatus(status).phrase, **_json(envelope.at(version))}


def refused(operation: Operation, version: Version) -> Refused:
    codes: dict[int, set[str]] = {}
    for kind in _met(operation, version):
        status, code = http.told(kind)
        codes.setdefault(status, set()).add(code.removeprefix("placement."))
    return {
        "-".join([str(status), *sorted(words - {"undefined_code"})]): (
            status,
            {f"placement.{word}" for word in words},
        )
        for status, words in sorted(codes.items())
    }


def _met(operation: Operation, version: Version) -> Iterable[type[Exception]]:
    """The errors that a request may meet: those of any request, those of this method and URL, and those of the marks."""
    yield from (microversion.MalformedVersion, microversion.UnacceptableVersion, Invalid)
    yield from (*operation.controller.refuses, *getattr(operation.handler, "refuses", ()))
    body = getattr(operation.handler, "body", None)
    if body is not None and body.wanted(version):
        yield http.UnsupportedMediaType
    if operation.negotiated:
        yield http.NotAcceptable
    if operation.url not in identity.OPEN_PATHS:
        yield from (http.Unauthorized, Unavailable, RequestTookTooLong)
        if operation.method != "GET":
            # A write that loses to others starts again, but not for ever.
            yield ConcurrentUpdate
    if operation.policy is not None:
        yield Forbidden


def _outcome(one: marks.Outcome, version: Version) -> dict[str, Any]:
    headers = [microversion.HEADER]
    if one.located:
        headers.append("Location")
    if Feature.LAST_MODIFIED in version and (one.dated or one.body):
        headers += ["Last-Modified", "Cache-Control"]
    described = {
        "description": HTTPStatus(one.status).phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
    }
    return described | (_json(one.body.at(version)) if one.body else {})


def _json(schema: Schema) -> dict[str, Any]:
    return {"content": {JSON: {"schema": schema}}}
