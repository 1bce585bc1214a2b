# SPDX-License-Identifier: Apache-2.0
"""Asks the service's Keystone for a token, as any client of Keystone does, by keystoneauth."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from placedock import errors
from placedock.web.turnstile import Full, Turnstile

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts


class WrongPassword(errors.Forbidden):
    """Keystone knows no such user, password and project together. It does not tell which of them is wrong."""

    sentence = "Keystone refused this user, password and project."


class KeystoneUnavailable(errors.Unavailable):
    sentence = "The Keystone service is temporarily unavailable."
    what = "Keystone"


class NoKeystone(errors.Invalid):
    sentence = "This service has no Keystone: with the auth strategy noauth2 a token is a name."


def token(settings: "ConfigOpts", turnstile: Turnstile, login: Mapping[str, str]) -> dict[str, Any]:
    """The token with what Keystone says of its owner. `login` has user, password, user_domain, project, project_domain.

    A login waits for Keystone behind the same turnstile as the tokens that Keystone validates.
    """
    if settings.api.auth_strategy != "keystone":
        raise NoKeystone()
    # Imported here: a start without a person at a browser needs none of it.
    from keystoneauth1 import exceptions, session
    from keystoneauth1.identity import v3

    options = settings.keystone_authtoken
    plugin = v3.Password(
        options.auth_url,
        username=login["user"],
        password=login["password"],
        user_domain_name=login["user_domain"],
        project_name=login["project"],
        project_domain_name=login["project_domain"],
        reauthenticate=False,
    )
    verify = False if options.insecure else options.cafile or True
    asked = session.Session(verify=verify, timeout=options.http_connect_timeout)
    try:
        with turnstile.passed():
            access = plugin.get_access(asked)
    except Full:
        reason = "others are waiting for it, and it does not answer"
        raise KeystoneUnavailable(reason=reason) from None
    except exceptions.ClientException as error:
        if isinstance(error, exceptions.HttpError) and error.http_status < 500:
            raise WrongPassword() from None
        raise KeystoneUnavailable(reason=error) from error
    return {
        "token": access.auth_token,
        "user": access.username,
        "project": access.project_name,
        "roles": access.role_names,
        "expires_at": access.expires.isoformat() if access.expires else None,
    }
