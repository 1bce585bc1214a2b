# SPDX-License-Identifier: Apache-2.0
"""The data that upstream's files expect to find. stage.py makes it through the API.

A file says by the name of a fixture what must be there before its first request, and interpolates
uuids as $ENVIRON['NAME']. A `Scene` is what such a name stands for.
"""

from collections.abc import Mapping
from typing import NamedTuple

# Variables that every file may interpolate: uuids of nothing yet, and names.
FRESH_UUIDS = [
    "RP_UUID",
    "RP_NAME",
    "RP_UUID1",
    "RP_NAME1",
    "RP_UUID2",
    "RP_NAME2",
    "ALT_RP_UUID",
    "ALT_RP_NAME",
    "PARENT_PROVIDER_UUID",
    "ALT_PARENT_PROVIDER_UUID",
    "PROJECT_ID",
    "PROJECT_ID_ALT",
    "ADMIN_PROJECT_ID",
    "SERVICE_PROJECT_ID",
    "USER_ID",
    "USER_ID_ALT",
    "ALT_USER_ID",
    "INSTANCE_UUID",
    "MIGRATION_UUID",
    "CONSUMER_UUID",
    "CONSUMER_0",
    "CONSUMER_ID",
    "ALT_CONSUMER_ID",
    "AGG_UUID",
    "AGGA_UUID",
    "AGGB_UUID",
    "AGGC_UUID",
    "AGGA",
    "AGGB",
    "AGGC",
]
NAMES = {
    "CUSTOM_RES_CLASS": "CUSTOM_IRON_NFV",
    "CUSTOM_RES_CLASS1": "CUSTOM_IRON_NFV1",
    "CUSTOM_RES_CLASS2": "CUSTOM_IRON_NFV2",
}


class Claim(NamedTuple):
    """The resources that a consumer has claimed. The consumer and the user are variables; a new consumer has none."""

    provider: str
    resources: Mapping[str, int]
    user: str = "USER_ID"
    consumer: str | None = None


class Scene(NamedTuple):
    """Trees, the claims on them, and how a provider's name becomes the variable with its uuid."""

    drawing: str = ""
    exported_as: str = "{upper}_UUID"
    claims: tuple[Claim, ...] = ()
    names: Mapping[str, str] = {}


NOTHING = Scene()

ALLOCATIONS = Scene(
    """
    RP  DISK_GB:2048(step_size=10,min_unit=10,max_unit=1000)  VCPU:10
    """,
    names={"RP_NAME": "RP"},
    claims=(
        Claim("RP", {"DISK_GB": 1000}, consumer="CONSUMER_0"),
        Claim("RP", {"VCPU": 6}, consumer="CONSUMER_ID"),
        Claim("RP", {"DISK_GB": 20, "VCPU": 1}, user="ALT_USER_ID", consumer="ALT_CONSUMER_ID"),
    ),
)

SHARED_STORAGE = Scene(
    """
    ss   @AGG_UUID  MISC_SHARES_VIA_AGGREGATE  DISK_GB:2000(reserved=100)
    ss2  @AGG_UUID  MISC_SHARES_VIA_AGGREGATE  DISK_GB:2000(reserved=100)

    cn1  @AGG_UUID  HW_CPU_X86_SSE  HW_CPU_X86_SSE2  \
         VCPU:24(allocation_ratio=16.0)  MEMORY_MB:131072(allocation_ratio=1.5)
      numa1_1
        pf1_1  SRIOV_NET_VF:8
      numa1_2
        pf1_2  SRIOV_NET_VF:8

    cn2  @AGG_UUID  DISK_GB:2000(reserved=100)  \
         VCPU:24(allocation_ratio=16.0)  MEMORY_MB:131072(allocation_ratio=1.5)
      numa2_1
        pf2_1  SRIOV_NET_VF:8
      numa2_2
        pf2_2  SRIOV_NET_VF:8
    """
)

NUMA_AND_AGGREGATES = Scene(
    """
    ss1  @AGGA_UUID  MISC_SHARES_VIA_AGGREGATE  DISK_GB:2000(reserved=100)
    ss2  @AGGC_UUID  MISC_SHARES_VIA_AGGREGATE  DISK_GB:2000(reserved=100)

    cn1  @AGGA_UUID
      numa1_1  @AGGC_UUID  VCPU:24(allocation_ratio=16.0)
      numa1_2              VCPU:24(allocation_ratio=16.0)

    cn2  @AGGA_UUID  @AGGB_UUID
      numa2_1  VCPU:24(allocation_ratio=16.0)
      numa2_2  VCPU:24(allocation_ratio=16.0)
    """
)

SHARED_DISK = """
    ss1  @AGGA_UUID  MISC_SHARES_VIA_AGGREGATE  DISK_GB:2000
"""
HOST_WITH_NUMA_AND_AGENTS = """
    cn1  @AGGA_UUID  COMPUTE_VOLUME_MULTI_ATTACH
      numa0  HW_NUMA_ROOT  VCPU:4  MEMORY_MB:2048(min_unit=512,step_size=256)
        fpga0  FPGA:1
        pgpu0  VGPU:8
      numa1  HW_NUMA_ROOT  CUSTOM_FOO  VCPU:4  MEMORY_MB:2048(min_unit=256,max_unit=1024)
        fpga1_0  FPGA:1
        fpga1_1  FPGA:1
      sriov_agent  CUSTOM_VNIC_TYPE_DIRECT
        esn1  CUSTOM_PHYSNET1  NET_BW_EGR_KILOBIT_PER_SEC:10000
        esn2  CUSTOM_PHYSNET2  NET_BW_EGR_KILOBIT_PER_SEC:20000
      ovs_agent  CUSTOM_VNIC_TYPE_NORMAL
        br_int  CUSTOM_PHYSNET0  NET_BW_EGR_KILOBIT_PER_SEC:1000
"""
HOST_WITH_NETWORK_CARDS = """
    cn2  @AGGA_UUID  CUSTOM_FOO  VCPU:8  MEMORY_MB:2048(min_unit=1024,step_size=128)  DISK_GB:1000
      nic1  CUSTOM_HW_NIC_ROOT
        pf1_1  CUSTOM_PHYSNET1  CUSTOM_VF:4
        pf1_2  CUSTOM_PHYSNET2  CUSTOM_VF:4
      nic2  CUSTOM_HW_NIC_ROOT
        pf2_1  CUSTOM_PHYSNET1  CUSTOM_VF:2
        pf2_2  CUSTOM_PHYSNET2  CUSTOM_VF:2
        pf2_3  CUSTOM_PHYSNET1  CUSTOM_VF:2
        pf2_4  CUSTOM_PHYSNET2  CUSTOM_VF:2
      nic3  CUSTOM_HW_NIC_ROOT
        pf3_1  CUSTOM_PHYSNET1  CUSTOM_VF:8
"""
NUMA_CLAIMS = (Claim("numa0", {"VCPU": 2}), Claim("cn2", {"VCPU": 3}))


def _deeper(drawing: str, levels: int) -> str:
    return "".join(f"{'  ' * levels}{line}\n" for line in drawing.splitlines())


NUMA_AND_NETWORK = Scene(
    SHARED_DISK + HOST_WITH_NUMA_AND_AGENTS + HOST_WITH_NETWORK_CARDS, claims=NUMA_CLAIMS
)
# The same two hosts, each under a parent of its own, in one tree.
NUMA_AND_NETWORK_DEEP = Scene(
    f"""
{SHARED_DISK}
    gp1
      p1
{_deeper(HOST_WITH_NUMA_AND_AGENTS, 2)}
      p2
{_deeper(HOST_WITH_NETWORK_CARDS, 2)}
    """,
    claims=NUMA_CLAIMS,
)

THREE_EQUAL_HOSTS = Scene(
    """
    cn1  VCPU:24  MEMORY_MB:131072  DISK_GB:2000
    cn2  VCPU:24  MEMORY_MB:131072  DISK_GB:2000
    cn3  VCPU:24  MEMORY_MB:131072  DISK_GB:2000
    """
)

GRANULAR = Scene(
    """
    cn_left    @AGGA  VCPU:8  MEMORY_MB:4096  DISK_GB:500  VGPU:8  SRIOV_NET_VF:8  \
      CUSTOM_NET_MBPS:4000  HW_CPU_X86_AVX  HW_CPU_X86_AVX2  HW_GPU_API_DXVA  HW_NIC_DCB_PFC  \
      CUSTOM_FOO
    cn_middle  @AGGA  @AGGB  VCPU:8  MEMORY_MB:4096  SRIOV_NET_VF:8  CUSTOM_NET_MBPS:4000  \
      HW_CPU_X86_AVX  HW_CPU_X86_AVX2  HW_CPU_X86_SSE  HW_NIC_ACCEL_TLS
    cn_right   @AGGB  @AGGC  VCPU:8  MEMORY_MB:4096  DISK_GB:500  VGPU:8(max_unit=2)  \
      HW_CPU_X86_MMX  HW_GPU_API_DXVA  CUSTOM_DISK_SSD
    shr_disk_1  @AGGA         MISC_SHARES_VIA_AGGREGATE  CUSTOM_DISK_SSD  DISK_GB:1000
    shr_disk_2  @AGGA  @AGGB  MISC_SHARES_VIA_AGGREGATE  DISK_GB:1000
    shr_net     @AGGC         MISC_SHARES_VIA_AGGREGATE  SRIOV_NET_VF:16  CUSTOM_NET_MBPS:40000
    """,
    exported_as="{upper}",
)


class Uplink(NamedTuple):
    """The way from a host to a physical network: a bridge of its virtual switch and a network card."""

    bridge: str
    card: str
    network: str


def _neutron_host(host: str, bridge_rate: int, card_rate: int, *uplinks: Uplink) -> str:
    """A host as Neutron describes it for guaranteed bandwidth; rates are kilobits per second."""
    direct = "CUSTOM_VNIC_TYPE_DIRECT CUSTOM_VNIC_TYPE_DIRECT_PHYSICAL CUSTOM_VNIC_TYPE_MACVTAP"

    def bandwidth(rate: int) -> str:
        return f"NET_BW_EGR_KILOBIT_PER_SEC:{rate} NET_BW_IGR_KILOBIT_PER_SEC:{rate}"

    lines = [
        f"{host} VCPU:8 MEMORY_MB:4096 DISK_GB:500",
        f"  {host}:ovs_agent NET_PACKET_RATE_KILOPACKET_PER_SEC:1000 CUSTOM_VNIC_TYPE_NORMAL",
        *(
            f"    {host}:{bridge} CUSTOM_VNIC_TYPE_NORMAL {network} {bandwidth(bridge_rate)}"
            for bridge, _, network in uplinks
        ),
        f"  {host}:sriov_agent {direct}",
        *(
            f"    {host}:{card} {direct} {network} {bandwidth(card_rate)}"
            for _, card, network in uplinks
        ),
    ]
    return "\n".join(lines) + "\n"


SEGMENT_1, SEGMENT_2 = "CUSTOM_PHYSNET_MSN_S1", "CUSTOM_PHYSNET_MSN_S2"
# A network of two segments, and hosts that reach neither, the one, the other, and slowly both.
MULTI_SEGMENT_NETWORK = Scene(
    _neutron_host("compute0", 5000, 10000, Uplink("br_ex", "pf0", "CUSTOM_PHYSNET_OTHER"))
    + _neutron_host("compute1", 5000, 10000, Uplink("br_ex", "pf0", SEGMENT_1))
    + _neutron_host("compute2", 5000, 10000, Uplink("br_ex", "pf0", SEGMENT_2))
    + _neutron_host(
        "compute3",
        1000,
        1000,
        Uplink("br_ex", "pf0", SEGMENT_1),
        Uplink("br_ex2", "pf1", SEGMENT_2),
    ),
    exported_as="{name}",
)

FIXTURES = {
    "APIFixture": NOTHING,
    "AllocationFixture": ALLOCATIONS,
    "CORSFixture": NOTHING,
    "DeepNUMANetworkFixture": NUMA_AND_NETWORK_DEEP,
    "GranularFixture": GRANULAR,
    "LegacyRBACPolicyFixture": NOTHING,
    "NUMAAggregateFixture": NUMA_AND_AGGREGATES,
    "NUMANetworkFixture": NUMA_AND_NETWORK,
    "NeutronQoSMultiSegmentFixture": MULTI_SEGMENT_NETWORK,
    "NonSharedStorageFixture": THREE_EQUAL_HOSTS,
    "OpenPolicyFixture": NOTHING,
    "SecureRBACPolicyFixture": NOTHING,
    "SharedStorageFixture": SHARED_STORAGE,
}
