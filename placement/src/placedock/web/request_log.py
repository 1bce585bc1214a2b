# SPDX-License-Identifier: Apache-2.0
"""Request ids, and one log line per request.

The line says method, path, microversion, status, length, milliseconds and request id; with `[DEFAULT]/use_json` the same as
JSON. The application writes it, so that it is alike under every server.
"""

import logging
import time
import uuid
from collections.abc import Iterable
from typing import Any

from oslo_context.context import RequestContext

from placedock.web.environ import MICROVERSION, REQUEST_ID, Application, Environ, StartResponse

LOG = logging.getLogger(__name__)

REQUEST_ID_HEADER = "x-openstack-request-id"


class RequestLog:
    """Gives every request an id, answers with it, and logs the request when it has been answered."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        request_id = environ[REQUEST_ID] = f"req-{uuid.uuid4()}"
        # Without it, lines of this thread would carry the id of the request before, until the caller is known.
        RequestContext(request_id=request_id)
        # Upstream sends JSON, also for errors, to a client that does not say what it accepts.
        if environ.get("HTTP_ACCEPT", "*/*") in ("", "*/*"):
            environ["HTTP_ACCEPT"] = "application/json"

        def respond(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers.append((REQUEST_ID_HEADER, request_id))
            _say(environ, status, headers, started)
            return start_response(status, headers, exc_info)

        return self.application(environ, respond)


def _say(environ: Environ, status: str, headers: list[tuple[str, str]], started: float) -> None:
    query = environ.get("QUERY_STRING")
    fields = {
        "method": environ["REQUEST_METHOD"],
        "path": environ.get("SCRIPT_NAME", "")
        + environ.get("PATH_INFO", "")
        + (f"?{query}" if query else ""),
        "microversion": str(environ.get(MICROVERSION, "-")),
        "status": int(status[:3]),
        "length": next((int(v) for k, v in headers if k.lower() == "content-length"), 0),
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        "request_id": environ[REQUEST_ID],
    }
    LOG.info(
        "%(method)s %(path)s %(microversion)s %(status)s %(length)s bytes %(milliseconds)s ms "
        "%(request_id)s",
        fields,
        extra={"extra": fields},
    )
