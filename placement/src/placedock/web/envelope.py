# SPDX-License-Identifier: Apache-2.0
"""The response that tells a client of an error: a list `errors` with one entry, as OpenStack's API guideline has it."""

from collections.abc import Mapping
from typing import Any

import webob.exc

from placedock.web import identity
from placedock.web.environ import Environ
from placedock.web.errors import MethodNotAllowed, told


def refusal(
    error: Exception, request_id: str | None, details: Mapping[str, object]
) -> webob.exc.HTTPException:
    """The response to a request that ended in `error`; `details` are further members of the entry.

    WebOb chooses HTML or JSON by what the client accepts and wraps the message in the status's own sentence, as upstream
    does: the message is the last line of `detail`, which is the line that osc-placement shows.
    """
    status = told(type(error)).status
    if status == 401:
        return identity.unauthorized()
    message = "The server met an unexpected error." if status == 500 else str(error)
    response = webob.exc.status_map[status](message)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.allow)

    def envelope(body: str, status: str, title: str, environ: Environ) -> dict[str, Any]:
        number = int(status.split(None, 1)[0])
        entry = {"status": number, "title": title, "detail": webob.exc.strip_tags(body), **details}
        if request_id is not None:
            entry["request_id"] = request_id
        return {"errors": [entry]}

    response.json_formatter = envelope
    return response
