# SPDX-License-Identifier: Apache-2.0
"""An explanation counts as anybody would who looks at every provider."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import topology
from placedock.console.endpoints.explain import EXPLANATION

from . import dump
from .serving import Client, serving

CLOUD = """
    cn1     VCPU:8,used=6 MEMORY_MB:4096  +HW_CPU_X86_AVX  @rack
      gpu1  VGPU:4                        +CUSTOM_GOLD
    cn2     VCPU:8 MEMORY_MB:512                           @rack
    cn3     VCPU:2 MEMORY_MB:8192         +HW_CPU_X86_AVX
    nfs     DISK_GB:1000                  +MISC_SHARES_VIA_AGGREGATE  @rack
"""


@pytest.fixture
def cloud(client: Client) -> Client:
    for method, path, body in topology.writes(CLOUD):
        assert client.ask(method, path, body).status_int < 300
    return client


def explained(client: Client, query: str) -> Any:
    answer = client.get(f"/-/explain?{query}")
    jsonschema.validate(answer, EXPLANATION)
    found = client.get(f"/allocation_candidates?{query}")["allocation_requests"]
    assert answer["candidates"] == {"count": len(found), "stopped": False}
    return answer


def trees(answer: Any) -> list[tuple[str, int, int, int]]:
    return [(one["what"], *one["trees"].values()) for one in answer["stages"]]


def test_a_cloud_in_which_no_host_has_enough_is_told_in_figures(cloud: Client) -> None:
    answer = explained(cloud, "resources=VCPU:4,MEMORY_MB:1024")
    assert answer["summary"] == (
        "No candidates. Of 4 trees 1 have 4 VCPU left; none of these has 1,024 MEMORY_MB left. "
        "Most is 512 on cn2 (512 total, 0 reserved, 0 used)."
    )
    assert trees(answer) == [("VCPU", 4, 1, 1), ("MEMORY_MB", 1, 0, 2)]


def test_the_stages_count_what_came_in_what_went_out_and_what_meets_each_alone(
    cloud: Client,
) -> None:
    answer = explained(
        cloud,
        "resources=VCPU:1,DISK_GB:10&required=HW_CPU_X86_AVX&resources1=VGPU:1&required1=CUSTOM_GOLD",
    )
    assert trees(answer) == [
        ("VCPU", 4, 3, 3),
        ("DISK_GB", 3, 2, 3),
        ("HW_CPU_X86_AVX", 2, 1, 2),
        ("VGPU", 1, 1, 1),
        ("CUSTOM_GOLD", 1, 1, 1),
    ]
    assert answer["candidates"]["count"] == 1


@pytest.mark.parametrize(
    ("query", "reason", "count"),
    [
        ("resources1=VCPU:1&resources2=VCPU:1&group_policy=isolate", "NOT_ISOLATED", 3),
        ("resources1=VCPU:2&resources2=VCPU:1&group_policy=none", "TOGETHER_TOO_MUCH", 2),
        ("resources=VCPU:1&root_required=CUSTOM_GOLD", "ROOT_MISSING_TRAIT", 4),
    ],
)
def test_trees_are_counted_by_the_reason_that_keeps_them_out(
    cloud: Client, query: str, reason: str, count: int
) -> None:
    answer = explained(cloud, query)
    assert {one["reason"]: one["trees"] for one in answer["reasons"]}[reason] == count


def test_nothing_is_written_and_an_unknown_name_is_refused_as_the_api_does(
    cloud: Client, url: str
) -> None:
    before = dump.of(url)
    with serving(url, {"OS_PLACEDOCK__READ_ONLY": "True"}) as reading:
        explained(reading, "resources=VCPU:100")
        for query in (
            "resources=CUSTOM_NONE:1",
            "resources=VCPU:1&required=CUSTOM_NONE",
            "limit=x",
        ):
            refused = reading.ask("GET", f"/-/explain?{query}")
            assert refused.status_int == 400
            theirs = reading.ask("GET", f"/allocation_candidates?{query}")
            assert refused.json["errors"][0]["detail"] == theirs.json["errors"][0]["detail"]
    assert dump.of(url) == before


@pytest.mark.usefixtures("cloud")
def test_the_command_takes_a_query_or_a_whole_url(url: str) -> None:
    environ = os.environ | {
        "OS_PLACEMENT_DATABASE__CONNECTION": url,
        "OS_API__AUTH_STRATEGY": "noauth2",
    }
    for query in ("resources=VCPU:100", "http://h:8778/allocation_candidates?resources=VCPU:100"):
        command = [str(Path(sys.executable).with_name("placedock")), "explain", query]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        assert done.stdout.startswith("No candidates. None of 4 trees has 100 VCPU left.")
