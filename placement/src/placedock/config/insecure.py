# SPDX-License-Identifier: Apache-2.0
"""Settings that suit a developer's machine and no other. The service logs one warning line for each at the start."""

import sys
from urllib.parse import urlsplit

from oslo_config import cfg

from placedock.config.variables import options, variable

KNOWN = "insecure-"
"""Every secret in env/insecure begins so."""


def warn(settings: cfg.ConfigOpts, open_at: str | None) -> None:
    """Say on stderr what is insecure. `open_at` says how other hosts can call the service, None that they cannot."""
    if settings.api.auth_strategy == "noauth2" and open_at:
        _say(f"{variable('api', 'auth_strategy')}=noauth2 believes every caller, and {open_at}")
    if known := [name for name, value in _secrets(settings) if _password(value).startswith(KNOWN)]:
        _say(f"{', '.join(known)}: everybody knows the secrets of env/insecure")


def _secrets(settings: cfg.ConfigOpts) -> list[tuple[str, str]]:
    """The secret settings of groups that have a value, by their variables."""
    secret = [
        (group, option.dest) for group, option in options(settings) if group and option.secret
    ]
    return [
        (variable(group, name), settings[group][name])
        for group, name in secret
        if settings[group][name]
    ]


def _password(secret: str) -> str:
    """The password in the URL of a database, and any other secret as it is."""
    try:
        return urlsplit(secret).password or secret
    except ValueError:
        return secret


def _say(warning: str) -> None:
    print(f"placedock: warning: {warning}", file=sys.stderr, flush=True)
