# SPDX-License-Identifier: Apache-2.0
"""Which services there are, at addresses that the caller can reach.

The same stand-in is called from two sides: from the host, where services have published ports on
127.0.0.1, and from inside the container network, where they have names. One catalog cannot suit
both, so each endpoint may have two addresses, and the name under which the caller reached us says
which one it gets.
"""

from typing import Any

from keystone_stub.settings import Settings
from keystone_stub.store import Record, Store


def address(
    endpoint: Record, netloc: str, settings: Settings, project_id: str = "", user_id: str = ""
) -> str:
    """The endpoint's URL for somebody who called us at `netloc` (a host name, with its port if it
    has one)."""
    host = netloc.rsplit(":", 1)[0] if not netloc.endswith("]") else netloc
    inside = {host.lower(), host.lower().split(".")[0]} & settings.inside_hosts
    url = endpoint.get("inside_url") if inside else None
    url = url or endpoint["url"]
    values = {
        "netloc": netloc,
        "host": host,
        "project_id": project_id,
        "tenant_id": project_id,
        "user_id": user_id,
    }
    for name, value in values.items():
        url = url.replace(f"%({name})s", value).replace(f"$({name})s", value)
    return url


def shown(endpoint: Record, netloc: str, settings: Settings) -> dict[str, Any]:
    """An endpoint as a listing shows it."""
    public = {key: value for key, value in endpoint.items() if key != "inside_url"}
    return public | {"url": address(endpoint, netloc, settings), "region": endpoint["region_id"]}


def catalog(
    store: Store, netloc: str, settings: Settings, project_id: str | None, user_id: str
) -> list[dict[str, Any]]:
    """The enabled services with their enabled endpoints, as a token shows them."""
    entries = []
    for service in store["services"].values():
        endpoints = [
            {
                "id": endpoint["id"],
                "interface": endpoint["interface"],
                "region_id": endpoint["region_id"],
                "url": address(endpoint, netloc, settings, project_id or "", user_id),
                "region": endpoint["region_id"],
            }
            for endpoint in store["endpoints"].values()
            if endpoint["service_id"] == service["id"] and endpoint["enabled"]
        ]
        if service["enabled"]:
            entry = {"endpoints": endpoints, "id": service["id"], "type": service["type"]}
            entries.append(entry | {"name": service.get("name", "")})
    return entries
