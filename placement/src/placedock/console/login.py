# SPDX-License-Identifier: Apache-2.0
"""Asks the service's Keystone for a token, as any client of Keystone does, by keystoneauth."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from placedock import errors

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

PATIENCE_SECONDS = 10
"""How long Keystone may take before the person is told that it does not answer."""


class WrongPassword(errors.Forbidden):
    """Keystone knows no such user, password and project together. It does not tell which of them is wrong."""

    sentence = "Keystone refused this user, password and project."


class NoKeystone(errors.Invalid):
    sentence = "This service has no Keystone: with the auth strategy noauth2 a token is a name."


def token(settings: "ConfigOpts", login: Mapping[str, str]) -> dict[str, Any]:
    """The token with what Keystone says of its owner. `login` has user, password, user_domain, project, project_domain."""
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
    asked = session.Session(verify=verify, timeout=PATIENCE_SECONDS)
    try:
        access = plugin.get_access(asked)
    except exceptions.ClientException as error:
        if isinstance(error, exceptions.HttpError) and error.http_status < 500:
            raise WrongPassword() from None
        raise errors.Unavailable(reason=f"Keystone: {error}") from error
    return {
        "token": access.auth_token,
        "user": access.username,
        "project": access.project_name,
        "roles": access.role_names,
        "expires_at": access.expires.isoformat() if access.expires else None,
    }
