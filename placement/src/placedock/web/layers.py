# SPDX-License-Identifier: Apache-2.0
"""The layers that a request passes before it reaches an application, and that its response passes on the way back."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from placedock.web import health
from placedock.web.elsewhere import Elsewhere
from placedock.web.environ import Application
from placedock.web.gc import FreesRequests
from placedock.web.request_log import RequestLog
from placedock.web.strategies import strategy
from placedock.web.target import AsSent
from placedock.web.turnstile import Turnstile

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts


def around(
    application: Application,
    settings: "ConfigOpts",
    open_paths: Mapping[str, Application],
    turnstile: Turnstile,
) -> Application:
    """`application` with its layers; `open_paths` are the applications that answer by themselves, without a token.

    Requests that make the service ask Keystone pass `turnstile`.
    """
    # The outermost layer comes first.
    layers: list[Callable[[Application], Application]] = []
    # The groups oslo_middleware and cors exist when the environment has a setting of theirs.
    if "oslo_middleware" in settings and settings.oslo_middleware.enable_proxy_headers_parsing:
        from oslo_middleware import http_proxy_to_wsgi

        layers += [lambda inner: http_proxy_to_wsgi.HTTPProxyToWSGI(inner, settings)]
    layers += [
        FreesRequests,
        AsSent,
        lambda inner: RequestLog(inner, health.PROBES),
        lambda inner: Elsewhere(inner, open_paths),
    ]
    if "cors" in settings and settings.cors.allowed_origin:
        from oslo_middleware import cors

        layers += [lambda inner: cors.CORS(inner, settings)]
    layers += [strategy(settings, turnstile)]
    for layer in reversed(layers):
        application = layer(application)
    return application
