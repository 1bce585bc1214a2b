# SPDX-License-Identifier: Apache-2.0
"""Measures creation in bulk: a provider, then its inventories, traits and aggregates, as a new compute node sends them."""

from collections.abc import Iterator

from ..client import request
from ..clients import Work
from ..clouds import Cloud, flat, uuid_of
from ..rows import Row, Target
from ..run import Run


def measure(run: Run) -> Iterator[Row]:
    cloud = flat(100)
    for clients, target in ((1, Target(5)), (8, Target(5, without_errors=True))):
        run.load(cloud)

        def queues(turn: int, clients: int = clients) -> list[list[Work]]:
            each = max(run.effort.creations // clients, 1)
            first = turn * clients * each
            return [
                [host(cloud, first + number * clients + client) for number in range(each)]
                for client in range(clients)
            ]

        name = f"hosts, {clients} client{'s' if clients > 1 else ''}"
        seen = ["/resource_providers", "/resource_providers?resources=VCPU:8&required=HW_NUMA_ROOT"]
        yield from run.works("creation", name, queues, target=target, clients=clients, seen=seen)


def host(cloud: Cloud, number: int) -> Work:
    """The four requests that create a host."""
    uuid = uuid_of("new host", number)
    path = f"/resource_providers/{uuid}"
    inventories = {
        "VCPU": {"total": 64, "allocation_ratio": 16.0},
        "MEMORY_MB": {"total": 262144, "reserved": 512},
        "DISK_GB": {"total": 2000},
    }
    traits = ["HW_CPU_X86_AVX", "HW_CPU_X86_AVX2", "HW_NUMA_ROOT"]
    aggregates = [uuid_of("aggregate", 1 + number % cloud.aggregates[0])]
    return [
        request("POST", "/resource_providers", {"name": f"new-{number}", "uuid": uuid}),
        *(
            request(
                "PUT", f"{path}/{what}", {"resource_provider_generation": generation, what: each}
            )
            for generation, (what, each) in enumerate(
                [("inventories", inventories), ("traits", traits), ("aggregates", aggregates)]
            )
        ),
    ]
