# SPDX-License-Identifier: Apache-2.0
"""A cloud as nova, neutron and nova's PCI tracker make it, and its parts that requests name.

Ten compute nodes repeat. Each has the traits that nova's libvirt driver reports, is in three aggregates (an availability
zone, a tenant's hosts, a rack) and runs twelve instances. The first of the ten has four GPUs, which the PCI tracker reports as
a child each, and an agent of neutron with two bridges that have bandwidth:

    compute                 VCPU MEMORY_MB DISK_GB                    70 traits
      0000:81:00.0 … .3     CUSTOM_PCI_10DE_20B0:1                    COMPUTE_MANAGED_PCI_DEVICE
      Open vSwitch agent    (none)                                    CUSTOM_VNIC_TYPE_NORMAL
        br-physnet0         NET_BW_EGR_… NET_BW_IGR_KILOBIT_PER_SEC   CUSTOM_PHYSNET_PHYSNET0 CUSTOM_VNIC_TYPE_NORMAL
        br-physnet1         the same                                  CUSTOM_PHYSNET_PHYSNET1 CUSTOM_VNIC_TYPE_NORMAL
"""

from .clouds import Cloud, Inventory, Provider, uuid_of

INSTANCES = 12
ZONES, TENANTS, RACKS = 4, 3, 25

GPU = "CUSTOM_PCI_10DE_20B0"
PHYSNETS = "CUSTOM_PHYSNET_PHYSNET0", "CUSTOM_PHYSNET_PHYSNET1"
VNIC = "CUSTOM_VNIC_TYPE_NORMAL"
UNHEARD_OF = "CUSTOM_GPU_THAT_NOBODY_HAS"
EGRESS, INGRESS = "NET_BW_EGR_KILOBIT_PER_SEC", "NET_BW_IGR_KILOBIT_PER_SEC"

LIBVIRT = """
ACCELERATORS ADDRESS_SPACE_EMULATED ADDRESS_SPACE_PASSTHROUGH DEVICE_TAGGING FIRMWARE_BIOS FIRMWARE_UEFI
GRAPHICS_MODEL_BOCHS GRAPHICS_MODEL_CIRRUS GRAPHICS_MODEL_NONE GRAPHICS_MODEL_VGA GRAPHICS_MODEL_VIRTIO
IMAGE_TYPE_AKI IMAGE_TYPE_AMI IMAGE_TYPE_ARI IMAGE_TYPE_ISO IMAGE_TYPE_QCOW2 IMAGE_TYPE_RAW
MANAGED_PCI_DEVICE NET_ATTACH_INTERFACE NET_ATTACH_INTERFACE_WITH_TAG NET_VIF_MODEL_E1000 NET_VIF_MODEL_E1000E
NET_VIF_MODEL_IGB NET_VIF_MODEL_PCNET NET_VIF_MODEL_RTL8139 NET_VIF_MODEL_VIRTIO NET_VIRTIO_PACKED NODE
REMOTE_MANAGED_PORTS RESCUE_BFV SECURITY_STATELESS_FIRMWARE SECURITY_UEFI_SECURE_BOOT SOCKET_PCI_NUMA_AFFINITY
SOUND_MODEL_AC97 SOUND_MODEL_ES1370 SOUND_MODEL_ICH6 SOUND_MODEL_ICH9 SOUND_MODEL_PCSPK SOUND_MODEL_SB16
SOUND_MODEL_USB SOUND_MODEL_VIRTIO STORAGE_BUS_FDC STORAGE_BUS_SATA STORAGE_BUS_SCSI STORAGE_BUS_USB
STORAGE_BUS_VIRTIO STORAGE_VIRTIO_FS TRUSTED_CERTS VIOMMU_MODEL_AUTO VIOMMU_MODEL_INTEL VIOMMU_MODEL_VIRTIO
VOLUME_ATTACH VOLUME_ATTACH_WITH_TAG VOLUME_EXTEND VOLUME_MULTI_ATTACH
"""
X86 = "ABM AESNI AVX AVX2 BMI BMI2 CLMUL F16C FMA3 MMX SSE SSE2 SSE3 SSE41 SSE42 SSSE3"
# What differs between the generations of hosts that a cloud has bought.
GENERATIONS = (
    ["HW_CPU_X86_VMX"],
    ["HW_CPU_X86_VMX", "HW_CPU_X86_AVX512F"],
    ["HW_CPU_X86_VMX", "HW_CPU_X86_AVX512F", "HW_CPU_X86_AVX512BW"],
    ["HW_CPU_X86_SVM"],
    ["HW_CPU_X86_SVM", "HW_CPU_X86_SHA"],
)


def real(nodes: int) -> Cloud:
    """Compute nodes of this number, with 1.7 times as many providers."""
    return Cloud(
        "real",
        _PATTERN,
        nodes // sum(each.parent is None for each in _PATTERN),
        aggregates=(ZONES, TENANTS, RACKS),
        instances=INSTANCES,
        unused_traits=(UNHEARD_OF,),
    )


def zone(number: int) -> str:
    """An aggregate that a quarter of the nodes are in."""
    return uuid_of("aggregate", 1 + number)


def tenant(number: int) -> str:
    """An aggregate that a third of the nodes are in."""
    return uuid_of("aggregate", 1 + ZONES + number)


def _node(root: int, number: int) -> Provider:
    traits = [f"COMPUTE_{name}" for name in LIBVIRT.split()] + [
        f"HW_CPU_X86_{name}" for name in X86.split()
    ]
    return Provider(
        root,
        inventories={
            "VCPU": Inventory(128, used=2, allocation_ratio=4.0),
            "MEMORY_MB": Inventory(524288, used=8192, reserved=8192),
            "DISK_GB": Inventory(4000, used=40),
        },
        traits=(*traits, *GENERATIONS[number % len(GENERATIONS)]),
    )


def _bridge(agent: int, physnet: str) -> Provider:
    bandwidth = Inventory(25_000_000, used=100_000, holders=3)
    return Provider(0, agent, {EGRESS: bandwidth, INGRESS: bandwidth}, (physnet, VNIC))


def _pattern() -> tuple[Provider, ...]:
    gpu = Provider(0, 0, {GPU: Inventory(1, max_unit=1)}, ("COMPUTE_MANAGED_PCI_DEVICE",))
    first = [_node(0, 0), *[gpu] * 4, Provider(0, 0, None, (VNIC,))]
    bridges = [_bridge(len(first) - 1, physnet) for physnet in PHYSNETS]
    place = len(first) + len(bridges)
    others = [_node(place + number, number + 1) for number in range(9)]
    return *first, *bridges, *others


_PATTERN = _pattern()
