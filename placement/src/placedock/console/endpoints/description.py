# SPDX-License-Identifier: Apache-2.0
"""`GET /-/openapi.json`: the console's own description, which needs no token."""

from placedock.console.endpoint import Endpoint, Request, Response


def _show(request: Request, response: Response) -> None:
    response.send_json(request.describe(request.script_name or "/"))


SHOW = Endpoint(
    handler=_show,
    summary="This description.",
    shows={"type": "object", "required": ["openapi", "info", "paths"]},
)
