# SPDX-License-Identifier: Apache-2.0
"""Bodies that are not what they should be. Each is refused in the usual way: never a 500, nothing half done."""

import itertools
import json

import pytest

from .raw import CONSUMER, GENERATION, HOST, HUGE, ask, claim

pytestmark = pytest.mark.usefixtures("service")

# Each write with a good body: the method, the path, and the body.
WRITES = {
    "make provider": ("POST", "/resource_providers"),
    "change provider": ("PUT", f"/resource_providers/{HOST}"),
    "replace inventories": ("PUT", f"/resource_providers/{HOST}/inventories"),
    "add inventory": ("POST", f"/resource_providers/{HOST}/inventories"),
    "change inventory": ("PUT", f"/resource_providers/{HOST}/inventories/VCPU"),
    "replace traits": ("PUT", f"/resource_providers/{HOST}/traits"),
    "replace aggregates": ("PUT", f"/resource_providers/{HOST}/aggregates"),
    "make class": ("POST", "/resource_classes"),
    "claim": ("PUT", f"/allocations/{CONSUMER}"),
    "claim several": ("POST", "/allocations"),
}
BODIES = {
    "nothing": b"",
    "a space": b" ",
    "half an object": b'{"name": "x"',
    "two objects": b'{"name": "x"}{"name": "y"}',
    "single quotes": b"{'name': 'x'}",
    "a number": b"1",
    "a string": b'"name"',
    "null": b"null",
    "true": b"true",
    "an empty list": b"[]",
    "a list in a list": b'[[{"name": "x"}]]',
    "a huge number": HUGE.encode(),
    "not a number": b"NaN",
    "bytes that are no text": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "x"}',
    "a NUL": b'{"name": "x\x00"}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "lists nested thousands deep": b"[" * 100_000,
    "objects nested thousands deep": b'{"name":' * 100_000,
    "closed lists nested thousands deep": b"[" * 50_000 + b"]" * 50_000,
    "a form": b"name=x&uuid=y",
    "markup": b"<name>x</name>",
    "an empty object": b"{}",
}


@pytest.mark.parametrize(("write", "body"), itertools.product(WRITES, BODIES))
def test_a_body_that_is_not_what_it_should_be_is_a_400(
    write: str, body: str, unchanged: None
) -> None:
    assert ask(*WRITES[write], BODIES[body]).status == 400


INVENTORY = {"total": 4, "resource_provider_generation": GENERATION}


@pytest.mark.parametrize(
    "change",
    [
        {"allocation_ratio": float("nan")},
        {"allocation_ratio": float("inf")},
        {"allocation_ratio": float("-inf")},
        {"allocation_ratio": 1e308},
        {"allocation_ratio": -1e308},
        {"allocation_ratio": 10**400},
        {"allocation_ratio": "4.0"},
        {"total": 2**31},
        {"total": 2**63},
        {"total": 2**64},
        {"total": 10**4000},
        {"total": -1},
        {"total": 1.5},
        {"total": True},
        {"total": None},
        {"total": [4]},
        {"min_unit": 0},
        {"max_unit": 2**31},
        {"step_size": 0},
        {"reserved": -1},
        {"reserved": 5},
        {"resource_provider_generation": None},
        {"resource_provider_generation": "1"},
        {"resource_provider_generation": 1.5},
        {"colour": "white"},
    ],
    ids=lambda change: str(change)[:60],
)
def test_an_inventory_that_cannot_be_is_a_400(change: dict[str, object], unchanged: None) -> None:
    one = json.dumps(INVENTORY | change).encode()
    assert ask("PUT", f"/resource_providers/{HOST}/inventories/VCPU", one).status == 400
    inventory = {**INVENTORY, **change}
    generation = inventory.pop("resource_provider_generation")
    all_ = {"resource_provider_generation": generation, "inventories": {"VCPU": inventory}}
    path = f"/resource_providers/{HOST}/inventories"
    assert ask("PUT", path, json.dumps(all_).encode()).status == 400


@pytest.mark.parametrize(
    "generation", [-1, 0, 2**31, 2**63, 10**400], ids=lambda number: f"{len(str(number))} digits"
)
def test_a_generation_that_never_was_is_a_conflict(generation: int, unchanged: None) -> None:
    wanted = {"resource_provider_generation": generation, "inventories": {}}
    # Numbers that no computer counts to may be refused as such.
    status = ask("PUT", f"/resource_providers/{HOST}/inventories", wanted).status
    assert status == 409 or (status == 400 and generation > 2**63)
    status = ask("PUT", f"/allocations/{CONSUMER}", claim(consumer_generation=generation)).status
    assert status == 409 or (status == 400 and generation > 2**63)


@pytest.mark.parametrize(
    "name",
    [
        "lower",
        "Mixed",
        "WITH SPACE",
        "WITH-DASH",
        'QUO"TE',
        "QUO'TE",
        "",
        "ÜMLAUT",
        "A" * 256,
    ],
)
def test_a_name_of_a_class_that_cannot_be_is_a_400(name: str, unchanged: None) -> None:
    inventories = {"resource_provider_generation": GENERATION, "inventories": {name: {"total": 1}}}
    assert ask("PUT", f"/resource_providers/{HOST}/inventories", inventories).status == 400
    one = {"resource_class": name, "total": 1}
    assert ask("POST", f"/resource_providers/{HOST}/inventories", one).status == 400
    assert (
        ask("POST", "/resource_classes", {"name": f"CUSTOM_{name}" if name else ""}).status == 400
    )
    held = claim(allocations={HOST: {"resources": {name: 1}}}, consumer_generation=1)
    assert ask("PUT", f"/allocations/{CONSUMER}", held).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"allocations": {HOST: {"resources": {"VCPU": 2**63}}}},
        {"allocations": {HOST: {"resources": {"VCPU": 10**4000}}}},
        {"allocations": {HOST: {"resources": {"VCPU": 1.5}}}},
        {"allocations": {HOST: {"resources": {"VCPU": -1}}}},
        {"allocations": {HOST: {"resources": {}}}},
        {"allocations": {HOST: {}}},
        {"allocations": {"not-a-uuid": {"resources": {"VCPU": 1}}}},
        {"allocations": [{"resource_provider": {"uuid": HOST}, "resources": {"VCPU": 1}}]},
        {"allocations": None},
        {"project_id": ""},
        {"project_id": "x" * 256},
        {"user_id": 1},
        {"consumer_type": "instance"},
        {"consumer_type": ""},
        {"consumer_type": "X" * 256},
        {"consumer_generation": "1"},
        {"mappings": {"_A": ["not-a-uuid"]}},
        {"mappings": "none"},
        {"more": 1},
    ],
    ids=lambda changes: str(changes)[:60],
)
def test_a_claim_that_cannot_be_is_refused(changes: dict[str, object], unchanged: None) -> None:
    """A known class in an amount that nobody has is a conflict, everything else a 400."""
    wanted = claim(consumer_generation=1) | changes
    answer = ask("PUT", f"/allocations/{CONSUMER}", wanted)
    assert answer.status in (400, 409)
    assert answer.status == 400 or "VCPU" in answer.detail
    assert ask("POST", "/allocations", {CONSUMER: wanted}).status == answer.status
    reshape = {"inventories": {}, "allocations": {CONSUMER: wanted}}
    assert ask("POST", "/reshaper", reshape, HTTP_X_ROLES="service").status == 400


def test_a_lone_surrogate_in_a_name_is_refused_wherever_a_name_is_read(unchanged: None) -> None:
    lone = b'"x\\udcff"'
    for method, path, body in (
        ("POST", "/resource_providers", b'{"name": %s}' % lone),
        ("PUT", f"/resource_providers/{HOST}", b'{"name": %s}' % lone),
        ("PUT", f"/resource_providers/{HOST}/traits",
         b'{"resource_provider_generation": 1, "traits": [%s]}' % lone),
        ("PUT", f"/allocations/{CONSUMER}",
         json.dumps(claim(project_id="PROJECT")).encode().replace(b'"PROJECT"', lone)),
    ):  # fmt: skip
        assert ask(method, path, body).status == 400
