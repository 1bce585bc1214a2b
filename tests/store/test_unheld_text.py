# SPDX-License-Identifier: Apache-2.0
"""A text that the database's charset does not have: a write is refused and changes nothing, a read finds nothing."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import mysql_server
import pytest
from conformance import servers
from conformance.suite import PLAIN_SETTINGS
from differential.calls import Answer, Call, Client
from dropin import filling
from placedock.store.tables import metadata
from topology import uuid_of

from . import schemas

Connect = Callable[..., Any]


class Case(NamedTuple):
    """A charset of the tables, one of the connection, and a text that one of them does not have."""

    tables: str
    connection: str
    text: str


CASES = (
    Case("utf8mb3", "utf8mb4", "h 😀"),
    Case("latin1", "utf8mb4", "h 😀"),
    Case("latin1", "utf8mb4", "☃"),
    Case("ascii", "utf8mb4", "é"),
    Case("utf8mb4", "utf8", "h 😀"),
    Case("utf8mb4", "latin1", "☃"),
)


class Scene(NamedTuple):
    client: Client
    url: str
    text: str

    @property
    def path(self) -> str:
        return quote(self.text)

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        return {name: schemas.rows(self.url, f"SELECT * FROM {name}") for name in metadata.tables}


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(case))
def scene(request: pytest.FixtureRequest, mysql: mysql_server.Server) -> Iterator[Scene]:
    """A service on a cloud that is filled."""
    case: Case = request.param
    with (
        mysql.database(f"CHARACTER SET {case.tables}") as url,
        servers.serve.served(PLAIN_SETTINGS, f"{url}?charset={case.connection}") as server,
    ):
        client = Client(server)
        filling.fill(client, "A")
        yield Scene(client, url, case.text)


def get(scene: Scene, path: str, **query: str) -> Answer:
    return scene.client.send(Call("GET", path, query=tuple(query.items())))


def test_a_list_filtered_by_it_is_empty(scene: Scene) -> None:
    answer = get(scene, "/resource_providers", name=scene.text)
    assert (answer.status, answer.body) == (200, {"resource_providers": []})
    for form in "in:{}", "startswith:{}":
        answer = get(scene, "/traits", name=form.format(scene.text))
        assert (answer.status, answer.body) == (200, {"traits": []})


def test_of_several_names_the_others_are_found(scene: Scene) -> None:
    answer = get(scene, "/traits", name=f"in:HW_CPU_X86_AVX,{scene.text}")
    assert (answer.status, answer.body) == (200, {"traits": ["HW_CPU_X86_AVX"]})


def test_a_project_or_user_of_that_name_uses_nothing(scene: Scene) -> None:
    for query in (
        {"project_id": scene.text},
        {"project_id": "Aproject", "user_id": scene.text},
        {"project_id": scene.text, "user_id": "Auser", "consumer_type": "all"},
        {"project_id": scene.text, "consumer_type": "unknown"},
    ):
        answer = get(scene, "/usages", **query)
        assert (answer.status, answer.body) == (200, {"usages": {}}), query


def test_a_path_with_it_leads_to_nothing(scene: Scene) -> None:
    provider = f"/resource_providers/{scene.path}"
    parts = ("", "/inventories", "/usages", "/traits", "/aggregates", "/allocations")
    paths = [provider + part for part in parts]
    paths += [f"/traits/{scene.path}", f"/resource_classes/{scene.path}"]
    for path in paths:
        assert get(scene, path).status == 404, path
    for path in provider, f"/allocations/{scene.path}", f"/traits/{scene.path}":
        assert scene.client.send(Call("DELETE", path)).status == 404, path
    answer = get(scene, f"/allocations/{scene.path}")
    assert (answer.status, answer.body) == (200, {"allocations": {}})


def test_a_query_that_it_is_no_value_of_is_refused(scene: Scene) -> None:
    for path, query in (
        ("/resource_providers", {"uuid": scene.text}),
        ("/resource_providers", {"in_tree": scene.text}),
        ("/resource_providers", {"member_of": scene.text}),
        ("/resource_providers", {"required": scene.text}),
        ("/resource_providers", {"resources": f"{scene.text}:1"}),
        ("/usages", {"project_id": "Aproject", "consumer_type": scene.text}),
        ("/allocation_candidates", {"resources": f"{scene.text}:1"}),
        ("/allocation_candidates", {"resources": "VCPU:1", "required": scene.text}),
        ("/allocation_candidates", {"resources": "VCPU:1", "member_of": scene.text}),
        ("/allocation_candidates", {"resources": "VCPU:1", "in_tree": scene.text}),
        ("/allocation_candidates", {"resources": "VCPU:1", "root_required": scene.text}),
    ):
        assert get(scene, path, **query).status == 400, (path, query)


def writes(text: str) -> Iterator[Call]:
    """Every write in which a client may name something freely."""
    cn1, bare = uuid_of("Acn1"), uuid_of("Abare")
    uses = {cn1: {"resources": {"VCPU": 1}}}
    for owner in (
        {"project_id": text, "user_id": "Auser"},
        {"project_id": "Aproject", "user_id": text},
        {"project_id": "new", "user_id": text},
    ):
        consumer = uuid_of("never")
        listed = [{"resource_provider": {"uuid": cn1}, "resources": {"VCPU": 1}}]
        path = f"/allocations/{consumer}"
        yield Call("PUT", path, 8, body={"allocations": listed, **owner})
        yield Call("PUT", path, 12, body={"allocations": uses, **owner})
        newest = {
            "allocations": uses,
            "consumer_generation": None,
            "consumer_type": "NEVER",
            **owner,
        }
        yield Call("PUT", path, body=newest)
        other = newest | {"project_id": "Aproject", "user_id": "Auser"}
        yield Call("POST", "/allocations", body={uuid_of("other"): other, consumer: newest})
        inventory = {"resource_provider_generation": 0, "inventories": {}}
        reshape = {"inventories": {bare: inventory}, "allocations": {consumer: newest}}
        yield Call("POST", "/reshaper", body=reshape)
    yield Call("POST", "/resource_providers", body={"name": text, "uuid": uuid_of("never")})
    yield Call("PUT", f"/resource_providers/{bare}", body={"name": text})
    moved = {"name": text, "parent_provider_uuid": cn1}
    yield Call("PUT", f"/resource_providers/{bare}", body=moved)


def test_a_write_with_it_is_refused_and_changes_nothing(scene: Scene) -> None:
    generation = get(scene, f"/resource_providers/{uuid_of('Abare')}").body["generation"]
    before = scene.tables()
    for call in writes(scene.text):
        if call.path == "/reshaper":
            for inventory in call.body["inventories"].values():
                inventory["resource_provider_generation"] = generation
        answer = scene.client.send(call)
        assert answer.status == 400, f"{call}\nanswered {answer}"
        assert "character set" in answer.text, answer
    assert scene.tables() == before


def test_names_of_the_api_are_checked_before(scene: Scene) -> None:
    before = scene.tables()
    provider = uuid_of("Acn1")
    generation = get(scene, f"/resource_providers/{provider}").body["generation"]
    for call in (
        Call("PUT", f"/traits/CUSTOM_{scene.path}"),
        Call("PUT", f"/resource_classes/CUSTOM_{scene.path}"),
        Call("POST", "/resource_classes", body={"name": f"CUSTOM_{scene.text}"}),
        Call(
            "PUT",
            f"/resource_providers/{provider}/traits",
            body={"resource_provider_generation": generation, "traits": [scene.text]},
        ),
        Call(
            "PUT",
            f"/resource_providers/{provider}/aggregates",
            body={"resource_provider_generation": generation, "aggregates": [scene.text]},
        ),
        Call(
            "PUT",
            f"/resource_providers/{provider}/inventories",
            body={
                "resource_provider_generation": generation,
                "inventories": {scene.text: {"total": 1}},
            },
        ),
    ):
        assert scene.client.send(call).status == 400, call
    assert scene.tables() == before
