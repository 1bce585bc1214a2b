# SPDX-License-Identifier: Apache-2.0
"""Does everything once that a version of the API can do."""

from collections.abc import Iterator
from typing import Any

import requests
from placedock.api.microversion import Feature, Version
from topology import uuid_of

from .description import Operation
from .world import headers

VAST = {"total": 10, "allocation_ratio": 1e30}
"""More than 64 bits can count."""

Answered = tuple[Operation, requests.Response]


class Client:
    """One that speaks `version` and names what it makes by it, so that others can be at work beside it."""

    def __init__(self, session: requests.Session, url: str, version: Version) -> None:
        self.session = session
        self.url = url
        self.version = version
        self.named = {
            "uuid": uuid_of(f"provider {version}"),
            "consumer_uuid": uuid_of(f"consumer {version}"),
            "resource_class": "VCPU",
            "name": f"CUSTOM_{version.minor}",
        }

    def send(self, method: str, path: str, body: Any = None, **query: str) -> Answered:
        url = self.url + path.format(**self.named)
        asked = headers(str(self.version))
        return (method, path), self.session.request(
            method, url, json=body, params=query, headers=asked
        )

    def everything(self) -> Iterator[Answered]:
        """All calls that this version has, in an order in which each of them succeeds."""
        yield self.send("GET", "/")
        yield from self._make()
        yield from self._claim()
        yield from self._look()
        yield from self._remove()

    def _generation(self) -> int:
        found: int = self.send("GET", "/resource_providers/{uuid}")[1].json()["generation"]
        return found

    def _make(self) -> Iterator[Answered]:
        uuid, name = self.named["uuid"], f"provider {self.version}"
        yield self.send("POST", "/resource_providers", {"name": f"new {name}", "uuid": uuid})
        path = "/resource_providers/{uuid}"
        yield self.send("PUT", path, {"name": name})
        inventories = {"resource_provider_generation": 0, "inventories": {"VCPU": {"total": 8}}}
        yield self.send("PUT", f"{path}/inventories", inventories)
        yield self.send("POST", f"{path}/inventories", {"resource_class": "DISK_GB", **VAST})
        inventory = {"resource_provider_generation": 2, "total": 16, "allocation_ratio": 1.5}
        yield self.send("PUT", f"{path}/inventories/{{resource_class}}", inventory)
        if Feature.AGGREGATES in self.version:
            aggregates: Any = [uuid_of("aggregate")]
            if Feature.AGGREGATES_GENERATION in self.version:
                aggregates = {"aggregates": aggregates, "resource_provider_generation": 3}
            yield self.send("PUT", f"{path}/aggregates", aggregates)
        if Feature.RESOURCE_CLASSES in self.version:
            yield self.send("POST", "/resource_classes", {"name": self.named["name"]})
            renamed = Feature.ENSURE_RESOURCE_CLASS not in self.version
            new_name = f"{self.named['name']}_RENAMED"
            yield self.send(
                "PUT", "/resource_classes/{name}", {"name": new_name} if renamed else None
            )
            if renamed:
                self.named["name"] = new_name
        if Feature.TRAITS in self.version:
            yield self.send("PUT", "/traits/{name}")
            yield self.send("PUT", "/traits/{name}")
            traits = [self.named["name"], "HW_CPU_X86_AVX"]
            guarded = {"resource_provider_generation": self._generation(), "traits": traits}
            yield self.send("PUT", f"{path}/traits", guarded)

    def _held(self, generation: int | None) -> dict[str, Any]:
        """The allocations of a consumer in the form of this version."""
        resources = {"resources": {"VCPU": 1}}
        uuid, version = self.named["uuid"], self.version
        held: dict[str, Any] = {"allocations": {uuid: resources}}
        if Feature.ALLOCATIONS_BY_PROVIDER not in version:
            held["allocations"] = [{"resource_provider": {"uuid": uuid}, **resources}]
        if Feature.PROJECT_AND_USER in version:
            held |= {"project_id": uuid_of("project"), "user_id": uuid_of("user")}
        if Feature.CONSUMER_GENERATION in version:
            held["consumer_generation"] = generation
        if Feature.CONSUMER_TYPES in version:
            held["consumer_type"] = "INSTANCE"
        return held

    def _claim(self) -> Iterator[Answered]:
        yield self.send("GET", "/allocations/{consumer_uuid}")
        yield self.send("PUT", "/allocations/{consumer_uuid}", self._held(None))
        consumer = self.named["consumer_uuid"]
        if Feature.POST_ALLOCATIONS in self.version:
            yield self.send("POST", "/allocations", {consumer: self._held(1)})
        if Feature.RESHAPER in self.version:
            inventories = {"VCPU": {"total": 32}, "DISK_GB": VAST}
            whole = {
                "resource_provider_generation": self._generation(),
                "inventories": inventories,
            }
            reshaped = {
                "inventories": {self.named["uuid"]: whole},
                "allocations": {consumer: self._held(2)},
            }
            yield self.send("POST", "/reshaper", reshaped)

    def _look(self) -> Iterator[Answered]:
        path = "/resource_providers/{uuid}"
        yield self.send("GET", "/resource_providers")
        yield self.send("GET", "/allocations/{consumer_uuid}")
        for below in (
            "",
            "/inventories",
            "/inventories/{resource_class}",
            "/usages",
            "/allocations",
        ):
            yield self.send("GET", path + below)
        if Feature.AGGREGATES in self.version:
            yield self.send("GET", f"{path}/aggregates")
        if Feature.RESOURCE_CLASSES in self.version:
            yield self.send("GET", "/resource_classes")
            yield self.send("GET", "/resource_classes/{name}")
        if Feature.TRAITS in self.version:
            for each in ("/traits", "/traits/{name}", f"{path}/traits"):
                yield self.send("GET", each)
        if Feature.USAGES in self.version:
            yield self.send("GET", "/usages", project_id=uuid_of("project"))
        if Feature.CANDIDATES in self.version:
            yield self.send("GET", "/allocation_candidates", resources="VCPU:1")
        if Feature.GRANULAR_GROUPS in self.version:
            groups = {"resources": "VCPU:1", "resources1": "DISK_GB:1"}
            yield self.send("GET", "/allocation_candidates", group_policy="none", **groups)

    def _remove(self) -> Iterator[Answered]:
        path = "/resource_providers/{uuid}"
        yield self.send("DELETE", "/allocations/{consumer_uuid}")
        yield self.send("DELETE", f"{path}/inventories/{{resource_class}}")
        if Feature.DELETE_ALL_INVENTORIES in self.version:
            yield self.send("DELETE", f"{path}/inventories")
        if Feature.TRAITS in self.version:
            yield self.send("DELETE", f"{path}/traits")
            yield self.send("DELETE", "/traits/{name}")
        if Feature.RESOURCE_CLASSES in self.version:
            yield self.send("DELETE", "/resource_classes/{name}")
        yield self.send("DELETE", path)
