# SPDX-License-Identifier: Apache-2.0
"""Measures every other GET of the API: small reads of one host among many, and lists."""

from collections.abc import Iterator

from ..clouds import Cloud, flat, nested, uuid_of
from ..rows import Row, Target
from ..run import Read, Run

SMALL = Target(5, of_floor=2.5)


def small(cloud: Cloud) -> list[Read]:
    path = f"/resource_providers/{cloud.provider(7)}"
    return [
        Read("provider", path, SMALL),
        Read("inventories", f"{path}/inventories", SMALL),
        Read("one inventory", f"{path}/inventories/VCPU"),
        Read("usages", f"{path}/usages", SMALL),
        Read("traits", f"{path}/traits", SMALL),
        Read("aggregates", f"{path}/aggregates", SMALL),
        Read("allocations of a provider", f"{path}/allocations", SMALL),
        Read("allocations of a consumer", f"/allocations/{cloud.consumer(7)}", SMALL),
        Read("usages of a project", f"/usages?project_id={uuid_of('project', 3)}"),
        Read("provider by name", f"/resource_providers?name=provider-{7 * cloud.width + 1}"),
        Read("one trait", "/traits/HW_CPU_X86_AVX2"),
        Read("one resource class", "/resource_classes/VCPU"),
        Read("versions", "/"),
    ]


def lists() -> list[Read]:
    everything = "/resource_providers"
    return [
        Read("all providers", everything, Target(8)),
        Read("providers with room", f"{everything}?resources=VCPU:1,MEMORY_MB:1024,DISK_GB:10"),
        Read("providers of an aggregate", f"{everything}?member_of={uuid_of('aggregate', 3)}"),
        Read("providers with a trait", f"{everything}?required=HW_CPU_X86_AVX2"),
        Read("all traits", "/traits"),
        Read("all resource classes", "/resource_classes"),
    ]


def measure(run: Run) -> Iterator[Row]:
    cloud = flat(100 if run.quick else 1000)
    run.load(cloud)
    yield from run.reads("reads", small(cloud))
    yield from run.reads("lists", lists())
    cloud = nested(20 if run.quick else 1000)
    run.load(cloud)
    tree = f"/resource_providers?in_tree={cloud.provider(7)}"
    yield from run.reads(
        "lists", [Read("all providers, nested", "/resource_providers"), Read("a tree", tree)]
    )
