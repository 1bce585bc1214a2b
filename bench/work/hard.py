# SPDX-License-Identifier: Apache-2.0
"""Measures requests for which trying all combinations takes for ever, on one host and on two hundred.

Upstream is not sent them: it would need hours. On each host nine GPUs are below one NUMA node and an FPGA is below the other
one, and seven of the GPUs have a trait.
"""

from collections.abc import Iterator
from dataclasses import replace

from ..clouds import Cloud, Inventory, Provider
from ..rows import Row, Target
from ..run import Read, Run

GPU, TRAIT = "CUSTOM_GPU", "CUSTOM_NVLINK"
GPUS, WITH_TRAIT = 9, 7
GROUPS = 1_020
PATH = "/allocation_candidates?"
ANY = "&group_policy=none"
APART = "&group_policy=isolate"


def _host() -> tuple[Provider, ...]:
    host = Provider(0, None, {"VCPU": Inventory(2 * GROUPS)})
    gpus = [
        Provider(0, 1, {GPU: Inventory(1)}, (TRAIT,) if number < WITH_TRAIT else ())
        for number in range(GPUS)
    ]
    numa = Provider(0, 0)
    return (host, numa, *gpus, numa, Provider(0, 2 + GPUS, {"FPGA": Inventory(1)}))


def gpu_hosts(hosts: int) -> Cloud:
    """So many hosts with GPUs."""
    return Cloud("gpu-hosts", _host(), hosts, instances=0)


def reads() -> list[Read]:
    gpus = [f"resources_G{number}={GPU}:1" for number in range(GPUS)]
    subtree = ",".join(["_F", *(f"_G{number}" for number in range(GPUS))])
    with_trait = [f"{gpu}&required_G{number}={TRAIT}" for number, gpu in enumerate(gpus[:8])]
    many = [f"resources_{number}=VCPU:1" for number in range(GROUPS)]
    return [
        Read(
            "nine GPUs and an FPGA in one subtree: nowhere",
            f"{PATH}{'&'.join([*gpus, 'resources_F=FPGA:1'])}&same_subtree={subtree}{ANY}",
            Target(at_most=50),
        ),
        Read(
            "eight GPUs with a trait that seven have",
            f"{PATH}{'&'.join(with_trait)}{APART}",
            Target(at_most=50),
        ),
        Read(
            f"{GROUPS:,} groups, limit=1",
            f"{PATH}{'&'.join(many)}{ANY}&limit=1",
            Target(at_most=200),
        ),
    ]


def measure(run: Run) -> Iterator[Row]:
    for hosts in (1, 20 if run.quick else 200):
        cloud = gpu_hosts(hosts)
        run.load(cloud)
        for read in reads():
            named = replace(read, name=f"{read.name}, {hosts} hosts")
            yield run.read("hard requests", named, of_upstream=False)
