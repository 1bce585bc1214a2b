# SPDX-License-Identifier: Apache-2.0
"""Fills the service with a few trees, whose names say which world they belong to."""

from typing import Any

import requests
from topology import parse, uuid_of, writes

VERSION = "1.39"
TOKEN = {"X-Auth-Token": "admin"}

DRAWING = """
cn{n}            MEMORY_MB:4096,reserved=512,used=256  +HW_CPU_X86_AVX  @rack{n}
  numa{n}a       VCPU:4,used=2  CUSTOM_PORT:8          +CUSTOM_FAST     @quick{n}
  numa{n}b       VCPU:4,max_unit=2                     +HW_NUMA_ROOT
nfs{n}           DISK_GB:1000,used=10  +MISC_SHARES_VIA_AGGREGATE  @rack{n}
flat{n}          VCPU:16,allocation_ratio=4.0  MEMORY_MB:4096  DISK_GB:100  @quick{n}
bare{n}
"""
CLASSES = ["VCPU", "MEMORY_MB", "DISK_GB", "CUSTOM_PORT"]
TRAITS = ["HW_CPU_X86_AVX", "CUSTOM_FAST", "HW_NUMA_ROOT", "MISC_SHARES_VIA_AGGREGATE"]


class World:
    """A drawing that has been made through `session` in the service at `url`."""

    def __init__(self, session: requests.Session, url: str, number: int) -> None:
        self.session = session
        self.url = url
        drawing = DRAWING.format(n=number)
        spare = f"CUSTOM_SPARE_{number}"
        for method, path, body in writes(drawing):
            self._send(method, path, body).raise_for_status()
        self._send("PUT", f"/resource_classes/{spare}").raise_for_status()
        self._send("PUT", f"/traits/{spare}").raise_for_status()
        drawn = parse(drawing)
        self.providers = [one.uuid for one in drawn]
        self.consumers = [
            uuid_of(f"user of {one.name}")
            for one in drawn
            if any(inventory.used for inventory in one.inventories.values())
        ]
        self.aggregates = [uuid_of(f"rack{number}"), uuid_of(f"quick{number}")]
        self.classes = [*CLASSES, spare]
        self.traits = [*TRAITS, spare]
        self.project, self.user = uuid_of("project"), uuid_of("user")

    def generation(self, provider: str) -> int:
        """The provider's present one, or 0 when it is not there."""
        found: int = (
            self._send("GET", f"/resource_providers/{provider}").json().get("generation", 0)
        )
        return found

    def consumer_generation(self, consumer: str) -> int | None:
        """The consumer's present one, None when it holds nothing."""
        found: int | None = (
            self._send("GET", f"/allocations/{consumer}").json().get("consumer_generation")
        )
        return found

    def _send(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.session.request(method, self.url + path, json=body, headers=headers(VERSION))


def headers(version: str) -> dict[str, Any]:
    """Those of a caller who may do everything, at `version`."""
    return TOKEN | {"OpenStack-API-Version": f"placement {version}"}
