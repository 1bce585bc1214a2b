# SPDX-License-Identifier: Apache-2.0
"""The few providers that all clients want something of.

steady1     VCPU:16 MEMORY_MB:64       everything but the capacity of these changes
steady2     VCPU:7,allocation_ratio=2
growing     DISK_GB:10                 grows, and never shrinks
left        CUSTOM_SEAT:30             reshapes carry the seats from one to the other and back,
  right                                with whoever holds some
disputed    VCPU:5                     comes and goes
"""

from typing import Any

from differential.calls import Call, Client, provider_path
from topology import uuid_of

STEADY = {"steady1": {"VCPU": 16, "MEMORY_MB": 64}, "steady2": {"VCPU": 7}}
RATIOS = {"steady1": 1.0, "steady2": 2.0}
GROWING, GROWS, FIRST_TOTAL = "growing", "DISK_GB", 10
LEFT, RIGHT, SEATS, ALL_SEATS = "left", "right", "CUSTOM_SEAT", 30
DISPUTED = "disputed"
LASTING = (*STEADY, GROWING, LEFT, RIGHT)
PROJECT, USER, KIND = "project", "user", "INSTANCE"


def make(client: Client) -> None:
    """All but the disputed provider."""
    calls = [
        Call("PUT", f"/resource_classes/{SEATS}"),
        *(create(name) for name in (*STEADY, GROWING, LEFT)),
        create(RIGHT, below=LEFT),
        *(
            stock(name, 0, {each: steady(name, each, {}) for each in totals})
            for name, totals in STEADY.items()
        ),
        stock(GROWING, 0, {GROWS: {"total": FIRST_TOTAL}}),
        stock(LEFT, 0, {SEATS: {"total": ALL_SEATS}}),
    ]
    for call in calls:
        answer = client.send(call)
        if not answer.ok:
            raise RuntimeError(f"{call}\nanswered {answer}")


def create(name: str, below: str | None = None) -> Call:
    body = {"name": name, "uuid": uuid_of(name)}
    if below:
        body["parent_provider_uuid"] = uuid_of(below)
    return Call("POST", "/resource_providers", body=body)


def stock(name: str, generation: int, inventories: dict[str, dict[str, float]]) -> Call:
    """PUT of all inventories of a provider."""
    body = {"resource_provider_generation": generation, "inventories": inventories}
    return Call("PUT", provider_path(name, "inventories"), body=body)


def steady(name: str, resource_class: str, odds: dict[str, int]) -> dict[str, float]:
    """An inventory of a steady provider: the capacity it always has, and `odds` in other fields."""
    return {
        "total": STEADY[name][resource_class],
        "allocation_ratio": RATIOS[name],
        **odds,
    }


def claim(wanted: dict[str, dict[str, int]], generation: int | None) -> dict[str, Any]:
    """The allocations that one consumer is to hold, by the providers' names."""
    return {
        "allocations": {uuid_of(name): {"resources": each} for name, each in wanted.items()},
        "project_id": PROJECT,
        "user_id": USER,
        "consumer_generation": generation,
        "consumer_type": KIND,
    }
