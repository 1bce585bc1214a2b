# SPDX-License-Identifier: Apache-2.0
"""Measures `GET /allocation_candidates` in a cloud of flat hosts with three classes, and in one of trees of seven providers."""

from collections.abc import Iterator

from ..clouds import Cloud, flat, nested, uuid_of
from ..rows import Row, Target
from ..run import Read, Run

PATH = "/allocation_candidates?"
FLAT = f"{PATH}resources=VCPU:1,MEMORY_MB:1024,DISK_GB:10"
# The nested perfload job of upstream's gate sends this query.
NESTED = (
    f"{PATH}resources=DISK_GB:10&required=COMPUTE_VOLUME_MULTI_ATTACH"
    "&resources_COMPUTE=VCPU:1,MEMORY_MB:256&required_COMPUTE=CUSTOM_FOO"
    "&resources_FPGA=FPGA:1&group_policy=none&same_subtree=_COMPUTE,_FPGA"
)
# One half of the hosts has this much memory, the other half has this much disk, and no host has both.
NOWHERE = f"{PATH}resources=VCPU:1,MEMORY_MB:200000,DISK_GB:6000"
TOO_MUCH = f"{PATH}resources=VCPU:1,MEMORY_MB:500000,DISK_GB:10"


def flat_reads(cloud: Cloud) -> list[Read]:
    rack = f"member_of={uuid_of('aggregate', 3)}"
    return [
        Read("no limit", FLAT, Target(15)),
        Read("limit=1", f"{FLAT}&limit=1", Target(80), among=FLAT),
        Read("limit=100", f"{FLAT}&limit=100", Target(30), among=FLAT),
        Read("nothing fits: no host has both", NOWHERE, Target(20)),
        Read("nothing fits: nobody has so much", TOO_MUCH, Target(20)),
        Read("member_of, required", f"{FLAT}&{rack}&required=HW_CPU_X86_AVX2"),
        Read("required, forbidden", f"{FLAT}&required=HW_CPU_X86_AVX2,!COMPUTE_STATUS_DISABLED"),
        Read("in_tree", f"{FLAT}&in_tree={cloud.provider(7)}"),
    ]


def nested_reads(cloud: Cloud) -> list[Read]:
    return [
        Read("no limit", NESTED, Target(15)),
        Read("limit=1", f"{NESTED}&limit=1", Target(200), among=NESTED),
        Read("limit=100", f"{NESTED}&limit=100", among=NESTED),
        Read("in_tree", f"{NESTED}&in_tree={cloud.provider(7)}", Target(100)),
    ]


def measure_flat(run: Run) -> Iterator[Row]:
    cloud = flat(100 if run.quick else 1000)
    run.load(cloud)
    yield from run.reads("candidates, flat", flat_reads(cloud))


def measure_nested(run: Run) -> Iterator[Row]:
    cloud = nested(20 if run.quick else 1000)
    run.load(cloud)
    yield from run.reads("candidates, nested", nested_reads(cloud))
