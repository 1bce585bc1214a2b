# SPDX-License-Identifier: Apache-2.0
"""Requests that no good client sends are answered as upstream answers them: control characters at the end of any part of a URL,
wildcards, parameters that are given twice, headers that accept other things than JSON.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from topology import uuid_of

from .calls import Call, provider_path
from .pair import Different, Pair

NODE, CONSUMER, NEW = uuid_of("node"), uuid_of("consumer"), uuid_of("new")
AGGREGATE = uuid_of("aggregate")
CANDIDATES = "/allocation_candidates"
ENDINGS = ["\n", "\n\n", "\r", "\r\n", "\t", " ", "\x00", "\x0b", "\x7f", "\x85", "\u2028"]
ACCEPTED = [
    "text/*",
    "text/html",
    "text/plain",
    "*/*;q=0.1",
    "application/*",
    "application/json;q=0",
    "application/json; charset=utf-8",
    "application/xml, application/json;q=0.5",
    "json",
    ",",
    "*",
    "APPLICATION/JSON",
    "application/json;version=1",
]


def claim(**changes: object) -> dict[str, object]:
    return {
        "allocations": {NODE: {"resources": {"VCPU": 1}}},
        "project_id": "project",
        "user_id": "user",
        "consumer_generation": None,
        "consumer_type": "INSTANCE",
    } | changes


def stock(generation: int) -> dict[str, object]:
    return {"resource_provider_generation": generation, "inventories": {"VCPU": {"total": 8}}}


@pytest.fixture
def world(both: Pair) -> Pair:
    """Both servers with a provider that has VCPUs, a trait and an aggregate, and a consumer of it."""
    both.wipe()
    both.names = {uuid: name for name, uuid in (("node", NODE), ("consumer", CONSUMER))}
    traits = {"traits": ["CUSTOM_GOLD"], "resource_provider_generation": 1}
    aggregates = {"aggregates": [AGGREGATE], "resource_provider_generation": 2}
    for call in (
        Call("POST", "/resource_providers", body={"name": "node", "uuid": NODE}),
        Call("PUT", provider_path("node", "inventories"), body=stock(0)),
        Call("PUT", "/traits/CUSTOM_GOLD"),
        Call("PUT", "/traits/CUSTOM_UNUSED"),
        Call("PUT", "/resource_classes/CUSTOM_GOLD"),
        Call("PUT", provider_path("node", "traits"), body=traits),
        Call("PUT", provider_path("node", "aggregates"), body=aggregates),
        Call("PUT", f"/allocations/{CONSUMER}", body=claim()),
    ):
        assert both.send(call).ours.ok, call
    return both


def all_the_same(pair: Pair, calls: Iterator[Call]) -> None:
    different = []
    for call in calls:
        try:
            pair.send(call)
        except Different as found:
            different.append(f"{call}\n  {found.ours}\n  {found.theirs}")
    assert not different, "\n".join(different)


def paths(end: str) -> Iterator[Call]:
    """Each URL with `end` behind one of its segments, last of all those that delete what the others need."""
    ended = quote(end)
    whole = {"resource_provider_generation": 3, "total": 8}
    node = provider_path("node")
    for method, path, body in (
        ("GET", f"/{ended}", None),
        *(("GET", f"/{each}{ended}", None) for each in ("traits", "resource_classes", "usages")),
        ("GET", f"/allocations{ended}", None),
        ("POST", f"/reshaper{ended}", {}),
        ("GET", f"/traits/CUSTOM_GOLD{ended}", None),
        ("GET", f"/resource_classes/CUSTOM_GOLD{ended}", None),
        ("GET", f"/resource_classes{ended}/CUSTOM_GOLD", None),
        ("GET", f"{node}{ended}", None),
        ("PUT", f"{node}{ended}", {"name": "node"}),
        ("DELETE", f"{node}{ended}", None),
        *(
            ("GET", f"{node}{before}/{below}{after}", None)
            for below in ("inventories", "usages", "traits", "aggregates", "allocations")
            for before, after in ((ended, ""), ("", ended))
        ),
        ("GET", f"{node}/inventories/VCPU{ended}", None),
        ("PUT", f"{node}/inventories/VCPU{ended}", whole),
        ("POST", f"{node}/inventories{ended}", {"resource_class": "DISK_GB", "total": 5}),
        ("DELETE", f"{node}/inventories/VCPU{ended}", None),
        ("DELETE", f"{node}/inventories/DISK_GB{ended}", None),
        ("GET", f"/allocations/{CONSUMER}{ended}", None),
        ("PUT", f"/allocations/{NEW}{ended}", claim()),
        ("GET", f"/allocations/{NEW}", None),
        ("DELETE", f"/allocations/{NEW}{ended}", None),
        ("DELETE", f"/traits/CUSTOM_UNUSED{ended}", None),
        ("DELETE", f"/resource_classes/CUSTOM_GOLD{ended}", None),
        ("DELETE", f"/allocations/{CONSUMER}{ended}", None),
    ):
        call = Call(method, path)
        yield call if body is None else replace(call, body=body)


def queries(end: str) -> Iterator[Call]:
    """Each parameter with `end` behind its value, and behind its name."""
    one = ("resources", "VCPU:1")
    for name, value in (
        one,
        ("limit", "1"),
        ("required", "CUSTOM_GOLD"),
        ("required", "in:CUSTOM_GOLD"),
        ("member_of", AGGREGATE),
        ("member_of", f"in:{AGGREGATE}"),
        ("in_tree", NODE),
        ("group_policy", "none"),
        ("root_required", "CUSTOM_GOLD"),
        ("same_subtree", "_A"),
        ("resources_A", "VCPU:1"),
        ("in_tree_A", NODE),
        ("required_A", "CUSTOM_GOLD"),
        ("member_of_A", AGGREGATE),
    ):
        rest: tuple[tuple[str, str], ...] = (one,) if name != "resources" else ()
        if name.endswith("_A") and name != "resources_A":
            rest += (("resources_A", "VCPU:1"),)
        yield Call("GET", CANDIDATES, query=(*rest, (name, value + end)))
        yield Call("GET", CANDIDATES, query=(*rest, (name + end, value)))
    for name, value in (
        ("name", "node"),
        ("uuid", NODE),
        ("in_tree", NODE),
        ("member_of", AGGREGATE),
        ("resources", "VCPU:1"),
        ("required", "CUSTOM_GOLD"),
    ):
        yield Call("GET", "/resource_providers", query=((name, value + end),))
        yield Call("GET", "/resource_providers", query=((name + end, value),))
    for value in ("in:CUSTOM_GOLD", "startswith:CUSTOM_GOLD"):
        yield Call("GET", "/traits", query=(("name", value + end),))
    yield Call("GET", "/traits", query=(("associated", "true" + end),))
    project = ("project_id", "project")
    for pairs in (
        (("project_id", "project" + end),),
        (project, ("user_id", "user" + end)),
        (project, ("consumer_type", "INSTANCE" + end)),
        (project, ("consumer_type", "all" + end)),
    ):
        yield Call("GET", "/usages", query=pairs)


def bodies(end: str) -> Iterator[Call]:
    """Names in bodies, with `end` behind them."""
    node = provider_path("node")
    yield Call("POST", "/resource_providers", body={"name": "x", "uuid": NEW + end})
    yield Call("POST", f"{node}/inventories", body={"resource_class": "VGPU" + end, "total": 5})
    given = {"resource_provider_generation": 3}
    yield Call("PUT", f"{node}/traits", body=given | {"traits": ["CUSTOM_GOLD" + end]})
    yield Call("PUT", f"{node}/aggregates", body=given | {"aggregates": [AGGREGATE + end]})
    changed: dict[str, dict[str, Any]] = {
        # Upstream keeps the consumers of claims that it refuses, so that each needs one of its own.
        "provider": {"allocations": {NODE + end: {"resources": {"VCPU": 1}}}},
        "class": {"allocations": {NODE: {"resources": {"VCPU" + end: 1}}}},
        "project": {"project_id": "project" + end},
        "user": {"user_id": "user" + end},
        "type": {"consumer_type": "INSTANCE" + end},
    }
    for name, changes in changed.items():
        yield Call("PUT", f"/allocations/{uuid_of(name)}", body=claim(**changes))
    several = {uuid_of("several") + end: claim()}
    yield Call("POST", "/allocations", body=several)
    whole = {NODE + end: {"resource_provider_generation": 9, "inventories": {}}}
    yield Call("POST", "/reshaper", body={"inventories": whole, "allocations": {}})


@pytest.mark.parametrize("end", ENDINGS, ids=ascii)
def test_a_character_at_the_end_of_any_part_of_a_request_means_the_same(
    world: Pair, end: str
) -> None:
    all_the_same(world, (each for kind in (queries, paths, bodies) for each in kind(end)))


def test_the_wildcards_of_a_prefix_match_the_same(world: Pair) -> None:
    prefixes = ("", "_", "%", "CUSTOM%", "CUSTOM_%D", "C_STOM", "custom", "\\_", "CUSTOM\\", "[C]")
    calls = [Call("GET", "/traits", query=(("name", f"startswith:{one}"),)) for one in prefixes]
    calls += [Call("GET", "/traits", query=(("name", f"in:{one}"),)) for one in prefixes]
    all_the_same(world, iter(calls))


def test_of_a_parameter_that_is_given_twice_the_same_one_counts(world: Pair) -> None:
    def calls() -> Iterator[Call]:
        groups = (("resources", "VCPU:1"), ("resources_A", "VCPU:1"), ("resources_B", "VCPU:1"))
        twice = {
            "group_policy": ("none", "isolate", "", "x"),
            "limit": ("1", "2"),
            "resources": ("VCPU:1", "VCPU:9", ""),
            "resources_A": ("VCPU:1", "VCPU:9"),
            "required": ("CUSTOM_GOLD", "!CUSTOM_GOLD", ""),
            "root_required": ("CUSTOM_GOLD", ""),
            "member_of": (AGGREGATE, f"!{AGGREGATE}", ""),
            "in_tree": (NODE, NEW),
            "same_subtree": ("_A,_B", "_A", ""),
        }
        for name, values in twice.items():
            rest = tuple(
                pair
                for pair in (*groups, ("group_policy", "none"))
                if pair[0] != name or name == "group_policy"
            )
            for first in values:
                for second in values:
                    if name == "group_policy":
                        rest = groups
                    for minor in (25, 39):
                        query = (*rest, (name, first), (name, second))
                        yield Call("GET", CANDIDATES, minor, query)
        filters = {
            "name": ("node", "other"),
            "uuid": (NODE, NEW, "x"),
            "in_tree": (NODE, NEW),
            "resources": ("VCPU:1", "VCPU:9", ""),
            "member_of": (AGGREGATE, f"!{AGGREGATE}", "x"),
            "required": ("CUSTOM_GOLD", "!CUSTOM_GOLD", ""),
        }
        for name, values in filters.items():
            for first in values:
                for second in values:
                    for minor in (18, 39):
                        query = ((name, first), (name, second))
                        yield Call("GET", "/resource_providers", minor, query)
        for name, values in {
            "project_id": ("project", "", "other"),
            "user_id": ("user", "", "other"),
            "consumer_type": ("INSTANCE", "all", "", "x"),
        }.items():
            rest = () if name == "project_id" else (("project_id", "project"),)
            for first in values:
                for second in values:
                    yield Call("GET", "/usages", query=(*rest, (name, first), (name, second)))
        for first in ("in:CUSTOM_GOLD", "startswith:CUSTOM", "x"):
            for second in ("in:CUSTOM_GOLD", "startswith:CUSTOM", "x"):
                yield Call("GET", "/traits", query=(("name", first), ("name", second)))

    all_the_same(world, calls())


@pytest.mark.parametrize("accept", ACCEPTED)
def test_a_client_that_accepts_other_things_gets_the_same(world: Pair, accept: str) -> None:
    node = provider_path("node")
    calls = [
        Call("GET", "/"),
        Call("GET", "/resource_providers"),
        Call("GET", node),
        Call("GET", f"{node}/inventories"),
        Call("GET", "/traits/CUSTOM_GOLD"),
        Call("GET", "/traits/CUSTOM_NONE"),
        Call("GET", "/nothing"),
        Call("PATCH", "/traits"),
        Call("PUT", "/traits/CUSTOM_GOLD"),
        Call("PUT", node, body={"name": "node"}),
        Call("PUT", node, body={"nmae": "node"}),
        Call("GET", CANDIDATES, query=(("resources", "VCPU:x"),)),
        Call("DELETE", f"{node}/inventories"),
    ]
    all_the_same(world, (replace(call, accept=accept) for call in calls))


@pytest.mark.parametrize("number", [2, 100, 400])
def test_hundreds_of_groups_are_answered_the_same(world: Pair, number: int) -> None:
    groups = [("resources_A", "VCPU:1")] + [
        (f"required_{one}", "CUSTOM_GOLD") for one in range(number)
    ]
    subtree = ",".join(["_A", *(f"_{one}" for one in range(number))])
    query = (*groups, ("same_subtree", subtree), ("group_policy", "none"))
    all_the_same(world, iter([Call("GET", CANDIDATES, query=query)]))
