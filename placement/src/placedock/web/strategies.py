# SPDX-License-Identifier: Apache-2.0
"""The auth strategy in force: the setting `[api]/auth_strategy` names it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from placedock.web.environ import Application
from placedock.web.noauth import NoAuth
from placedock.web.turnstile import Turnstile

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts


def strategy(settings: "ConfigOpts", turnstile: Turnstile) -> Callable[[Application], Application]:
    """The layer that finds out who sent a request. Where it asks Keystone, it passes the turnstile."""
    if settings.api.auth_strategy == "noauth2":
        return NoAuth
    # Imported only for this strategy: it brings half a second of modules that noauth2 does not use.
    from placedock.web.keystone import Keystone

    return lambda application: Keystone(application, settings, turnstile)
