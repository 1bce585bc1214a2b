# SPDX-License-Identifier: Apache-2.0
"""`GET /-/session` and `POST /-/token`: how a person in a browser becomes a caller.

The service passes a password on to its own Keystone, so that a page of the service needs no second host. It keeps neither
the password nor the token.
"""

import importlib.metadata

from placedock.console.endpoint import TEXT, Endpoint, Request, Response
from placedock.console.login import KeystoneUnavailable, WrongPassword, token
from placedock.console.shapes import listed, record
from placedock.web.errors import BodyTooLarge

SESSION = record(
    auth_strategy={"enum": ["keystone", "noauth2"]},
    read_only={"type": "boolean"},
    release=TEXT,
)
LOGIN = {
    **record(user=TEXT, password=TEXT, user_domain=TEXT, project=TEXT, project_domain=TEXT),
    "additionalProperties": False,
}
LOGIN_BYTES = 16 * 1024
"""Bytes of a login at most. Nobody has to show a token before the service reads one."""

TOKEN = record(
    token=TEXT,
    user=TEXT,
    project=TEXT,
    roles=listed(TEXT),
    expires_at={"type": ["string", "null"], "format": "date-time"},
)


def _show(request: Request, response: Response) -> None:
    response.cache_control = "no-store"
    response.send_json(
        {
            "auth_strategy": request.settings.api.auth_strategy,
            "read_only": request.settings.placedock.read_only,
            "release": importlib.metadata.version("placedock"),
        }
    )


def _make(request: Request, response: Response) -> None:
    response.cache_control = "no-store"
    response.send_json(token(request.settings, request.turnstile, MAKE_TOKEN.read_body(request)))


SHOW = Endpoint(
    handler=_show,
    summary="How this service knows its callers, and whether it writes. No token is needed.",
    shows=SESSION,
)
MAKE_TOKEN = Endpoint(
    handler=_make,
    summary="A token of the service's Keystone, for a user with a password in a project.",
    body=LOGIN,
    body_bytes=LOGIN_BYTES,
    shows=TOKEN,
    refuses=(WrongPassword, KeystoneUnavailable, BodyTooLarge),
)
