# SPDX-License-Identifier: Apache-2.0
"""Paths that an application of their own answers, before anybody looks for a token."""

from collections.abc import Iterable, Mapping

from placedock.web.environ import Application, Environ, StartResponse


class Elsewhere:
    """Sends requests for the paths in `by_path` to their applications, and leaves all others to `application`."""

    def __init__(self, application: Application, by_path: Mapping[str, Application]) -> None:
        self.application = application
        self.by_path = by_path

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        application = self.by_path.get(environ["PATH_INFO"], self.application)
        return application(environ, start_response)
