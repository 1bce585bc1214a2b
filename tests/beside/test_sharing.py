# SPDX-License-Identifier: Apache-2.0
"""Two services write one database at the same time, and each sees at once what the other has written."""

import uuid

import pytest

from .caller import Caller
from .joining import Joined
from .openstack import OpenStack


@pytest.fixture(params=["ours first", "theirs first"])
def pair(request: pytest.FixtureRequest, cloud: OpenStack, ours: Joined) -> tuple[Caller, Caller]:
    """The one and the other, each in both roles."""
    urls = [cloud.ours_url, cloud.theirs_url]
    if request.param == "theirs first":
        urls.reverse()
    one, other = (cloud.caller(url) for url in urls)
    return one, other


def inventory(generation: int, **totals: int) -> dict[str, object]:
    wanted = {name: {"total": total} for name, total in totals.items()}
    return {"resource_provider_generation": generation, "inventories": wanted}


def claim(provider: str, **resources: int) -> dict[str, object]:
    return {
        "allocations": {provider: {"resources": resources}},
        "consumer_generation": None,
        "consumer_type": "INSTANCE",
        "project_id": "sharing",
        "user_id": "sharing",
    }


def test_what_one_writes_the_other_reads_and_continues(pair: tuple[Caller, Caller]) -> None:
    """A provider, its inventory, traits, aggregates and a claim: each step by the other of the two."""
    one, other = pair
    provider, consumer, aggregate = (str(uuid.uuid4()) for _ in range(3))
    path = f"/resource_providers/{provider}"
    trait = f"CUSTOM_SHARED_{provider[:8].upper()}"
    assert one.write("POST", "/resource_providers", {"name": provider, "uuid": provider}).ok
    assert other.get(path)["name"] == provider
    assert other.write("PUT", f"{path}/inventories", inventory(0, VCPU=4, DISK_GB=10)).ok
    assert one.write("PUT", f"/traits/{trait}").status == 201
    tagged = {"resource_provider_generation": 1, "traits": [trait]}
    assert other.write("PUT", f"{path}/traits", tagged).ok
    grouped = {"resource_provider_generation": 2, "aggregates": [aggregate]}
    assert one.write("PUT", f"{path}/aggregates", grouped).ok
    wanted = {"resources": "VCPU:3", "required": trait, "member_of": aggregate}
    for each in pair:
        found = each.get("/allocation_candidates", **wanted)
        assert list(found["provider_summaries"]) == [provider]
    assert other.write("PUT", f"/allocations/{consumer}", claim(provider, VCPU=3)).status == 204
    assert one.get(f"/allocations/{consumer}") == other.get(f"/allocations/{consumer}")
    assert one.get(f"{path}/usages") == other.get(f"{path}/usages")
    assert one.get(f"{path}/usages")["usages"] == {"VCPU": 3, "DISK_GB": 0}
    assert one.get("/allocation_candidates", **wanted)["allocation_requests"] == []
    assert one.write("DELETE", f"/allocations/{consumer}").status == 204
    assert other.get(f"/allocations/{consumer}") == {"allocations": {}}
    assert other.write("DELETE", path).status == 204
    assert one.status(path) == 404


def test_neither_overbooks_what_the_other_has_given_away(pair: tuple[Caller, Caller]) -> None:
    one, other = pair
    provider = str(uuid.uuid4())
    path = f"/resource_providers/{provider}"
    one.write("POST", "/resource_providers", {"name": provider, "uuid": provider})
    one.write("PUT", f"{path}/inventories", inventory(0, VCPU=4))
    first, second = (f"/allocations/{uuid.uuid4()}" for _ in range(2))
    assert one.write("PUT", first, claim(provider, VCPU=3)).status == 204
    refused = other.write("PUT", second, claim(provider, VCPU=3))
    assert (refused.status, refused.code) == (409, "placement.undefined_code")
    assert other.write("PUT", second, claim(provider, VCPU=1)).status == 204
    assert one.get(f"{path}/usages")["usages"] == {"VCPU": 4}
    for path_of_claim in first, second:
        assert other.write("DELETE", path_of_claim).status == 204
    assert one.write("DELETE", path).status == 204


def test_a_generation_that_one_has_moved_on_is_stale_to_the_other(
    pair: tuple[Caller, Caller],
) -> None:
    one, other = pair
    provider = str(uuid.uuid4())
    path = f"/resource_providers/{provider}"
    one.write("POST", "/resource_providers", {"name": provider, "uuid": provider})
    seen = other.get(path)["generation"]
    assert one.write("PUT", f"{path}/inventories", inventory(seen, VCPU=4)).ok
    refused = other.write("PUT", f"{path}/inventories", inventory(seen, VCPU=5))
    assert (refused.status, refused.code) == (409, "placement.concurrent_update")
    assert other.write("PUT", f"{path}/inventories", inventory(seen + 1, VCPU=5)).ok
    assert one.get(f"{path}/inventories/VCPU")["total"] == 5
    assert one.write("DELETE", path).status == 204
