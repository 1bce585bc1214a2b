# SPDX-License-Identifier: Apache-2.0
"""The console's doors: closed unless a row of the table opens them."""

import secrets
import time
from collections.abc import Callable

import jsonschema
import openapi_spec_validator
import pytest
import topology
import webob
from placedock.console.endpoint import Endpoint, Request, Response
from placedock.console.route import OPEN, Access, Route, by_path
from placedock.console.routes import ROUTES
from placedock.errors import RequestTookTooLong
from placedock.model.deadline import Deadline
from placedock.operations import audit, exports
from placedock.web.environ import QUEUED

from .serving import Client, serving

GUARDED = [route for route in ROUTES if route.rule is not None]


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def answer(request: Request, response: Response) -> None:
    response.send_json({})


ENDPOINT = Endpoint(handler=answer, summary="Nothing.", shows={"type": "object"})


@pytest.mark.parametrize("route", GUARDED, ids=name_of)
@pytest.mark.parametrize("token", ["nobody", "admin"])
def test_a_caller_without_a_role_may_use_nothing_that_is_guarded(
    sqlite_client: Client, route: Route, token: str
) -> None:
    body: dict[str, object] | None = {} if route.endpoint.body is not None else None
    roles = {"X_Roles": ""}
    response = sqlite_client.ask(route.method, route.path, body, token=token, **roles)
    assert response.status_int == 403
    assert f"placedock:{route.guard}" in response.json["errors"][0]["detail"]


@pytest.mark.parametrize("route", GUARDED, ids=name_of)
def test_nobody_may_use_what_is_guarded_without_a_token(
    sqlite_client: Client, route: Route
) -> None:
    assert sqlite_client.ask(route.method, route.path, token=None).status_int == 401


def test_a_body_that_comes_without_a_token_is_small() -> None:
    for route in ROUTES:
        if route.rule is None and route.endpoint.body is not None:
            assert route.endpoint.body_bytes is not None, route
            assert route.endpoint.body_bytes <= 64 * 1024


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "TRACE"])
def test_a_method_without_a_row_is_refused(sqlite_client: Client, path: str, method: str) -> None:
    has = sorted(route.method for route in ROUTES if route.path == path)
    if method in has:
        return
    response = sqlite_client.ask(method, path)
    assert response.status_int == 405
    assert response.headers["Allow"] == ", ".join(has)


@pytest.mark.parametrize("path", ["/-/nothing", "/-/explain/", "/-/../resource_providers"])
def test_a_path_without_a_row_is_not_found(sqlite_client: Client, path: str) -> None:
    response = sqlite_client.ask("GET", path)
    assert response.status_int == 404
    assert response.json["errors"][0]["code"] == "placement.undefined_code"
    assert response.json["errors"][0]["request_id"] == response.headers["x-openstack-request-id"]


def test_without_the_console_its_paths_are_those_of_no_resource(sqlite_url: str) -> None:
    with serving(sqlite_url, {"OS_PLACEDOCK__CONSOLE": "False"}) as client:
        for route in ROUTES:
            response = client.ask(route.method, route.path)
            assert response.status_int == 404
            assert response.headers["OpenStack-API-Version"] == "placement 1.39"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([Route("GET", "/explain", "explain", ENDPOINT)], "does not begin with /-/"),
        ([Route("GET", "/-/a", "a", ENDPOINT)] * 2, "GET /-/a has two rows"),
        ([Route("GET", "/-/a", "", ENDPOINT)], "GET /-/a has neither a rule nor OPEN"),
        (
            [Route("GET", "/-/a", OPEN, ENDPOINT), Route("PUT", "/-/a", "a", ENDPOINT)],
            "/-/a is open to some methods and not to others",
        ),
    ],
)
def test_a_table_that_could_leave_a_door_open_ends_the_start(rows: list[Route], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        by_path(rows)


def test_who_may_list_candidates_may_use_the_console_whatever_a_policy_file_says(
    sqlite_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("policy") / "policy.yaml"
    file.write_text('"placement:allocation_candidates:list": "role:auditor"\n')
    settings = {"OS_OSLO_POLICY__POLICY_FILE": str(file)}
    with serving(sqlite_url, settings) as client:
        for roles, status in (("auditor", 200), ("admin", 403)):
            path = "/-/audit"
            assert client.ask("GET", path, X_Roles=roles).status_int == status


def test_the_description_is_valid_and_has_every_route(sqlite_client: Client) -> None:
    document = sqlite_client.ask("GET", "/-/openapi.json", token=None).json
    openapi_spec_validator.validate(document)
    described = {(m.upper(), path) for path, ms in document["paths"].items() for m in ms}
    assert described == {(route.method, route.path) for route in ROUTES}
    for route in ROUTES:
        operation = document["paths"][route.path][route.method.lower()]
        assert ("security" in operation) == (route.guard is Access.OPEN)
        jsonschema.Draft202012Validator.check_schema(route.endpoint.shows)


def test_the_description_has_what_an_explanation_takes_of_the_newest_api(
    sqlite_client: Client,
) -> None:
    paths = sqlite_client.ask("GET", "/-/openapi.json", token=None).json["paths"]
    api = sqlite_client.ask("GET", "/openapi.json?version=1.39", token=None).json["paths"]
    query = [one for one in api["/allocation_candidates"]["get"]["parameters"] if "in" in one]
    described = paths["/-/explain"]["get"]["parameters"]
    assert {"limit", "root_required", "groups"} < {one["name"] for one in query}
    assert [one for one in described if one["name"] not in ("host", "OpenStack-API-Version")] == (
        query
    )
    body = paths["/-/explain"]["put"]["requestBody"]
    assert body == api["/allocations/{consumer_uuid}"]["put"]["requestBody"]
    assert "allocations" in body["content"]["application/json"]["schema"]["properties"]


def test_the_description_has_a_304_where_an_answer_has_an_etag(sqlite_client: Client) -> None:
    for method, path, body in topology.writes("cn1 VCPU:8"):
        assert sqlite_client.ask(method, path, body).status_int < 300
    needed = {"/-/map": "?resource_class=VCPU", "/-/explain": "?resources=VCPU:1"}
    tagged = 0
    for path, methods in sqlite_client.ask("GET", "/-/openapi.json").json["paths"].items():
        if "get" in methods:
            answer = sqlite_client.ask("GET", path + needed.get(path, ""))
            assert answer.status_int == 200
            assert ("ETag" in answer.headers) == ("304" in methods["get"]["responses"]), path
            tagged += "ETag" in answer.headers
    assert tagged == 4


def test_what_a_request_waited_for_its_turn_is_of_its_time(sqlite_client: Client) -> None:
    for path in "/-/export", "/-/audit", "/-/overview":
        request = webob.Request.blank(path, headers={"X-Auth-Token": "admin"})
        request.environ[QUEUED] = time.time() - 60
        response = request.get_response(sqlite_client.application)
        assert response.status_int == 503
        assert "after 50 seconds" in response.text


@pytest.mark.parametrize("work", [exports.export, audit.audit])
def test_work_on_the_whole_cloud_ends_at_the_deadline(
    sqlite_client: Client, work: Callable[..., object]
) -> None:
    sqlite_client.ask("POST", "/resource_providers", {"name": secrets.token_hex(8)})
    over = Deadline(50, spent=60)
    with pytest.raises(RequestTookTooLong):
        sqlite_client.database.read(lambda connection: work(connection, deadline=over))


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_a_parameter_that_is_not_described_is_refused(sqlite_client: Client, route: Route) -> None:
    body: dict[str, object] | None = {} if route.endpoint.body is not None else None
    response = sqlite_client.ask(route.method, f"{route.path}?surprise=1", body)
    assert response.status_int == 400
    assert "surprise" in response.json["errors"][0]["detail"]
