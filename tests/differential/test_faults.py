# SPDX-License-Identifier: Apache-2.0
"""The faults of upstream that docs/differences.md lists and that random calls do not meet: upstream has them, and ours has not.

When upstream mends one, its test fails, and the line in the document can go.
"""

from typing import Any

import pytest
from topology import uuid_of

from .calls import Call, Client, provider_path
from .pair import Pair

CANDIDATES = "/allocation_candidates"
NODE = {"name": "node", "uuid": uuid_of("node")}
INVENTORIES = provider_path("node", "inventories")


def ratio(text: str) -> str:
    """A body with an allocation ratio that JSON has no word for, or no column room."""
    return f'{{"resource_class": "VCPU", "total": 1, "allocation_ratio": {text}}}'


FAILED_ON = {
    "more than 63 bits are asked for": (
        Call("GET", CANDIDATES, query=(("resources", f"VCPU:{2**63}"),)),
        200,
    ),
    "a limit has thousands of digits": (
        Call("GET", CANDIDATES, query=(("resources", "VCPU:1"), ("limit", "9" * 5000))),
        200,
    ),
    "the first of two limits is no number": (
        Call("GET", CANDIDATES, query=(("resources", "VCPU:1"), ("limit", ""), ("limit", "1"))),
        400,
    ),
    "a new trait ends in a newline": (Call("PUT", "/traits/CUSTOM_A%0A%0A"), 400),
    "a new class ends in a newline": (
        Call("POST", "/resource_classes", body={"name": "CUSTOM_A\n"}),
        400,
    ),
    "a query is not UTF-8": (Call("GET", "/usages?project_id=%ff"), 400),
    "a ratio is not a number": (Call("POST", INVENTORIES, text=ratio("NaN")), 400),
    "a ratio is infinitely small": (Call("POST", INVENTORIES, text=ratio("-Infinity")), 400),
    "what a class in lower case has is no object": (
        Call(
            "PUT",
            INVENTORIES,
            body={"resource_provider_generation": 1, "inventories": {"lower": 1}},
        ),
        400,
    ),
    "a name has half a character": (
        Call("POST", "/resource_providers", text='{"name": "\\ud800"}'),
        400,
    ),
    "JSON is nested thousands deep": (
        Call("POST", "/resource_providers", text='{"name":' + "[" * 100_000),
        400,
    ),
}


@pytest.fixture
def node(both: Pair) -> Pair:
    """Both servers with one provider, which has one VCPU."""
    both.wipe()
    for client in (both.ours, both.theirs):
        _done(client, Call("POST", "/resource_providers", body=NODE))
        _done(client, stock(0, {"VCPU": {"total": 1}}))
    return both


def stock(generation: int, inventories: dict[str, Any]) -> Call:
    body = {"resource_provider_generation": generation, "inventories": inventories}
    return Call("PUT", INVENTORIES, body=body)


def claim(consumer: str, provider: str | None) -> Call:
    """Of a consumer that does not exist yet: one VCPU of a provider, or nothing."""
    taken = {uuid_of(provider): {"resources": {"VCPU": 1}}} if provider else {}
    body = {
        "allocations": taken,
        "project_id": "project",
        "user_id": "user",
        "consumer_generation": None,
        "consumer_type": "INSTANCE",
    }
    return Call("PUT", f"/allocations/{uuid_of(consumer)}", body=body)


def _done(client: Client, call: Call) -> None:
    answer = client.send(call)
    assert answer.ok, f"{call}\nanswered {answer}"


@pytest.mark.parametrize("fault", FAILED_ON)
def test_upstream_fails_and_placedock_answers_when(node: Pair, fault: str) -> None:
    call, status = FAILED_ON[fault]
    assert node.theirs.send(call).status == 500
    assert node.ours.send(call).status == status


def test_a_name_is_not_pasted_into_json(node: Pair) -> None:
    call = Call("PUT", "/resource_classes/CUSTOM_A%22,%22name%22:%22CUSTOM_B")
    assert node.ours.send(call).status == 400
    assert node.theirs.send(call).status == 201
    _done(node.theirs, Call("DELETE", call.path))


def test_a_claim_on_no_provider_leaves_no_consumer_behind(node: Pair) -> None:
    for client in (node.ours, node.theirs):
        assert client.send(claim("refused", "nowhere")).status == 400
    assert node.ours.send(claim("refused", "node")).status == 204
    assert node.theirs.send(claim("refused", "node")).status == 409


def test_a_claim_of_nothing_leaves_no_consumer_behind(node: Pair) -> None:
    for client in (node.ours, node.theirs):
        assert client.send(claim("idle", None)).status == 204
    assert node.ours.send(claim("idle", "node")).status == 204
    assert node.theirs.send(claim("idle", "node")).status == 409


def test_a_reshape_cannot_reserve_more_than_there_is(node: Pair) -> None:
    reshaped = {
        uuid_of("node"): {
            "resource_provider_generation": 1,
            "inventories": {"VCPU": {"total": 1, "reserved": 2}},
        }
    }
    call = Call("POST", "/reshaper", body={"inventories": reshaped, "allocations": {}})
    assert node.ours.send(call).status == 400
    assert node.theirs.send(call).status == 204
