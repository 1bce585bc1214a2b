# SPDX-License-Identifier: Apache-2.0
"""The auth strategy keystone: keystonemiddleware's auth_token, and the root URL, which needs no token."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from keystonemiddleware import auth_token

from placedock.web.environ import Application, Environ, StartResponse
from placedock.web.identity import OPEN_PATHS

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts


class Keystone(auth_token.AuthProtocol):
    """Validates the caller's token with Keystone and puts what it says into the WSGI environ."""

    def __init__(self, application: Application, settings: "ConfigOpts") -> None:
        self.application = application
        super().__init__(application, {"oslo_config_config": settings})

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in OPEN_PATHS:
            return self.application(environ, start_response)
        answer: Iterable[bytes] = super().__call__(environ, start_response)
        return answer
