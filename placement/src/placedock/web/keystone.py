# SPDX-License-Identifier: Apache-2.0
"""The auth strategy keystone: keystonemiddleware's auth_token, and the root URL, which needs no token.

Only a few threads wait for Keystone at once, so tokens that are known already, and health, never wait behind a Keystone that
hangs. A request that would wait behind them is told at once that Keystone is not available.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from keystoneauth1.exceptions import ClientException, EndpointNotFound
from keystonemiddleware import auth_token

from placedock.web import token_cache
from placedock.web.environ import Application, Environ, StartResponse
from placedock.web.identity import OPEN_PATHS
from placedock.web.turnstile import Full, Turnstile

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

CACHE = "placedock.token_cache"
"""The key of the environ under which keystonemiddleware finds the cache."""

STRATEGY = "memcache_security_strategy"


class Keystone(auth_token.AuthProtocol):
    """Validates the caller's token with Keystone and puts what it says into the WSGI environ."""

    def __init__(
        self, application: Application, settings: "ConfigOpts", turnstile: Turnstile
    ) -> None:
        self.application = application
        options = settings.keystone_authtoken
        self._cache = token_cache.made(options)
        self._auth_url: str = options.auth_url
        self._turnstile = turnstile
        told = {"oslo_config_config": settings, "cache": CACHE}
        if options.memcached_servers:
            found = settings.get_location(STRATEGY, "keystone_authtoken")
            if found is None or not found.location.is_user_controlled:
                told[STRATEGY] = "ENCRYPT"
                told["memcache_secret_key"] = options.memcache_secret_key or token_cache.secret(
                    options
                )
        super().__init__(application, told)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in OPEN_PATHS:
            return self.application(environ, start_response)
        environ[CACHE] = self._cache
        answer: Iterable[bytes] = super().__call__(environ, start_response)
        return answer

    @property
    def www_authenticate_uri(self) -> str:
        """The address at which a caller without a good token can get one. Keystone gives it unless it is set."""
        if not self._www_authenticate_uri:
            try:
                with self._turnstile.passed():
                    return str(super().www_authenticate_uri)
            except (Full, ClientException):
                return self._auth_url
        return str(self._www_authenticate_uri)

    def _create_identity_server(self) -> Any:
        server = super()._create_identity_server()
        server.verify_token = self._in_turn(server.verify_token, server.invalidate)
        return server

    def _in_turn(self, verify: Callable[..., Any], forget: Callable[[], Any]) -> Callable[..., Any]:
        def verify_token(token: str, retry: bool = True, **how: Any) -> Any:
            if not retry:
                # It is the same question again, from inside of `verify`.
                return verify(token, retry, **how)
            try:
                with self._turnstile.passed():
                    return verify(token, retry, **how)
            except Full:
                raise auth_token.ServiceError(
                    "others are waiting for Keystone, which does not answer"
                ) from None
            except ClientException as error:
                # keystonemiddleware knows some of these. A timeout and an endpoint that was not found would be a 500.
                if isinstance(error, EndpointNotFound):
                    forget()
                raise auth_token.ServiceError(str(error)) from error

        return verify_token
