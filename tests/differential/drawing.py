# SPDX-License-Identifier: Apache-2.0
"""Draws what a server has, as tests/topology.py reads it."""

import re
from collections.abc import Mapping
from typing import Any

from topology import LARGEST, uuid_of

from .calls import Client
from .world import AGGREGATES

DEFAULTS = {
    "reserved": 0,
    "min_unit": 1,
    "max_unit": LARGEST,
    "step_size": 1,
    "allocation_ratio": 1.0,
}
AGGREGATE_NAMES = {uuid_of(name): name for name in AGGREGATES}


def topology(client: Client, names: Mapping[str, str]) -> str:
    """All providers, a line each, children deeper than their parents.

    They are called by the names that their uuids come from, which `names` has by uuid; the service may call them otherwise.
    """
    providers = client.get("/resource_providers")["resource_providers"]
    below: dict[str | None, list[dict[str, Any]]] = {}
    for provider in providers:
        below.setdefault(provider["parent_provider_uuid"], []).append(provider)
    lines: list[str] = []

    def draw(parent: str | None, depth: int) -> None:
        for provider in below.get(parent, []):
            lines.append("  " * depth + _line(client, provider["uuid"], names))
            draw(provider["uuid"], depth + 1)

    draw(None, 0)
    return "\n".join(lines)


def _line(client: Client, uuid: str, names: Mapping[str, str]) -> str:
    path = f"/resource_providers/{uuid}"
    used = client.get(f"{path}/usages")["usages"]
    words = [names.get(uuid, uuid)]
    for name, inventory in client.get(f"{path}/inventories")["inventories"].items():
        fields = {field: inventory[field] for field in DEFAULTS}
        said = [f"{field}={value}" for field, value in fields.items() if value != DEFAULTS[field]]
        if used.get(name):
            said.insert(0, f"used={used[name]}")
        words.append(",".join([f"{name}:{inventory['total']}", *said]))
    words += [f"+{trait}" for trait in client.get(f"{path}/traits")["traits"]]
    memberships = client.get(f"{path}/aggregates")["aggregates"]
    words += [f"@{AGGREGATE_NAMES.get(each, each)}" for each in memberships]
    return " ".join(words)


def named(text: str, names: Mapping[str, str]) -> str:
    """A text with names in the place of uuids, for people."""
    known = {**AGGREGATE_NAMES, **names}
    return re.sub(r"[0-9a-f-]{36}", lambda match: f"<{known.get(match[0], match[0])}>", text)
