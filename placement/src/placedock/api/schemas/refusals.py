# SPDX-License-Identifier: Apache-2.0
"""The envelope that tells a client what went wrong."""

from collections.abc import Collection

from placedock.api.microversion import Feature
from placedock.api.schemas.parts import TEXT
from placedock.api.schemas.vocabulary import AnyOf, Array, Field, Object, Representation, shown

ALWAYS_CODED = {403, 404, 409, 415, 503}
"""Statuses that are only met once the version is known, and with it whether there are codes."""

_SAID = {"status": shown({"type": "integer"}), "title": shown(TEXT), "detail": shown(TEXT)}


def refusal(status: int, codes: Collection[str]) -> Representation:
    """The body of a response with `status`, whose code is one of `codes`."""
    code = Field({"enum": sorted(codes)}, Feature.ERROR_CODES, required=status in ALWAYS_CODED)
    fields = {**_SAID, "status": shown({"const": status}), "code": code, "request_id": shown(TEXT)}
    if status == 406:
        fields |= {"min_version": Field(TEXT), "max_version": Field(TEXT)}
    return Representation(Object({"errors": shown(Array(Object(fields)))}))


_BY_US = Object(
    {
        "message": shown(TEXT),
        "code": shown(TEXT),
        "title": shown(TEXT),
        "errors": shown(Array(Object(_SAID))),
    }
)
_BY_KEYSTONE = Object({"error": shown({"type": "object"})})
UNAUTHORIZED = Representation(AnyOf([_BY_US, _BY_KEYSTONE]))
"""A 401 is said before any version is read: by placedock under noauth2, by keystonemiddleware under keystone."""
