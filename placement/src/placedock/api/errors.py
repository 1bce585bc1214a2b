# SPDX-License-Identifier: Apache-2.0
"""From what went wrong to HTTP: one table of status and code, one function for the envelope.

A class is looked up along its ancestry, so a new error gets its parent's answer unless a row says otherwise.
"""

from typing import Any

import webob.exc
from placedock import errors
from placedock.api import identity, microversion
from placedock.api.microversion import Feature, Version

UNDEFINED = "placement.undefined_code"


class NoSuchUrl(errors.NotFound):
    sentence = ""


class MethodNotAllowed(errors.PlacedockError):
    """`allow` lists the methods that the URL has."""

    sentence = "The method specified is not allowed for this resource."

    def __init__(self, allow: list[str]) -> None:
        super().__init__()
        self.allow = allow


class UnsupportedMediaType(errors.PlacedockError):
    sentence = "The media type {given} is not supported, use {known}"


class NotAcceptable(errors.PlacedockError):
    sentence = "Only {known} is provided"


class Unauthorized(errors.PlacedockError):
    sentence = "No user was found in the request."


# What clients see: (status, code). Codes are shown from 1.23 on.
ANSWERS: dict[type[Exception], tuple[int, str]] = {
    errors.NotFound: (404, UNDEFINED),
    errors.Unknown: (400, UNDEFINED),
    errors.UnknownProviderInReshape: (400, "placement.resource_provider.not_found"),
    errors.Invalid: (400, UNDEFINED),
    errors.BadValue: (400, "placement.query.bad_value"),
    errors.RepeatedParameter: (400, "placement.query.duplicate_key"),
    errors.MissingValue: (400, "placement.query.missing_value"),
    errors.Conflict: (409, UNDEFINED),
    errors.ConcurrentUpdate: (409, "placement.concurrent_update"),
    errors.InventoryInUse: (409, "placement.inventory.inuse"),
    errors.DuplicateProvider: (409, "placement.duplicate_name"),
    errors.ProviderInUse: (409, "placement.resource_provider.inuse"),
    errors.ProviderHasChildren: (409, "placement.resource_provider.cannot_delete_parent"),
    errors.Forbidden: (403, UNDEFINED),
    Unauthorized: (401, UNDEFINED),
    MethodNotAllowed: (405, UNDEFINED),
    NotAcceptable: (406, UNDEFINED),
    UnsupportedMediaType: (415, UNDEFINED),
    errors.Unavailable: (503, UNDEFINED),
    errors.RequestTookTooLong: (503, UNDEFINED),
    microversion.UnacceptableVersion: (406, UNDEFINED),
    UnicodeDecodeError: (400, UNDEFINED),
    Exception: (500, UNDEFINED),
}


def answer(error: Exception) -> tuple[int, str]:
    """The status and the code of an error."""
    return answer_to(type(error))


def answer_to(kind: type[Exception]) -> tuple[int, str]:
    return next(ANSWERS[ancestor] for ancestor in kind.__mro__ if ancestor in ANSWERS)


def as_response(
    error: Exception, version: Version | None, request_id: str | None
) -> webob.exc.HTTPException:
    """The response that tells the client of `error`.

    WebOb chooses HTML or JSON by what the client accepts and wraps the message in the status's own sentence, as upstream
    does: the message is the last line of `detail`, which is the line that osc-placement shows.
    """
    status, code = answer(error)
    if status == 401:
        return identity.unauthorized()
    said = "The server met an unexpected error." if status == 500 else str(error)
    response = webob.exc.status_map[status](said)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.allow)

    def envelope(body: str, status: str, title: str, environ: dict[str, Any]) -> dict[str, Any]:
        number = int(status.split(None, 1)[0])
        detail: dict[str, Any] = {
            "status": number,
            "title": title,
            "detail": webob.exc.strip_tags(body),
        }
        if version is not None and Feature.ERROR_CODES in version:
            detail["code"] = code
        if request_id is not None:
            detail["request_id"] = request_id
        if version is None and number == 406:
            detail["min_version"] = str(microversion.MINIMUM)
            detail["max_version"] = str(microversion.MAXIMUM)
        return {"errors": [detail]}

    response.json_formatter = envelope
    return response
