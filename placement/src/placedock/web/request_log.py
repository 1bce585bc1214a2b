# SPDX-License-Identifier: Apache-2.0
"""Request ids, and one log line per request.

The line says method, path, microversion, status, length, milliseconds, and in brackets the request id, the global request id,
the user and the project, `-` for what is not known; with `[DEFAULT]/use_json` the same as JSON. The application writes it, so
that it is alike under every server. Nothing that a client sends reaches it as it was sent (`printable`).
"""

import logging
import re
import time
import uuid
from collections.abc import Container, Iterable
from typing import Any

from oslo_context.context import RequestContext

from placedock.web import printable
from placedock.web.environ import (
    CALLER,
    GLOBAL_REQUEST_ID,
    MICROVERSION,
    REQUEST_ID,
    Application,
    Environ,
    StartResponse,
)

LOG = logging.getLogger(__name__)

REQUEST_ID_HEADER = "x-openstack-request-id"

# The form of a request id that oslo.middleware accepts.
_GLOBAL_ID = re.compile("req-[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}")


class RequestLog:
    """Gives every request an id, sends it back in a header, and logs the request when it has been answered.

    Successful requests for `quiet` paths are not logged.
    """

    def __init__(self, application: Application, quiet: Container[str] = ()) -> None:
        self.application = application
        self.quiet = quiet

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        request_id = environ[REQUEST_ID] = f"req-{uuid.uuid4()}"
        given = environ.get("HTTP_X_OPENSTACK_REQUEST_ID", "")
        if _GLOBAL_ID.fullmatch(given):
            environ[GLOBAL_REQUEST_ID] = given
        # Without it, lines of this thread would carry the id of the request before, until the caller is known.
        RequestContext(request_id=request_id, global_request_id=environ.get(GLOBAL_REQUEST_ID))
        # Upstream sends JSON, also for errors, to a client that does not say what it accepts.
        if environ.get("HTTP_ACCEPT", "*/*") in ("", "*/*"):
            environ["HTTP_ACCEPT"] = "application/json"

        def respond(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers.append((REQUEST_ID_HEADER, request_id))
            if environ.get("PATH_INFO") not in self.quiet or not status.startswith("200"):
                _say(environ, status, headers, started)
            return start_response(status, headers, exc_info)

        return self.application(environ, respond)


def _say(environ: Environ, status: str, headers: list[tuple[str, str]], started: float) -> None:
    query, caller = environ.get("QUERY_STRING"), environ.get(CALLER)
    path = printable.path(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))
    fields = {
        "method": printable.encoded(environ["REQUEST_METHOD"]),
        "path": f"{path}?{printable.query(query)}" if query else path,
        "microversion": str(environ.get(MICROVERSION, "-")),
        "status": int(status[:3]),
        "length": next((int(v) for k, v in headers if k.lower() == "content-length"), 0),
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        "request_id": environ[REQUEST_ID],
        "global_request_id": environ.get(GLOBAL_REQUEST_ID, "-"),
        "user": printable.encoded((caller and caller.user_id) or "-"),
        "project": printable.encoded((caller and caller.project_id) or "-"),
    }
    LOG.info(
        "%(method)s %(path)s %(microversion)s %(status)s %(length)s bytes %(milliseconds)s ms "
        "[%(request_id)s %(global_request_id)s %(user)s %(project)s]",
        fields,
        extra={"extra": fields},
    )
