# SPDX-License-Identifier: Apache-2.0
"""An ETag changes with each change of the cloud, and an answer that has not changed is not sent again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import topology
from placedock.store import totals
from topology import uuid_of

from .serving import Client

CLOUD = """
cn1        VCPU:8  MEMORY_MB:1024  +HW_CPU_X86_AVX  @rack
  cn1_gpu  VGPU:1
cn2        VCPU:8
"""
CN1, CN2, GPU = (f"/resource_providers/{uuid_of(name)}" for name in ("cn1", "cn2", "cn1_gpu"))
HOLDER, OTHER = (f"/allocations/{uuid_of(name)}" for name in ("holder", "other"))
PATH = "/-/overview"


def claim(amount: int, generation: int | None) -> dict[str, object]:
    return {
        "allocations": {uuid_of("cn1"): {"resources": {"VCPU": amount}}},
        "project_id": "p",
        "user_id": "u",
        "consumer_generation": generation,
        "consumer_type": "INSTANCE",
    }


def changed(
    method: str, path: str, body: object = None, version: str = "1.39"
) -> Callable[..., None]:
    """A request that changes the cloud. A generation in the body is that of the provider."""

    def send(client: Client) -> None:
        if isinstance(body, dict) and "resource_provider_generation" in body:
            provider = client.get(path.rpartition("/")[0], version=version)
            body["resource_provider_generation"] = provider["generation"]
        answer = client.ask(method, path, body, version=version)
        assert answer.status_int < 300, answer.text

    return send


CHANGES = {
    "a provider": changed("POST", "/resource_providers", {"name": "new", "uuid": uuid_of("new")}),
    "no provider": changed("DELETE", f"/resource_providers/{uuid_of('new')}"),
    "an inventory": changed(
        "PUT",
        f"{CN2}/inventories",
        {"resource_provider_generation": 0, "inventories": {"VCPU": {"total": 9}}},
    ),
    "traits": changed(
        "PUT", f"{CN2}/traits", {"resource_provider_generation": 0, "traits": ["HW_CPU_X86_AVX2"]}
    ),
    "no traits": changed("DELETE", f"{CN2}/traits"),
    "aggregates": changed(
        "PUT",
        f"{CN2}/aggregates",
        {"resource_provider_generation": 0, "aggregates": [uuid_of("rack")]},
    ),
    "aggregates of an old client": changed(
        "PUT", f"{CN2}/aggregates", [uuid_of("north")], version="1.1"
    ),
    "a class": changed("PUT", "/resource_classes/CUSTOM_GOLD"),
    "another name of a class": changed(
        "PUT", "/resource_classes/CUSTOM_GOLD", {"name": "CUSTOM_SILVER"}, version="1.6"
    ),
    "no class": changed("DELETE", "/resource_classes/CUSTOM_SILVER"),
    "a trait": changed("PUT", "/traits/CUSTOM_RED"),
    "no trait": changed("DELETE", "/traits/CUSTOM_RED"),
    "a claim": changed("PUT", HOLDER, claim(2, None)),
    "a second claim": changed("PUT", OTHER, claim(1, None)),
    "more for a consumer": changed("PUT", HOLDER, claim(3, 1)),
    "no claim": changed("DELETE", HOLDER),
}


@pytest.fixture
def filled(client: Client) -> Client:
    for method, path, body in topology.writes(CLOUD):
        assert client.ask(method, path, body).status_int < 300
    return client


def test_each_change_is_seen_and_nothing_else_is_sent(
    filled: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "SETTLED", timedelta(0))
    tag = filled.ask("GET", PATH).headers["ETag"]
    for name, change in CHANGES.items():
        assert filled.ask("GET", PATH, If_None_Match=tag).status_int == 304, name
        change(filled)
        answer = filled.ask("GET", PATH, If_None_Match=tag)
        assert answer.status_int == 200, name
        tag = answer.headers["ETag"]


def test_a_name_that_changes_twice_in_a_second_is_seen_twice(filled: Client) -> None:
    tags = {filled.ask("GET", PATH).headers["ETag"]}
    for name in "one", "two", "three":
        assert filled.ask("PUT", CN2, {"name": name}).status_int == 200
        tags.add(filled.ask("GET", PATH).headers["ETag"])
    assert len(tags) == 4


def test_another_question_has_another_tag(filled: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "SETTLED", timedelta(0))
    tag = filled.ask("GET", "/-/trees?limit=1").headers["ETag"]
    assert filled.ask("GET", "/-/trees?limit=2", If_None_Match=tag).status_int == 200
    assert filled.ask("GET", "/-/trees?limit=1", If_None_Match=tag).status_int == 304
