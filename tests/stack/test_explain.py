# SPDX-License-Identifier: Apache-2.0
"""`openstack allocation candidate explain`, in the image that has the command."""

import json
import uuid

import pytest

from .clients import CommandLine
from .compose import Failed, Stack

EXPLAIN = ("run", "--rm", "cli", "openstack", "allocation", "candidate", "explain")


@pytest.fixture
def host(mysql_keystone: Stack) -> tuple[str, str]:
    """The name of a host with 8 VCPU, and the trait that it alone has."""
    openstack = CommandLine(mysql_keystone, "1.39")
    name, trait = f"host-{uuid.uuid4()}", f"CUSTOM_{uuid.uuid4().hex.upper()}"
    made = openstack.json("resource", "provider", "create", name)["uuid"]
    openstack("resource", "provider", "inventory", "set", made, "--resource=VCPU=8")
    openstack("trait", "create", trait)
    openstack("resource", "provider", "trait", "set", made, f"--trait={trait}")
    return name, trait


def test_the_command_explains_what_the_list_would_have(
    mysql_keystone: Stack, host: tuple[str, str]
) -> None:
    name, trait = host
    asked = ("--resource=VCPU=9", f"--required={trait}", f"--host={name}")
    table = mysql_keystone.compose(*EXPLAIN, *asked)
    assert "| summary" in table
    assert f"{name} has 8 VCPU left, and 9 are asked for" in table
    rows = json.loads(mysql_keystone.compose(*EXPLAIN, *asked, "--format=json"))
    parts = [row["part"] for row in rows]
    assert parts[0] == "summary"
    (better,) = [
        row["explanation"]
        for row in rows
        if row["part"] == "relax" and row["explanation"]["change"]["kind"] == "amount"
    ]
    assert better["query"] == f"resources=VCPU:8&required={trait}"
    assert better["candidates"] == 1
    judged = {
        row["explanation"]["clause"]: row["explanation"]["met"]
        for row in rows
        if row["part"] == f"host {name}"
    }
    assert judged == {"resources": False, "required": True, "group": False}


def test_it_takes_every_option_of_the_list(mysql_keystone: Stack, host: tuple[str, str]) -> None:
    _, trait = host
    rows = json.loads(
        mysql_keystone.compose(
            *EXPLAIN,
            *("--resource=VCPU=1", f"--required={trait}", "--limit=5", "--group-policy=isolate"),
            *("--group=1", "--resource=VCPU=1", "--forbidden=HW_CPU_X86_AVX"),
            *("--group=2", "--resource=VCPU=1", f"--member-of={uuid.uuid4()}"),
            "--format=json",
        )
    )
    stages = {
        (row["explanation"]["group"], row["explanation"]["kind"])
        for row in rows
        if row["part"] == "stage"
    }
    assert {
        ("", "resources"),
        ("", "required"),
        ("1", "forbidden"),
        ("2", "member_of"),
        (None, "group_policy"),
    } <= stages


def test_what_cannot_be_asked_is_told_in_one_line(mysql_keystone: Stack) -> None:
    with pytest.raises(Failed, match="no resource provider with the uuid or name 'nobody'"):
        mysql_keystone.compose(*EXPLAIN, "--resource=VCPU=1", "--host=nobody")
