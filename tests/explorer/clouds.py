# SPDX-License-Identifier: Apache-2.0
"""Clouds to look at, made through Placement's own API."""

from typing import Any

import requests
from topology import parse, uuid_of, writes

SMALL = """
cn1               DISK_GB:100,used=100            +CUSTOM_RACK_A  @rack
  cn1-numa0       VCPU:4,used=1  MEMORY_MB:64,reserved=8  +HW_NUMA_ROOT
    cn1-gpu0      VGPU:2
cn2               VCPU:8,allocation_ratio=2.5,reserved=1  MEMORY_MB:64  @rack  @north
cn3               VCPU:8,used=3
storage           @north
  nfs             DISK_GB:500  +MISC_SHARES_VIA_AGGREGATE  @rack
"""


class Api:
    """Placement's API, for the test itself."""

    def __init__(self, url: str, token: str = "admin") -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers.update(
            {"X-Auth-Token": token, "OpenStack-API-Version": "placement 1.39"}
        )

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        response = self.session.request(method, self.url + path, json=body, timeout=30)
        assert response.status_code < 400, response.text
        return response.json() if response.content else None

    def make(self, drawing: str) -> None:
        for call in writes(parse(drawing)):
            self.ask(*call)

    def claim(self, consumer: str, **amounts: dict[str, int]) -> None:
        """Let a consumer hold these amounts, by the names of providers."""
        allocations = {
            uuid_of(name.replace("_", "-")): {"resources": resources}
            for name, resources in amounts.items()
        }
        self.ask(
            "PUT",
            f"/allocations/{uuid_of(consumer)}",
            {
                "allocations": allocations,
                "consumer_generation": None,
                "consumer_type": "INSTANCE",
                "project_id": "shop",
                "user_id": "ann",
            },
        )
