# SPDX-License-Identifier: Apache-2.0
"""One lesson in the words of three clients: what is asked is the same, how each client asks it differs.

Each client is a class with the same few methods; a refusal is a `Refused` with the status and the text
that the client shows.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from openstack import exceptions

from . import clients
from .compose import Failed, Stack

Claim = Mapping[str, Mapping[str, int]]
"""Amounts by class, by provider."""

PROJECT, USER = "lesson-project", "lesson-user"


class Refused(Exception):
    """The other answer of the service, as the client tells it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text


class Client(Protocol):
    """The calls that a lesson consists of."""

    def __init__(self, stack: Stack) -> None: ...

    def create(self, name: str, parent: str | None = None) -> str:
        """A provider's uuid."""

    def set_inventory(self, provider: str, totals: Mapping[str, int]) -> None: ...

    def set_traits(self, provider: str, traits: Sequence[str]) -> None: ...

    def set_aggregate(self, provider: str, aggregate: str) -> None: ...

    def candidates(self, resources: Mapping[str, int], required: str) -> list[Claim]: ...

    def claim(self, consumer: str, claim: Claim) -> None: ...

    def held(self, consumer: str) -> Claim: ...

    def release(self, consumer: str) -> None: ...


class CommandLine:
    """The `openstack` command with osc-placement."""

    def __init__(self, stack: Stack) -> None:
        self.openstack = clients.CommandLine(stack, "1.29")

    def create(self, name: str, parent: str | None = None) -> str:
        below = [f"--parent-provider={parent}"] if parent else []
        found: str = self.openstack.json("resource", "provider", "create", name, *below)["uuid"]
        return found

    def set_inventory(self, provider: str, totals: Mapping[str, int]) -> None:
        wanted = [f"--resource={name}={total}" for name, total in totals.items()]
        self.openstack("resource", "provider", "inventory", "set", provider, *wanted)

    def set_traits(self, provider: str, traits: Sequence[str]) -> None:
        for trait in filter(is_custom, traits):
            self.openstack("trait", "create", trait)
        wanted = [f"--trait={trait}" for trait in traits]
        self.openstack("resource", "provider", "trait", "set", provider, *wanted)

    def set_aggregate(self, provider: str, aggregate: str) -> None:
        shown = self.openstack.json("resource", "provider", "show", provider)
        self.openstack(
            *("resource", "provider", "aggregate", "set", provider),
            *(f"--aggregate={aggregate}", f"--generation={shown['generation']}"),
        )

    def candidates(self, resources: Mapping[str, int], required: str) -> list[Claim]:
        wanted = [f"--resource={name}={amount}" for name, amount in resources.items()]
        rows = self.openstack.json(
            *("allocation", "candidate", "list", *wanted, f"--required={required}")
        )
        found: dict[int, dict[str, dict[str, int]]] = {}
        for row in rows:
            held = (item.split("=") for item in row["allocation"].split(","))
            amounts = {name: int(amount) for name, amount in held}
            found.setdefault(row["#"], {})[row["resource provider"]] = amounts
        return list(found.values())

    def claim(self, consumer: str, claim: Claim) -> None:
        wanted = [
            f"--allocation=rp={provider},{name}={amount}"
            for provider, resources in claim.items()
            for name, amount in resources.items()
        ]
        said = (f"--project-id={PROJECT}", f"--user-id={USER}")
        try:
            self.openstack("resource", "provider", "allocation", "set", consumer, *wanted, *said)
        except Failed as failed:
            told = re.search(r"\(HTTP (\d+)\)", str(failed))
            assert told is not None, failed
            raise Refused(int(told[1]), str(failed)) from None

    def held(self, consumer: str) -> Claim:
        rows = self.openstack.json("resource", "provider", "allocation", "show", consumer)
        return {row["resource_provider"]: row["resources"] for row in rows}

    def release(self, consumer: str) -> None:
        self.openstack("resource", "provider", "allocation", "delete", consumer)


class Sdk:
    """openstacksdk's placement proxy, at the microversions that it chooses itself."""

    def __init__(self, stack: Stack) -> None:
        self.placement = clients.sdk(stack).placement

    def create(self, name: str, parent: str | None = None) -> str:
        below = {"parent_provider_id": parent} if parent else {}
        found: str = self.placement.create_resource_provider(name=name, **below).id
        return found

    def set_inventory(self, provider: str, totals: Mapping[str, int]) -> None:
        for name, total in totals.items():
            self.placement.create_resource_provider_inventory(provider, name, total=total)

    def set_traits(self, provider: str, traits: Sequence[str]) -> None:
        for trait in filter(is_custom, traits):
            self.placement.create_trait(trait)
        known = self.placement.get_resource_provider_trait(provider)
        self.placement.set_resource_provider_trait(known, traits=list(traits))

    def set_aggregate(self, provider: str, aggregate: str) -> None:
        current = self.placement.get_resource_provider(provider)
        self.placement.set_resource_provider_aggregates(current, aggregate)

    def candidates(self, resources: Mapping[str, int], required: str) -> list[Claim]:
        wanted = ",".join(f"{name}:{amount}" for name, amount in resources.items())
        found = self.placement.allocation_candidates(resources=wanted, required=required)
        return [_resources(one.allocations) for one in found]

    def claim(self, consumer: str, claim: Claim) -> None:
        wanted = {
            consumer: {
                "allocations": _allocations(claim),
                "project_id": PROJECT,
                "user_id": USER,
                "consumer_generation": None,
                "consumer_type": "LESSON",
            }
        }
        try:
            self.placement.create_allocations(wanted)
        except exceptions.ConflictException as conflict:
            # The SDK's own text is "Conflict" and no more; what it keeps is the answer.
            answer = conflict.response
            assert answer is not None
            raise Refused(answer.status_code, answer.json()["errors"][0]["detail"]) from None

    def held(self, consumer: str) -> Claim:
        return _resources(self.placement.get_allocation(consumer).allocations)

    def release(self, consumer: str) -> None:
        self.placement.delete_allocation(consumer, ignore_missing=False)


class Keystoneauth:
    """Plain HTTP through keystoneauth1, at the newest microversion: what services are written with."""

    def __init__(self, stack: Stack) -> None:
        self.placement = clients.keystoneauth(stack)

    def call(self, method: str, path: str, body: object = None) -> Any:
        answer = self.placement.request(path, method, json=body, microversion="1.39")
        if answer.status_code >= 400:
            raise Refused(answer.status_code, answer.json()["errors"][0]["detail"])
        return answer.json() if answer.content else None

    def generation(self, provider: str) -> int:
        found: int = self.call("GET", f"/resource_providers/{provider}")["generation"]
        return found

    def create(self, name: str, parent: str | None = None) -> str:
        body = {"name": name, "parent_provider_uuid": parent}
        found: str = self.call("POST", "/resource_providers", body)["uuid"]
        return found

    def set_inventory(self, provider: str, totals: Mapping[str, int]) -> None:
        inventories = {name: {"total": total} for name, total in totals.items()}
        self._set(provider, "inventories", inventories)

    def set_traits(self, provider: str, traits: Sequence[str]) -> None:
        for trait in filter(is_custom, traits):
            self.call("PUT", f"/traits/{trait}")
        self._set(provider, "traits", list(traits))

    def set_aggregate(self, provider: str, aggregate: str) -> None:
        self._set(provider, "aggregates", [aggregate])

    def _set(self, provider: str, what: str, wanted: object) -> None:
        body = {"resource_provider_generation": self.generation(provider), what: wanted}
        self.call("PUT", f"/resource_providers/{provider}/{what}", body)

    def candidates(self, resources: Mapping[str, int], required: str) -> list[Claim]:
        wanted = ",".join(f"{name}:{amount}" for name, amount in resources.items())
        path = f"/allocation_candidates?resources={wanted}&required={required}"
        found = self.call("GET", path)
        return [_resources(one["allocations"]) for one in found["allocation_requests"]]

    def claim(self, consumer: str, claim: Claim) -> None:
        body = {
            "allocations": _allocations(claim),
            "project_id": PROJECT,
            "user_id": USER,
            "consumer_generation": None,
            "consumer_type": "LESSON",
        }
        self.call("PUT", f"/allocations/{consumer}", body)

    def held(self, consumer: str) -> Claim:
        return _resources(self.call("GET", f"/allocations/{consumer}")["allocations"])

    def release(self, consumer: str) -> None:
        self.call("DELETE", f"/allocations/{consumer}")


CLIENTS: tuple[type[Client], ...] = (CommandLine, Sdk, Keystoneauth)


def is_custom(name: str) -> bool:
    """Whether a trait has to be made before it is used: the standard ones are there."""
    return name.startswith("CUSTOM_")


def _allocations(claim: Claim) -> dict[str, Any]:
    return {provider: {"resources": dict(resources)} for provider, resources in claim.items()}


def _resources(allocations: Mapping[str, Any]) -> Claim:
    return {provider: one["resources"] for provider, one in allocations.items()}
