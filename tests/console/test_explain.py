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
from placedock.api import asked
from placedock.commands.explain import text
from placedock.console.explanation import EXPLANATION
from placedock.operations import explanations
from placedock.operations.explanations import MOST_SHOWN

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
        "No candidates. Of 4 trees 1 has 4 VCPU left; none of these has 1,024 MEMORY_MB left: most is 512 on cn2 "
        "(512 total, 0 reserved, 0 used). Ask for 2 VCPU instead of 4: that has 2."
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


def test_what_would_help_is_asked_and_told_with_what_it_has(cloud: Client) -> None:
    answer = explained(cloud, "resources=VCPU:4,MEMORY_MB:1024")
    told = {one["query"]: (one["change"]["text"], one["candidates"]) for one in answer["relax"]}
    assert told == {
        "resources=VCPU:2,MEMORY_MB:1024": ("Ask for 2 VCPU instead of 4.", 2),
        "resources=MEMORY_MB:1024": ("Drop 4 VCPU.", 2),
        "resources=VCPU:4,MEMORY_MB:512": ("Ask for 512 MEMORY_MB instead of 1,024.", 1),
        "resources=VCPU:4": ("Drop 1,024 MEMORY_MB.", 1),
    }
    for query, (_, count) in told.items():
        found = cloud.get(f"/allocation_candidates?{query}")["allocation_requests"]
        assert len(found) == count


def test_pairs_are_tried_where_no_single_change_helps(cloud: Client) -> None:
    answer = explained(cloud, "resources=VCPU:20,MEMORY_MB:10000")
    assert answer["relax_tried"] == {"helped": 3, "tried": 4, "of": 4, "pairs": True}
    best = answer["relax"][0]
    assert best["change"]["kind"] == "pair"
    assert [each["fits"] for each in best["change"]["changes"]] == [8, 512]
    assert best["query"] == "resources=VCPU:8,MEMORY_MB:512"


def test_of_many_changes_that_help_the_best_are_shown_and_all_are_counted(cloud: Client) -> None:
    groups = "&".join(f"resources{number}=MEMORY_MB:400" for number in range(21))
    query = f"{groups}&group_policy=none"
    answer = explained(cloud, query)
    told = answer["relax_tried"]
    assert len(answer["relax"]) == MOST_SHOWN < told["helped"] <= told["tried"]
    request = asked.candidates(query, None)
    lines = list(text(cloud.database.query(explanations.of_request, request)))
    assert f"What would help ({MOST_SHOWN} of {told['helped']} shown):" in lines


def test_the_nearest_trees_are_told_with_all_that_they_miss(cloud: Client) -> None:
    answer = explained(cloud, "resources=VCPU:4,MEMORY_MB:1024&root_required=HW_CPU_X86_AVX")
    missed = {
        near["root"]["name"]: [(one["reason"], one["what"]) for one in near["misses"]]
        for near in answer["nearest"]
    }
    assert list(missed)[:2] == ["cn1", "cn3"]
    assert missed["cn1"] == [("NOT_ENOUGH_LEFT", "VCPU")]
    assert missed["cn2"] == [
        ("ROOT_MISSING_TRAIT", "HW_CPU_X86_AVX"),
        ("NOT_ENOUGH_LEFT", "MEMORY_MB"),
    ]


def test_a_host_is_judged_clause_by_clause_also_when_there_are_candidates(cloud: Client) -> None:
    query = "resources=VCPU:2&resources_GPU=VGPU:1&required_GPU=!CUSTOM_GOLD"
    for host in ("cn1", topology.uuid_of("cn1"), "gpu1"):
        answer = cloud.get(f"/-/explain?{query}&host={host}")
        (judged,) = answer["hosts"]
        assert judged["root"]["name"] == "cn1"
        assert judged["candidates"] == 0
        clauses = {(one["group"], one["clause"]): one for one in judged["clauses"]}
        assert {key: one["met"] for key, one in clauses.items()} == {
            ("", "resources"): True,
            ("_GPU", "resources"): True,
            ("_GPU", "forbidden"): True,
            ("_GPU", "group"): False,
        }
        vcpu = clauses["", "resources"]
        assert vcpu["provider"]["name"] == "cn1"
        assert (vcpu["free"], vcpu["used"], vcpu["total"]) == (2, 6, 8)
    (judged,) = cloud.get("/-/explain?resources=VCPU:1&host=cn2")["hosts"]
    assert [one["met"] for one in judged["clauses"]] == [True]
    assert judged["candidates"] == 1


def test_a_host_is_the_one_that_is_spelt_so_where_another_differs_by_case(
    sqlite_client: Client,
) -> None:
    for method, path, body in topology.writes("cn1 VCPU:8\nCN1 VCPU:2"):
        assert sqlite_client.ask(method, path, body).status_int < 300
    path = "/-/explain?resources=VCPU:1&host="
    for asked_about in (["cn1"], ["CN1"], ["CN1", "cn1"]):
        hosts = sqlite_client.get(path + "&host=".join(asked_about))["hosts"]
        assert [one["name"] for one in hosts] == asked_about


def test_an_unknown_host_is_refused_by_name(cloud: Client) -> None:
    refused = cloud.ask("GET", "/-/explain?resources=VCPU:1&host=nobody")
    assert refused.status_int == 400
    assert "the uuid or name 'nobody'" in refused.json["errors"][0]["detail"]


def test_reasons_count_providers_and_show_the_nearest_in_figures(cloud: Client) -> None:
    answer = explained(cloud, "resources=VCPU:4,MEMORY_MB:1024")
    (left,) = [
        one
        for one in answer["reasons"]
        if (one["reason"], one["what"]) == ("NOT_ENOUGH_LEFT", "MEMORY_MB")
    ]
    assert (left["providers"], left["trees"]) == (1, 1)
    (example,) = left["examples"]
    assert example["provider"]["name"] == "cn2"
    assert (example["asked"], example["free"], example["capacity"]) == (1024, 512, 512)


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
        assert done.stdout.startswith("No candidates. None of 4 trees has 100 VCPU left: most is")
