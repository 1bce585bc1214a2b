# SPDX-License-Identifier: Apache-2.0
"""`PUT /-/explain` says of a claim what the API would make of it, and changes nothing."""

import random
from typing import Any

import jsonschema
import pytest
import topology
from placedock.console.endpoints.claim import CLAIM

from . import dump
from .serving import Client, serving

CLOUD = """
    cn1     VCPU:8,used=6,reserved=1      MEMORY_MB:4096,step_size=512,min_unit=512
      gpu1  VGPU:4,max_unit=2
    cn2     VCPU:8,allocation_ratio=2.0   MEMORY_MB:512
"""
CN1, CN2, GPU1 = map(topology.uuid_of, ("cn1", "cn2", "gpu1"))
NOBODY = topology.uuid_of("nobody")


@pytest.fixture
def cloud(client: Client) -> Client:
    for method, path, body in topology.writes(CLOUD):
        assert client.ask(method, path, body).status_int < 300
    return client


def claim(allocations: dict[str, dict[str, int]], generation: int | None = None) -> dict[str, Any]:
    return {
        "allocations": {uuid: {"resources": taken} for uuid, taken in allocations.items()},
        "project_id": topology.uuid_of("project"),
        "user_id": topology.uuid_of("user"),
        "consumer_generation": generation,
        "consumer_type": "INSTANCE",
    }


def judged(client: Client, body: object, consumer: str = "", **how: Any) -> Any:
    answer = client.ask("PUT", f"/-/explain?{consumer and f'consumer={consumer}'}", body, **how)
    assert answer.status_int == 200, answer.text
    jsonschema.validate(answer.json, CLAIM)
    return answer.json


def test_each_part_that_would_be_refused_is_told_in_figures(cloud: Client) -> None:
    answer = judged(
        cloud,
        claim(
            {
                CN1: {"VCPU": 2, "MEMORY_MB": 700, "DISK_GB": 1},
                GPU1: {"VGPU": 3},
                CN2: {"VCPU": 16, "CUSTOM_NONE": 1},
                NOBODY: {"VCPU": 1},
            }
        ),
    )
    assert answer["refused"]
    reasons = {(one["provider"]["name"], one["resource_class"]): one for one in answer["parts"]}
    assert {key: one["reason"] for key, one in reasons.items()} == {
        ("cn1", "VCPU"): "NOT_ENOUGH_LEFT",
        ("cn1", "MEMORY_MB"): "OFF_STEP_SIZE",
        ("cn1", "DISK_GB"): "NO_INVENTORY",
        ("gpu1", "VGPU"): "ABOVE_MAX_UNIT",
        ("cn2", "VCPU"): None,
        ("cn2", "CUSTOM_NONE"): "UNKNOWN_CLASS",
        (NOBODY, "VCPU"): "UNKNOWN_PROVIDER",
    }
    vcpu = reasons["cn1", "VCPU"]
    assert [vcpu[name] for name in ("asked", "free", "total", "reserved", "used")] == [
        2,
        1,
        8,
        1,
        6,
    ]
    assert vcpu["text"].startswith("cn1 has 1 VCPU left, and 2 are asked for")
    assert answer["summary"].endswith("There are 5 more reasons.")


def test_what_the_consumer_holds_counts_as_given_back_and_its_generation_is_compared(
    cloud: Client,
) -> None:
    holder = topology.uuid_of("user of cn1")
    answer = judged(cloud, claim({CN1: {"VCPU": 7}}, generation=1), holder)
    assert answer == {
        "refused": False,
        "summary": "The claim would be accepted.",
        "conflict": None,
        "parts": answer["parts"],
    }
    answer = judged(cloud, claim({CN1: {"VCPU": 7}}, generation=5), holder)
    assert answer["refused"]
    assert answer["conflict"] == "consumer generation conflict - expected 1 but got 5"


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_is_what_the_api_does(cloud: Client, seed: int) -> None:
    draw = random.Random(seed)
    consumers = [topology.uuid_of(name) for name in ("a", "b", "user of cn1")]
    for _ in range(60):
        taken = {
            uuid: {
                name: draw.choice([1, 2, 3, 512, 700, 4096])
                for name in draw.sample(["VCPU", "MEMORY_MB", "VGPU", "CUSTOM_NONE"], 2)[
                    : draw.randint(1, 2)
                ]
            }
            for uuid in draw.sample([CN1, CN2, GPU1, NOBODY], draw.randint(1, 2))
        }
        body = claim(taken, draw.choice([None, None, 1, 2]))
        consumer = draw.choice(consumers)
        told = judged(cloud, body, consumer)
        done = cloud.ask("PUT", f"/allocations/{consumer}", body)
        assert told["refused"] == (done.status_int != 204), (body, told, done.text)


def test_the_body_is_read_at_the_version_of_the_header(cloud: Client) -> None:
    old = {
        "allocations": [{"resource_provider": {"uuid": CN2}, "resources": {"VCPU": 20}}],
    }
    answer = judged(cloud, old, version="1.0")
    assert [one["reason"] for one in answer["parts"]] == ["NOT_ENOUGH_LEFT"]
    refused = cloud.ask("PUT", "/-/explain", old, version="1.39")
    assert refused.status_int == 400
    theirs = cloud.ask("PUT", f"/allocations/{NOBODY}", old, version="1.39")
    assert refused.json["errors"][0]["detail"] == theirs.json["errors"][0]["detail"]


@pytest.mark.usefixtures("cloud")
def test_nothing_is_written_and_a_read_only_service_tells_it_too(url: str) -> None:
    before = dump.of(url)
    with serving(url, {"OS_PLACEDOCK__READ_ONLY": "True"}) as reading:
        body = claim({CN1: {"VCPU": 2}})
        body |= {"project_id": NOBODY, "user_id": NOBODY, "consumer_type": "NEW"}
        assert judged(reading, body)["refused"]
        assert reading.ask("PUT", f"/allocations/{NOBODY}", body).status_int == 405
    assert dump.of(url) == before


def test_a_consumer_that_is_no_uuid_is_refused(cloud: Client) -> None:
    assert cloud.ask("PUT", "/-/explain?consumer=x", claim({})).status_int == 400
