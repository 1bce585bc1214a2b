# SPDX-License-Identifier: Apache-2.0
"""The path of a request as the client sent it.

Apache resolves `..` and `.` in a path before mod_wsgi sees it, so `/x/../livez` would be `/livez`. Upstream's API and other
servers look at the path as it is, and find nothing there. mod_wsgi tells the target of the request line as well.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from placedock.web.environ import Application, Environ, StartResponse

_CHANGED = re.compile(r"/\.|//|%|:")
"""The parts of a target that Apache changes. Most targets have none of them, and are the path already."""

_ABSOLUTE = re.compile("[a-z][a-z0-9+.-]*://[^/?]*", re.IGNORECASE)
"""The part before the path in a request to a proxy; a server takes such a request, too."""


class AsSent:
    """Gives the application the path of the request line, where the server is mod_wsgi."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "mod_wsgi.version" in environ and _CHANGED.search(environ["REQUEST_URI"]):
            _restore(environ)
        return self.application(environ, start_response)


def _restore(environ: Environ) -> None:
    target = environ["REQUEST_URI"].partition("?")[0]
    path = unquote_to_bytes(_ABSOLUTE.sub("", target, count=1) if target[0] != "/" else target)
    # WSGI has the bytes of a path as if they were Latin-1.
    sent, mounted = path.decode("latin-1"), environ["SCRIPT_NAME"]
    if sent.startswith(mounted):
        environ["PATH_INFO"] = sent.removeprefix(mounted)
