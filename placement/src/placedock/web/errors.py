# SPDX-License-Identifier: Apache-2.0
"""The answers to errors: one table of statuses and codes, and the errors that only HTTP has.

A class is looked up along its ancestry, so a new error gets its parent's status and code unless a row says otherwise.
`envelope` writes the response.
"""

from typing import NamedTuple

from placedock import errors


class NoSuchUrl(errors.NotFound):
    sentence = ""


class MethodNotAllowed(errors.PlacedockError):
    """`allow` lists the methods that the URL has."""

    sentence = "The method specified is not allowed for this resource."

    def __init__(self, allow: list[str]) -> None:
        super().__init__()
        self.allow = allow


class WriteRefused(MethodNotAllowed):
    """A method that writes, at a service that is read-only."""

    sentence = errors.ReadOnly.sentence


class MalformedBody(errors.Invalid):
    """A body that is JSON, and not as the schema of its URL wants it."""

    sentence = "JSON does not validate: {reason}"


class MalformedQuery(errors.Invalid):
    """A query string that cannot be read, or is not as its URL wants it."""

    sentence = "Invalid query string parameters: {reason}"


class UnsupportedMediaType(errors.PlacedockError):
    sentence = "The media type {given} is not supported, use {known}"


class BodyTooLarge(errors.PlacedockError):
    sentence = "The body of this request may have {most} bytes."


class NotAcceptable(errors.PlacedockError):
    sentence = "Only {known} is provided"


class Unauthorized(errors.PlacedockError):
    sentence = "No user was found in the request."


class Told(NamedTuple):
    """The status of a response to an error, and the code in its envelope."""

    status: int
    code: str = "placement.undefined_code"


TABLE: dict[type[Exception], Told] = {
    errors.NotFound: Told(404),
    errors.Unknown: Told(400),
    errors.UnknownProviderInReshape: Told(400, "placement.resource_provider.not_found"),
    errors.Invalid: Told(400),
    errors.BadValue: Told(400, "placement.query.bad_value"),
    errors.RepeatedParameter: Told(400, "placement.query.duplicate_key"),
    errors.MissingValue: Told(400, "placement.query.missing_value"),
    errors.Conflict: Told(409),
    errors.ConcurrentUpdate: Told(409, "placement.concurrent_update"),
    errors.InventoryInUse: Told(409, "placement.inventory.inuse"),
    errors.DuplicateProvider: Told(409, "placement.duplicate_name"),
    errors.ProviderInUse: Told(409, "placement.resource_provider.inuse"),
    errors.ProviderHasChildren: Told(409, "placement.resource_provider.cannot_delete_parent"),
    errors.Forbidden: Told(403),
    Unauthorized: Told(401),
    MethodNotAllowed: Told(405),
    BodyTooLarge: Told(413),
    errors.ReadOnly: Told(405),
    NotAcceptable: Told(406),
    UnsupportedMediaType: Told(415),
    errors.Unavailable: Told(503),
    errors.RequestTookTooLong: Told(503),
    UnicodeDecodeError: Told(400),
    Exception: Told(500),
}


def told(kind: type[Exception]) -> Told:
    """The status and the code of a class of errors."""
    return next(TABLE[ancestor] for ancestor in kind.__mro__ if ancestor in TABLE)
