# SPDX-License-Identifier: Apache-2.0
"""Fills a database through one service, for the other to read, with something of everything that the tables can hold.

Each filling has names of its own, so that the second finds place beside the first.
"""

from collections.abc import Iterator
from typing import Any

from differential.calls import NOTHING, Call, Client
from topology import Drawn, parse, uuid_of, writes

DRAWING = """
{0}cn1      VCPU:16,allocation_ratio=4.0 MEMORY_MB:4096,reserved=512  +HW_CPU_X86_AVX  @rack1
  {0}numa0  VCPU:4,max_unit=2  CUSTOM_{0}GOLD:8,step_size=2           +HW_NUMA_ROOT
    {0}pf0  SRIOV_NET_VF:8                                            +CUSTOM_{0}RED
  {0}numa1  VCPU:4                                                    +HW_NUMA_ROOT
{0}cn2      VCPU:8 MEMORY_MB:2048 DISK_GB:100                         @rack1 @{0}rack2
{0}nfs      DISK_GB:1000,reserved=10   +MISC_SHARES_VIA_AGGREGATE     @rack1
{0}bare     +CUSTOM_{0}RED
"""


def providers(prefix: str) -> list[Drawn]:
    return parse(DRAWING.format(prefix))


def consumers(prefix: str) -> list[str]:
    names = ("oldest", "owned", "disk", "guarded", "typed", "moved", "several1", "several2", "gone")
    return [uuid_of(prefix + name) for name in names]


def fill(client: Client, prefix: str) -> None:
    """Make it all through one server, which accepts every write."""
    for method, path, body in writes(providers(prefix)):
        _send(client, Call(method, path, body=NOTHING if body is None else body))
    for call in _claims(prefix):
        _send(client, call)
    for call in _changes(client, prefix):
        _send(client, call)


def _send(client: Client, call: Call) -> None:
    answer = client.send(call)
    assert answer.ok, f"{call}\nanswered {answer}"


def _claims(prefix: str) -> Iterator[Call]:
    """Allocations as clients of every age write them."""

    def put(name: str, minor: int, body: dict[str, Any]) -> Call:
        return Call("PUT", f"/allocations/{uuid_of(prefix + name)}", minor, body=body)

    def by_list(provider: str, **resources: int) -> list[dict[str, Any]]:
        uuid = uuid_of(prefix + provider)
        return [{"resource_provider": {"uuid": uuid}, "resources": resources}]

    def by_provider(provider: str, **resources: int) -> dict[str, Any]:
        return {uuid_of(prefix + provider): {"resources": resources}}

    owner = {"project_id": f"{prefix}project", "user_id": f"{prefix}user"}
    new = owner | {"consumer_generation": None}
    yield put("oldest", 0, {"allocations": by_list("cn1", VCPU=20, MEMORY_MB=100)})
    yield put("owned", 8, {"allocations": by_list("cn2", VCPU=1), **owner})
    yield put("disk", 12, {"allocations": by_provider("nfs", DISK_GB=33), **owner})
    yield put("guarded", 28, {"allocations": by_provider("numa0", VCPU=2), **new})
    yield put("gone", 28, {"allocations": by_provider("numa0", VCPU=1), **new})
    yield Call("DELETE", f"/allocations/{uuid_of(prefix + 'gone')}", 28)
    typed = {**new, "consumer_type": f"{prefix.upper()}MIGRATION"}
    yield put("typed", 38, {"allocations": by_provider("pf0", SRIOV_NET_VF=3), **typed})
    gold = {f"CUSTOM_{prefix}GOLD": 4}
    yield put("moved", 38, {"allocations": by_provider("numa0", **gold), **typed})
    several = {
        uuid_of(prefix + "several1"): {"allocations": by_provider("cn2", DISK_GB=5), **typed},
        uuid_of(prefix + "several2"): {"allocations": by_provider("numa1", VCPU=1), **typed},
    }
    yield Call("POST", "/allocations", 38, body=several)


def _changes(client: Client, prefix: str) -> Iterator[Call]:
    """Move, shrink and delete some of what was made: above all, reshape a class and its claim."""
    numa0, cn2, bare = (uuid_of(prefix + name) for name in ("numa0", "cn2", "bare"))
    source = client.get(f"/resource_providers/{numa0}/inventories")
    target = client.get(f"/resource_providers/{bare}/inventories")
    gold = f"CUSTOM_{prefix}GOLD"
    target["inventories"][gold] = source["inventories"].pop(gold)
    claim = client.get(f"/allocations/{uuid_of(prefix + 'moved')}")
    claim["allocations"] = {bare: {"resources": {gold: 4}}}
    body = {
        "inventories": {numa0: source, bare: target},
        "allocations": {uuid_of(prefix + "moved"): claim},
    }
    yield Call("POST", "/reshaper", body=body)
    found = client.get(f"/resource_providers/{cn2}/inventories")
    found["inventories"]["DISK_GB"]["total"] = 3
    yield Call("PUT", f"/resource_providers/{cn2}/inventories", body=found)
    # A child under another root, and a name that changes.
    moved = {"name": f"{prefix}renamed", "parent_provider_uuid": cn2}
    yield Call("PUT", f"/resource_providers/{uuid_of(prefix + 'numa1')}", body=moved)
    yield Call(
        "POST",
        "/resource_providers",
        0,
        body={"name": f"{prefix}short-lived", "uuid": uuid_of(f"{prefix}short-lived")},
    )
    yield Call("DELETE", f"/resource_providers/{uuid_of(f'{prefix}short-lived')}", 0)
