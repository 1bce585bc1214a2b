# SPDX-License-Identifier: Apache-2.0
"""Every command of osc-placement does its job against the default stack."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from .clients import COMMANDS, CommandLine
from .compose import Failed, Stack

PROJECT, USER = str(uuid.uuid4()), str(uuid.uuid4())


@pytest.fixture
def openstack(mysql_keystone: Stack) -> CommandLine:
    """At the newest microversion that osc-placement knows."""
    return CommandLine(mysql_keystone, "1.39")


@pytest.fixture
def provider(openstack: CommandLine) -> Callable[..., str]:
    """Makes a provider, and gives its uuid."""

    def make(*options: str) -> str:
        name = f"provider-{uuid.uuid4()}"
        found: str = openstack.json("resource", "provider", "create", name, *options)["uuid"]
        return found

    return make


def amounts(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["resource_class"]: row["usage" if "usage" in row else "total"] for row in rows}


def test_providers(openstack: CommandLine, provider: Callable[..., str]) -> None:
    name, chosen = f"host-{uuid.uuid4()}", str(uuid.uuid4())
    parent = provider()
    commands = openstack.json
    made = commands("resource", "provider", "create", name, f"--uuid={chosen}")
    assert made == {
        "uuid": chosen,
        "name": name,
        "generation": 0,
        "root_provider_uuid": chosen,
        "parent_provider_uuid": None,
    }
    assert commands("resource", "provider", "list", f"--name={name}") == [made]
    renamed = commands(
        *("resource", "provider", "set", chosen, f"--name={name}-b"),
        f"--parent-provider={parent}",
    )
    assert (renamed["name"], renamed["root_provider_uuid"]) == (f"{name}-b", parent)
    shown = commands("resource", "provider", "show", chosen, "--allocations")
    assert shown == {**renamed, "allocations": {}}
    with pytest.raises(Failed, match="HTTP 409"):
        openstack("resource", "provider", "delete", parent)
    openstack("resource", "provider", "delete", chosen)
    assert commands("resource", "provider", "list", f"--in-tree={parent}")[0]["uuid"] == parent
    with pytest.raises(Failed, match="No resource provider with uuid"):
        openstack("resource", "provider", "show", chosen)
    openstack("resource", "provider", "delete", parent)


def test_inventories(openstack: CommandLine, provider: Callable[..., str]) -> None:
    one, of = provider(), ("resource", "provider", "inventory")
    set_ = openstack.json(
        *(*of, "set", one, "--resource=VCPU=16", "--resource=VCPU:allocation_ratio=4.0"),
        *("--resource=MEMORY_MB=1024", "--resource=DISK_GB=100"),
    )
    assert amounts(set_) == {"VCPU": 16, "MEMORY_MB": 1024, "DISK_GB": 100}
    amended = openstack.json(*of, "set", one, "--amend", "--resource=VCPU:reserved=2")
    assert {row["resource_class"]: row["reserved"] for row in amended}["VCPU"] == 2
    dry = openstack.json(*of, "set", one, "--dry-run", "--resource=VCPU=1")
    assert amounts(dry) == {"VCPU": 1}
    openstack(*of, "class", "set", one, "MEMORY_MB", "--total=2048", "--reserved=24")
    shown = openstack.json(*of, "show", one, "MEMORY_MB")
    assert (shown["total"], shown["reserved"]) == (2048, 24)
    openstack(*of, "delete", one, "--resource-class=DISK_GB")
    assert amounts(openstack.json(*of, "list", one)) == {"VCPU": 16, "MEMORY_MB": 2048}
    openstack(*of, "delete", one)
    assert openstack.json(*of, "list", one) == []
    with pytest.raises(Failed, match="HTTP 404"):
        openstack(*of, "show", one, "VCPU")


def test_traits(openstack: CommandLine, provider: Callable[..., str]) -> None:
    one, trait = provider(), f"CUSTOM_{uuid.uuid4().hex.upper()}"
    openstack("trait", "create", trait)
    assert openstack.json("trait", "show", trait) == {"name": trait}
    openstack(
        "resource", "provider", "trait", "set", one, f"--trait={trait}", "--trait=HW_CPU_X86_VMX"
    )
    of_provider = openstack.json("resource", "provider", "trait", "list", one)
    assert {row["name"] for row in of_provider} == {trait, "HW_CPU_X86_VMX"}
    associated = openstack.json(
        "trait", "list", "--associated", f"--name=in:{trait},HW_CPU_X86_AVX"
    )
    assert associated == [{"name": trait}]
    found = openstack.json("resource", "provider", "list", f"--required={trait}")
    assert [row["uuid"] for row in found] == [one]
    assert (
        openstack.json(
            *("resource", "provider", "list", f"--required={trait}", "--forbidden=HW_CPU_X86_VMX")
        )
        == []
    )
    with pytest.raises(Failed, match="HTTP 409"):
        openstack("trait", "delete", trait)
    openstack("resource", "provider", "trait", "delete", one)
    openstack("trait", "delete", trait)
    with pytest.raises(Failed, match="HTTP 404"):
        openstack("trait", "show", trait)


def test_resource_classes(openstack: CommandLine) -> None:
    name = f"CUSTOM_{uuid.uuid4().hex.upper()}"
    openstack("resource", "class", "create", name)
    assert openstack.json("resource", "class", "show", name) == {"name": name}
    openstack("resource", "class", "set", f"{name}_TOO")
    names = {row["name"] for row in openstack.json("resource", "class", "list")}
    assert {name, f"{name}_TOO", "VCPU"} <= names
    openstack("resource", "class", "delete", name)
    with pytest.raises(Failed, match="HTTP 404"):
        openstack("resource", "class", "show", name)
    with pytest.raises(Failed, match="HTTP 400"):
        openstack("resource", "class", "create", "LACKS_THE_PREFIX")


def test_aggregates(openstack: CommandLine, provider: Callable[..., str]) -> None:
    one, aggregate = provider(), str(uuid.uuid4())
    openstack(
        *("resource", "provider", "aggregate", "set", one),
        *(f"--aggregate={aggregate}", "--generation=0"),
    )
    assert openstack.json("resource", "provider", "aggregate", "list", one) == [{"uuid": aggregate}]
    found = openstack.json("resource", "provider", "list", f"--member-of={aggregate}")
    assert [row["uuid"] for row in found] == [one]
    with pytest.raises(Failed, match=r"generation already changed.*HTTP 409"):
        openstack("resource", "provider", "aggregate", "set", one, "--generation=0")


def test_candidates_allocations_and_usages(
    mysql_keystone: Stack, openstack: CommandLine, provider: Callable[..., str]
) -> None:
    one, trait, consumer = provider(), f"CUSTOM_{uuid.uuid4().hex.upper()}", str(uuid.uuid4())
    openstack("trait", "create", trait)
    openstack("resource", "provider", "trait", "set", one, f"--trait={trait}")
    openstack(
        *("resource", "provider", "inventory", "set", one),
        *("--resource=VCPU=8", "--resource=MEMORY_MB=1024"),
    )

    wanted = ("--resource=VCPU=2", "--resource=MEMORY_MB=512", f"--required={trait}", "--limit=5")
    (candidate,) = openstack.json("allocation", "candidate", "list", *wanted)
    assert candidate["resource provider"] == one
    assert set(candidate["allocation"].split(",")) == {"VCPU=2", "MEMORY_MB=512"}
    capacity = candidate["inventory used/capacity"].split(",")
    assert set(capacity) == {"VCPU=0/8", "MEMORY_MB=0/1024"}
    granular = openstack.json(
        *("allocation", "candidate", "list", "--group=1", "--resource=VCPU=2"),
        *(f"--required={trait}", "--group=2", "--resource=MEMORY_MB=512", f"--required={trait}"),
        "--group-policy=isolate",
    )
    assert granular == []

    allocation = ("resource", "provider", "allocation")
    who = (f"--project-id={PROJECT}", f"--user-id={USER}", "--consumer-type=INSTANCE")
    amount = (f"--allocation=rp={one},VCPU=2", f"--allocation=rp={one},MEMORY_MB=512")
    (row,) = openstack.json(*allocation, "set", consumer, *amount, *who)
    held = {
        "resource_provider": one,
        "generation": row["generation"],
        "resources": {"VCPU": 2, "MEMORY_MB": 512},
        "project_id": PROJECT,
        "user_id": USER,
        "consumer_type": "INSTANCE",
    }
    assert row == held
    assert openstack.json(*allocation, "show", consumer) == [held]
    used = openstack.json("resource", "provider", "usage", "show", one)
    assert amounts(used) == {"VCPU": 2, "MEMORY_MB": 512}
    shown = openstack.json("resource", "provider", "show", one, "--allocations")
    assert shown["allocations"][consumer]["resources"] == {"VCPU": 2, "MEMORY_MB": 512}

    before_types = CommandLine(mysql_keystone, "1.37")
    usages = before_types.json("resource", "usage", "show", PROJECT, f"--user-id={USER}")
    assert amounts(usages) == {"VCPU": 2, "MEMORY_MB": 512}

    with pytest.raises(Failed, match="HTTP 409"):
        too_much = f"--allocation=rp={one},VCPU=9"
        openstack(*allocation, "set", str(uuid.uuid4()), too_much, *who)
    with pytest.raises(Failed, match="HTTP 409"):
        openstack("resource", "provider", "inventory", "delete", one)

    openstack(*allocation, "unset", consumer, "--resource-class=MEMORY_MB")
    (row,) = openstack.json(*allocation, "show", consumer)
    assert row["resources"] == {"VCPU": 2}
    openstack(*allocation, "delete", consumer)
    assert openstack.json(*allocation, "show", consumer) == []


def test_every_command_has_been_used(openstack: CommandLine) -> None:
    """A release of osc-placement with a new command fails here until the tests above use it."""
    assert CommandLine.used == COMMANDS
