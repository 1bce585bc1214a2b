# SPDX-License-Identifier: Apache-2.0
"""Plans as they are printed: of the requests that nova sends, which are those of the bench, and of others."""

import pytest
from placedock.api import asked
from placedock.candidates.plan import plan
from placedock.model.candidates import CandidatesRequest
from topology import uuid_of

from bench.real import real as real_cloud
from bench.real import tenant, zone
from bench.work import real

from .asking import group

ZONE = uuid_of("zone")
CLOUD = real_cloud(10)
IN_ZONE = f"!COMPUTE_STATUS_DISABLED in {zone(0)} in {tenant(0)}"
IN_TREE = f"!COMPUTE_STATUS_DISABLED in the tree of {CLOUD.provider(0)}"

OF_NOVA = {
    "boot": """
        root: has COMPUTE_IMAGE_TYPE_QCOW2
        a provider with VCPU:4 !COMPUTE_STATUS_DISABLED
        a provider with MEMORY_MB:8192 !COMPUTE_STATUS_DISABLED
        a provider with DISK_GB:40 !COMPUTE_STATUS_DISABLED
        no rule between them: all ways are candidates
        """,
    "boot in a zone, for a tenant": f"""
        root: has COMPUTE_IMAGE_TYPE_QCOW2
        a provider with VCPU:4 {IN_ZONE}
        a provider with MEMORY_MB:8192 {IN_ZONE}
        a provider with DISK_GB:40 {IN_ZONE}
        no rule between them: all ways are candidates
        """,
    "boot with a GPU": """
        a provider with VCPU:4
        a provider with MEMORY_MB:8192
        a provider with DISK_GB:40
        a provider with CUSTOM_PCI_10DE_20B0:1 for _GPU
        no rule between them: all ways are candidates
        """,
    "boot with bandwidth": """
        a provider with VCPU:4
        a provider with MEMORY_MB:8192
        a provider with DISK_GB:40
        a provider with NET_BW_EGR_KILOBIT_PER_SEC:1000 NET_BW_IGR_KILOBIT_PER_SEC:1000 for _NET\
 CUSTOM_PHYSNET_PHYSNET0 CUSTOM_VNIC_TYPE_NORMAL
        no rule between them: all ways are candidates
        """,
    "boot with two GPUs, isolate": """
        a provider with VCPU:4
        a provider with MEMORY_MB:8192
        a provider with DISK_GB:40
        2 providers, each with CUSTOM_PCI_10DE_20B0:1 for _A,_B
        together: no two suffixes on one provider
        together: CUSTOM_PCI_10DE_20B0 adds up to 2
        """,
    "evacuate to a named host": f"""
        root: has COMPUTE_IMAGE_TYPE_QCOW2
        a provider with VCPU:4 {IN_TREE}
        a provider with MEMORY_MB:8192 {IN_TREE}
        a provider with DISK_GB:40 {IN_TREE}
        no rule between them: all ways are candidates
        """,
    "nobody has so much memory": """
        a provider with VCPU:4
        a provider with MEMORY_MB:600000
        a provider with DISK_GB:40
        no rule between them: all ways are candidates
        """,
    "nobody has a GPU with this trait": """
        a provider with VCPU:4
        a provider with MEMORY_MB:8192
        a provider with DISK_GB:40
        a provider with CUSTOM_PCI_10DE_20B0:1 for _GPU CUSTOM_GPU_THAT_NOBODY_HAS
        no rule between them: all ways are candidates
        """,
}
QUERIES = {read.name: read.path.partition("?")[2] for read in real.candidates(CLOUD)}

OTHERS = {
    "a kind of host, without a trait at the root": (
        CandidatesRequest(
            (group("VCPU:4", required="A|B C"),), root_forbidden=frozenset(["CUSTOM_RETIRED"])
        ),
        """
        root: without CUSTOM_RETIRED
        a provider with VCPU:4
        together: those without a suffix have A|B C
        no rule between them: all ways are candidates
        """,
    ),
    "NUMA with a device": (
        CandidatesRequest(
            (group("VCPU:4", "_N"), group("FPGA:1", "_F"), group("", "_R", required="NUMA")),
            same_subtree=(frozenset(["_N", "_F", "_R"]),),
        ),
        """
        a provider with VCPU:4 for _N
        a provider with FPGA:1 for _F
        a provider with nothing for _R NUMA
        together: _F,_N,_R in one subtree
        """,
    ),
    "a client that knows nothing of trees": (
        CandidatesRequest((group("VCPU:4", member_of="!zone"),), nested=False),
        f"""
        a provider with VCPU:4 not in {ZONE}
        together: at most one provider of a tree
        """,
    ),
}


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def test_each_request_of_the_bench_has_its_plan_here() -> None:
    assert list(OF_NOVA) == list(QUERIES)


@pytest.mark.parametrize(("name", "lines"), OF_NOVA.items(), ids=OF_NOVA)
def test_the_plan_of_what_nova_sends_can_be_printed(name: str, lines: str) -> None:
    request = asked.candidates(QUERIES[name], None)
    assert str(plan(request)).splitlines() == lines_of(lines)


@pytest.mark.parametrize(("request_", "lines"), OTHERS.values(), ids=OTHERS)
def test_a_plan_can_be_printed(request_: CandidatesRequest, lines: str) -> None:
    assert str(plan(request_)).splitlines() == lines_of(lines)
