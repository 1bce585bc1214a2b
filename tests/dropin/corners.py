# SPDX-License-Identifier: Apache-2.0
"""Everything that can be asked of what `filling` made, at versions of every age."""

from collections.abc import Iterable, Iterator

from differential import comparison
from differential.calls import Answer, Call, Client
from topology import uuid_of

from . import filling

MINORS = (0, 14, 28, 39)
PARTS = ("", "/inventories", "/usages", "/aggregates", "/traits", "/allocations")
CANDIDATES = (
    "resources=VCPU:1",
    "resources=VCPU:1,DISK_GB:10",
    "resources=VCPU:1&required=HW_CPU_X86_AVX",
    "resources=VCPU:2&member_of={rack}",
    "resources=DISK_GB:10&required=!MISC_SHARES_VIA_AGGREGATE",
    "resources1=VCPU:1&resources2=VCPU:1&group_policy=isolate",
    "resources_A=VCPU:1&resources_B=SRIOV_NET_VF:1&same_subtree=_A,_B",
    "resources=VCPU:1&root_required=!HW_CPU_X86_AVX",
    "resources=VCPU:1&required=in:HW_NUMA_ROOT,HW_CPU_X86_AVX",
)


def read(client: Client, prefixes: list[str], minors: Iterable[int] = MINORS) -> dict[Call, Answer]:
    """Everything that can be asked, and the answers."""
    return {call: client.send(call) for minor in minors for call in _gets(minor, prefixes)}


def different(before: dict[Call, Answer], after: dict[Call, Answer]) -> list[str]:
    """In what two readings differ, in words."""
    assert before.keys() == after.keys()
    assert sum(answer.ok for answer in before.values()) > len(before) / 2
    found = {call: comparison.findings(call, before[call], after[call]) for call in before}
    return [f"{call}: {findings}" for call, findings in found.items() if findings]


def _gets(minor: int, prefixes: list[str]) -> Iterator[Call]:
    def get(path: str, query: str = "") -> Call:
        return Call("GET", f"{path}?{query}" if query else path, minor)

    yield from (get(path) for path in ("/", "/resource_classes", "/traits", "/resource_providers"))
    yield get("/resource_providers", "resources=VCPU:1")
    yield get("/resource_providers", f"member_of={uuid_of('rack1')}")
    yield get("/resource_providers", "required=HW_NUMA_ROOT")
    for query in CANDIDATES:
        yield get("/allocation_candidates", query.format(rack=uuid_of("rack1")))
    for prefix in prefixes:
        yield get("/resource_providers", f"in_tree={uuid_of(prefix + 'cn2')}")
        yield get("/resource_providers", f"name={prefix}renamed")
        yield get("/usages", f"project_id={prefix}project")
        yield get("/usages", f"project_id={prefix}project&user_id={prefix}user")
        yield get("/usages", f"project_id={prefix}project&consumer_type={prefix}MIGRATION")
        yield get(f"/resource_classes/CUSTOM_{prefix}GOLD")
        yield get(f"/traits/CUSTOM_{prefix}RED")
        for provider in filling.providers(prefix):
            path = f"/resource_providers/{provider.uuid}"
            yield from (get(path + part) for part in PARTS)
            yield from (get(f"{path}/inventories/{name}") for name in provider.inventories)
        yield from (get(f"/allocations/{consumer}") for consumer in filling.consumers(prefix))
    yield get("/usages", "project_id=00000000-0000-0000-0000-000000000000")
