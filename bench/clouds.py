# SPDX-License-Identifier: Apache-2.0
"""The clouds of the bench, each a pattern of trees that repeats, and what is known of each provider beforehand.

A cloud of any size repeats its pattern, which is drawn below. Ids, uuids and names follow from a provider's place in the
pattern and from the number of the repetition, so the bench can write a request without asking the service for them.
"""

import hashlib
import uuid
from dataclasses import dataclass

LARGEST = 2**31 - 1
PROJECTS = 20
"""The number of projects. Each instance belongs to one of them, and to the user with the same number; numbers start at 1."""


@dataclass(frozen=True)
class Inventory:
    """A provider's inventory of one class, and how much each instance of its tree uses of it.

    `holders`: how many of the instances use it; None for all of them.
    """

    total: int
    used: int = 0
    holders: int | None = None
    reserved: int = 0
    min_unit: int = 1
    max_unit: int = LARGEST
    step_size: int = 1
    allocation_ratio: float = 1.0


@dataclass(frozen=True)
class Provider:
    """A provider of the pattern. `parent` and `root` are places in the pattern, counted from 0."""

    root: int
    parent: int | None = None
    inventories: dict[str, Inventory] | None = None
    traits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cloud:
    """A pattern, the number of its repetitions, and how many instances each root has.

    `aggregates`: each root is in one aggregate of each kind, and the number says how many of that kind there are.
    """

    name: str
    pattern: tuple[Provider, ...]
    repetitions: int
    aggregates: tuple[int, ...] = ()
    instances: int = 1
    unused_traits: tuple[str, ...] = ()
    """Custom traits that no provider has."""

    @property
    def width(self) -> int:
        return len(self.pattern)

    @property
    def providers(self) -> int:
        return self.repetitions * self.width

    @property
    def trees(self) -> int:
        return self.repetitions * sum(provider.parent is None for provider in self.pattern)

    @property
    def custom_traits(self) -> list[str]:
        """The traits that are not in os-traits."""
        held = {trait for provider in self.pattern for trait in provider.traits}
        return sorted(name for name in held.union(self.unused_traits) if _is_custom(name))

    @property
    def custom_classes(self) -> list[str]:
        names = {name for provider in self.pattern for name in provider.inventories or {}}
        return sorted(filter(_is_custom, names))

    @property
    def kind(self) -> str:
        """The text from which the uuids of this cloud's providers are made.

        Each cloud has uuids of its own: it takes the place of another in the same tables, with the same ids and generations,
        and a service may keep what it read of a provider for a while.
        """
        return f"{self.name} provider"

    def provider(self, repetition: int, place: int = 0) -> str:
        """A provider's uuid."""
        return uuid_of(self.kind, repetition * self.width + place + 1)

    def consumer(self, repetition: int, place: int = 0) -> str:
        """The uuid of the first instance of a root."""
        root = repetition * self.width + place
        return uuid_of("consumer", root * self.instances + 1)


def _is_custom(name: str) -> bool:
    return name.startswith("CUSTOM_")


def uuid_of(kind: str, number: int) -> str:
    """The uuid that MySQL makes for the loader: half of a hash, so that neither service gains from the order of uuids."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"{kind} {number}".encode()).digest()[:16]))


def _host(place: int) -> Provider:
    """A host with three classes and an instance. Hosts at even places have more memory, the other hosts have more disk."""
    memory, disk = (262144, 2000) if place % 2 == 0 else (131072, 8000)
    traits = ["COMPUTE_STATUS_DISABLED"] if place == 9 else []
    if place < 5:
        traits.append("HW_CPU_X86_AVX2")
    return Provider(
        root=place,
        inventories={
            "VCPU": Inventory(64, used=4, allocation_ratio=16.0),
            "MEMORY_MB": Inventory(memory, used=8192, reserved=512),
            "DISK_GB": Inventory(disk, used=80),
        },
        traits=tuple(traits),
    )


HOSTS = tuple(_host(place) for place in range(10))

# The nested perfload job of upstream's gate makes this tree: a host, two NUMA nodes, and two devices below each node.
#
#     host            DISK_GB:20480           COMPUTE_VOLUME_MULTI_ATTACH
#       numa          VCPU:4 MEMORY_MB:2048   HW_NUMA_ROOT
#         fpga        FPGA:1
#         pgpu        VGPU:8
#       numa          VCPU:4 MEMORY_MB:2048   HW_NUMA_ROOT CUSTOM_FOO
#         fpga        FPGA:1
#         fpga        FPGA:1
SEVEN = (
    Provider(0, None, {"DISK_GB": Inventory(20480)}, ("COMPUTE_VOLUME_MULTI_ATTACH",)),
    Provider(
        0,
        0,
        {
            "VCPU": Inventory(4, reserved=2),
            "MEMORY_MB": Inventory(2048, min_unit=512, step_size=256),
        },
        ("HW_NUMA_ROOT",),
    ),
    Provider(0, 1, {"FPGA": Inventory(1)}),
    Provider(0, 1, {"VGPU": Inventory(8)}),
    Provider(
        0,
        0,
        {"VCPU": Inventory(4), "MEMORY_MB": Inventory(2048, min_unit=256, max_unit=1024)},
        ("HW_NUMA_ROOT", "CUSTOM_FOO"),
    ),
    Provider(0, 4, {"FPGA": Inventory(1)}),
    Provider(0, 4, {"FPGA": Inventory(1)}),
)


def flat(hosts: int) -> Cloud:
    """Hosts without children, in twenty aggregates."""
    return Cloud("flat", HOSTS, hosts // len(HOSTS), aggregates=(20,))


def nested(trees: int) -> Cloud:
    """Trees of seven providers."""
    return Cloud("nested", SEVEN, trees)
