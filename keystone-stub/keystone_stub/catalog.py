# SPDX-License-Identifier: Apache-2.0
"""The catalog: the services, at addresses that the caller can reach.

Callers come from two sides: from the host, where the services have published ports on 127.0.0.1, and from the network of the
containers, where the services have names. One address cannot suit both, so each endpoint may have two. The host name of the
request decides which one the caller gets.
"""

import re
from typing import Any

from keystone_stub.settings import Settings
from keystone_stub.store import Record, Store

_PLACEHOLDER = re.compile(r"[$%]\((\w+)\)s")


def shown(endpoint: Record, netloc: str, settings: Settings) -> Record:
    """An endpoint as a listing shows it to a caller who used `netloc` (host and port)."""
    public = {key: value for key, value in endpoint.items() if key != "inside_url"}
    return public | {"url": _reached(endpoint, netloc, settings), "region": endpoint["region_id"]}


def catalog(
    store: Store, netloc: str, settings: Settings, project_id: str | None, user_id: str
) -> list[dict[str, Any]]:
    """The enabled services with their enabled endpoints, in the form that a token has."""
    own = {"user_id": user_id}
    if project_id:
        own |= {"project_id": project_id, "tenant_id": project_id}
    entries = []
    for service in store["services"].values():
        endpoints = [
            {
                "id": endpoint["id"],
                "interface": endpoint["interface"],
                "region_id": endpoint["region_id"],
                "url": _filled(_reached(endpoint, netloc, settings), own),
                "region": endpoint["region_id"],
            }
            for endpoint in store["endpoints"].values()
            if endpoint["service_id"] == service["id"] and endpoint["enabled"]
        ]
        # A token without a project cannot use an address that contains a project.
        usable = [each for each in endpoints if not _PLACEHOLDER.search(each["url"])]
        if service["enabled"]:
            entry = {"endpoints": usable, "id": service["id"], "type": service["type"]}
            entries.append(entry | {"name": service.get("name", "")})
    return entries


def _reached(endpoint: Record, netloc: str, settings: Settings) -> str:
    host = netloc if netloc.endswith("]") else netloc.rsplit(":", 1)[0]
    inside = {host.lower(), host.lower().split(".")[0]} & settings.inside_hosts
    url = (inside and endpoint.get("inside_url")) or endpoint["url"]
    return _filled(url, {"netloc": netloc, "host": host})


def _filled(url: str, values: dict[str, str]) -> str:
    """`url` with the values of the known placeholders. Other placeholders stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), url)
