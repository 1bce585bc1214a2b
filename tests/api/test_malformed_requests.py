# SPDX-License-Identifier: Apache-2.0
"""Queries, paths, methods and headers that nobody should send. Each is refused in the usual way, and changes nothing."""

import json
import uuid
from urllib.parse import quote

import pytest

from .raw import CONSUMER, HOST, HUGE, ask, claim

pytestmark = pytest.mark.usefixtures("service")

QUERIES = [
    "resources=",
    "resources=VCPU",
    "resources=VCPU:",
    "resources=:1",
    "resources=VCPU:1:2",
    "resources=VCPU:-1",
    "resources=VCPU:1.5",
    "resources=VCPU:1,",
    "resources=VCPU:one",
    "resources=vcpu:1",
    "resources=VCPU%22:1",
    "resources=%FF%FE:1",
    "resources=VCPU:%D9%A1x",
    "resources=VCPU:1&resources=%00",
    "resources=VCPU:1&required=",
    "resources=VCPU:1&required=,",
    "resources=VCPU:1&required=%FF",
    "resources=VCPU:1&required=in:",
    "resources=VCPU:1&required=in:!HW_CPU_X86_AVX",
    "resources=VCPU:1&required=!",
    "resources=VCPU:1&member_of=",
    "resources=VCPU:1&member_of=in:",
    "resources=VCPU:1&member_of=not-a-uuid",
    "resources=VCPU:1&member_of=!in:not-a-uuid",
    "resources=VCPU:1&in_tree=not-a-uuid",
    "resources=VCPU:1&more=1",
    "resources=VCPU:1&%FF=1",
    f"resources=VCPU:1&{'x' * 10_000}=1",
]
ONLY_CANDIDATES = [
    "",
    "limit=1",
    "resources=VCPU:1&limit=",
    "resources=VCPU:1&limit=-1",
    "resources=VCPU:1&limit=1.5",
    "resources=VCPU:1&limit=all",
    "resources=VCPU:1&limit=0",
    "resources=VCPU:1&limit=%D9%A1",
    "resources=VCPU:1&group_policy=",
    "resources=VCPU:1&group_policy=together",
    "resources1=VCPU:1&resources2=VCPU:1",
    "resources=VCPU:1&root_required=",
    "resources=VCPU:1&root_required=in:HW_CPU_X86_AVX",
    "resources=VCPU:1&same_subtree=",
    "resources=VCPU:1&same_subtree=_A",
    "resources=VCPU:1&required1=HW_CPU_X86_AVX",
    f"resources_{'x' * 65}=VCPU:1",
    "resources_a.b=VCPU:1",
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:60])
def test_a_query_that_cannot_be_read_is_a_400(query: str) -> None:
    for path in "/allocation_candidates", "/resource_providers":
        assert ask("GET", f"{path}?{query}").status == 400


@pytest.mark.parametrize("query", ONLY_CANDIDATES, ids=lambda query: query[:60])
def test_a_query_for_candidates_that_cannot_be_read_is_a_400(query: str) -> None:
    assert ask("GET", f"/allocation_candidates?{query}").status == 400


@pytest.mark.parametrize("amount", [2**31, 2**63 - 1, 2**63, 2**64, 10**30, HUGE])
def test_nobody_has_a_huge_amount(amount: object) -> None:
    candidates = ask("GET", f"/allocation_candidates?resources=VCPU:{amount}")
    assert json.loads(candidates.body)["allocation_requests"] == []
    providers = ask("GET", f"/resource_providers?resources=VCPU:{amount}")
    assert json.loads(providers.body)["resource_providers"] == []


def test_a_limit_of_thousands_of_digits_is_no_limit() -> None:
    answer = ask("GET", f"/allocation_candidates?resources=VCPU:1&limit={HUGE}")
    assert len(json.loads(answer.body)["allocation_requests"]) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/usages?project_id=%FF%FE", 400),
        ("/usages?project_id=", 400),
        (f"/usages?project_id={'x' * 256}", 400),
        ("/usages?project_id=x&user_id=%C3%28", 400),
        ("/usages?project_id=x&consumer_type=%FF", 400),
        ("/traits?name=in:%FF", 400),
        ("/traits?name=%FF", 400),
        ("/traits?colour=white", 400),
        ("/resource_providers?name=%FF", 400),
        ("/resource_providers?uuid=%00", 400),
        ("/resource_providers/\xff\xfe", 404),
        ("/resource_providers/\x00", 404),
        ("/resource_providers/\xff/inventories", 404),
        (f"/resource_providers/{HOST}/inventories/\xff", 404),
        (f"/resource_providers/{HOST}/inventories/VC'PU", 404),
        ("/resource_classes/\xff", 404),
        ("/resource_classes/VC'PU", 404),
        ('/resource_classes/VC"PU', 404),
        ("/traits/\xff", 404),
        ("/allocations/\xff", 400),
        ("/\xff", 404),
    ],
)
def test_bytes_that_are_no_text_are_found_nowhere(path: str, status: int) -> None:
    """In a path they name nothing; in a query they are what cannot be read."""
    assert ask("GET", path).status in (status, 400)


@pytest.mark.parametrize(
    "name", ['CUSTOM_"', "CUSTOM_'", "CUSTOM_\\", 'CUSTOM_X", "a": "', "CUSTOM_\xff"]
)
def test_a_name_in_a_path_is_text_and_nothing_more(name: str, unchanged: None) -> None:
    for noun in "resource_classes", "traits":
        assert ask("PUT", f"/{noun}/{name}").status == 400
        assert ask("DELETE", f"/{noun}/{name}").status in (400, 404)
    renamed = ask(
        *("PUT", f"/resource_classes/{name}", {"name": name}),
        HTTP_OPENSTACK_API_VERSION="placement 1.6",
    )
    assert renamed.status in (400, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/resource_providers/",
        "//resource_providers",
        "/resource_providers//",
        f"/resource_providers/{HOST}/",
        f"/resource_providers/{HOST}/inventories/",
        f"/resource_providers/{HOST}//inventories",
        f"/resource_providers//{HOST}",
        f"/resource_providers/{HOST}/inventories/VCPU/total",
        f"/resource_providers/{HOST}/fridges",
        f"/./resource_providers/{HOST}",
        f"/resource_providers/../resource_providers/{HOST}",
        "/resource_providers.json",
        "/resource_providers;a=b",
        "/Resource_Providers",
        "/traits/",
        "/traits/HW_CPU_X86_AVX/",
        "/resource_classes/",
        "/allocations/",
        "/allocation_candidates/",
        "/usages/",
        "/reshaper/",
        "/livez/",
        "/index.html",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_a_path_that_is_nearly_one_is_not_found(method: str, path: str, unchanged: None) -> None:
    body: dict[str, object] | None = None if method in ("GET", "DELETE") else {}
    assert ask(method, path, body).status == 404


@pytest.mark.parametrize(
    "path",
    [f"/resource_providers/{HOST}", "/traits/HW_CPU_X86_AVX", "/resource_classes/VCPU"],
)
def test_an_extension_is_part_of_the_name(path: str, unchanged: None) -> None:
    for extension in ".json", ".html", ".", ".json/":
        assert ask("GET", path + extension).status == 404
        assert ask("DELETE", path + extension).status == 404
        assert ask("PUT", path + extension, {}).status in (400, 404)


ALLOWED = {
    "/": {"GET"},
    "/resource_providers": {"GET", "POST"},
    f"/resource_providers/{HOST}": {"GET", "PUT", "DELETE"},
    f"/resource_providers/{HOST}/inventories": {"GET", "PUT", "POST", "DELETE"},
    f"/resource_providers/{HOST}/inventories/VCPU": {"GET", "PUT", "DELETE"},
    f"/resource_providers/{HOST}/traits": {"GET", "PUT", "DELETE"},
    f"/resource_providers/{HOST}/aggregates": {"GET", "PUT"},
    f"/resource_providers/{HOST}/usages": {"GET"},
    f"/resource_providers/{HOST}/allocations": {"GET"},
    "/resource_classes": {"GET", "POST"},
    "/resource_classes/VCPU": {"GET", "PUT", "DELETE"},
    "/traits": {"GET"},
    "/traits/HW_CPU_X86_AVX": {"GET", "PUT", "DELETE"},
    "/allocations": {"POST"},
    f"/allocations/{CONSUMER}": {"GET", "PUT", "DELETE"},
    "/allocation_candidates": {"GET"},
    "/usages": {"GET"},
    "/reshaper": {"POST"},
}
METHODS = (
    "GET",
    "PUT",
    "POST",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "CONNECT",
    "get",
    "_route",
)


@pytest.mark.parametrize("path", ALLOWED, ids=lambda path: path.replace(HOST, "host"))
def test_a_method_that_a_url_does_not_have_is_a_405_that_says_which_it_has(
    path: str, unchanged: None
) -> None:
    for method in set(METHODS) - ALLOWED[path]:
        answer = ask(method, path)
        assert answer.status == 405, method
        assert set(answer.headers["allow"].split(", ")) == ALLOWED[path]


@pytest.mark.parametrize("disguise", ["?_method=delete", "?_method=DELETE", "?method=DELETE"])
def test_no_parameter_makes_another_method_of_a_request(disguise: str, unchanged: None) -> None:
    assert ask("GET", f"/resource_providers/{HOST}{disguise}").status in (200, 400)
    assert ask("POST", f"/resource_providers/{HOST}{disguise}", {}).status == 405
    overridden = ask(
        "POST", f"/resource_providers/{HOST}", {}, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE"
    )
    assert overridden.status == 405


def test_a_parameter_or_a_field_does_not_fill_the_path(unchanged: None) -> None:
    """`uuid` and `name` are what the parts of the paths are called inside."""
    other = str(uuid.uuid4())
    assert ask("GET", f"/resource_providers/{other}?uuid={HOST}").status == 404
    assert ask("DELETE", f"/resource_providers/{other}?uuid={HOST}").status == 404
    assert ask("PUT", f"/resource_providers/{other}", {"name": "x", "uuid": HOST}).status in (
        400,
        404,
    )


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "", " ", HUGE])
def test_a_content_length_that_is_none_is_refused_or_passed_over(
    length: str, unchanged: None
) -> None:
    answer = ask("PUT", "/traits/HW_CPU_X86_AVX", CONTENT_LENGTH=length)
    assert answer.status in (204, 400)
    assert ask("POST", "/resource_providers", b"{}", CONTENT_LENGTH=length).status == 400


@pytest.mark.parametrize(
    "given", ["text/plain", "application/xml", "*/*", "json", "", "a/b/c", "\xff"]
)
def test_a_content_type_that_is_not_json_is_a_415(given: str, unchanged: None) -> None:
    answer = ask("POST", "/resource_providers", b'{"name": "x"}', CONTENT_TYPE=given)
    assert answer.status == (415 if given else 400)


@pytest.mark.parametrize("accept", ["text/html", "text/plain", "image/png", "a/b;q=0.5"])
def test_who_does_not_accept_json_is_not_given_any(accept: str) -> None:
    answer = ask("GET", "/resource_providers", HTTP_ACCEPT=accept)
    assert answer.status == 406
    assert not answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    "version", ["", "placement", "placement 1", "placement 1.", "placement 1.0.0", "placement -1.1",
                f"placement 1.{HUGE}", "placement 1.39 1.0", "placement \xff", ",", "1.39"],
)  # fmt: skip
def test_a_version_that_is_none_is_refused_or_is_the_oldest(version: str) -> None:
    answer = ask("GET", "/resource_providers", HTTP_OPENSTACK_API_VERSION=version)
    assert answer.status in (200, 400, 406)
    if answer.status == 200:
        assert answer.headers["openstack-api-version"] == "placement 1.0"


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("", 403),
        (":", 403),
        ("::", 403),
        (":admin", 403),
        ("\xff", 403),
        ("Admin", 403),
        ("admin\n", 403),
        ("x" * 100_000, 403),
        ("admin", 200),
        ("admin:", 200),
        ("admin:" + "p" * 10_000, 200),
        ("admin:admin:admin", 200),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_only_the_user_admin_is_an_admin(token: str, status: int) -> None:
    assert ask("GET", "/resource_providers", HTTP_X_AUTH_TOKEN=token).status == status


@pytest.mark.parametrize("end", ["\n", "\n\n", "\r\n", "\x00", "\x7f", " "], ids=ascii)
def test_a_control_character_behind_a_name_is_never_part_of_it(end: str, unchanged: None) -> None:
    """One newline behind a path counts for nothing, as upstream's routes have it. `stage` sees that nothing is a 500."""
    for noun in "traits", "resource_classes":
        made = ask("PUT", f"/{noun}/CUSTOM_GOLD{end}").status
        assert made == (201 if end == "\n" else 400)
        there = ask("GET", f"/{noun}/CUSTOM_GOLD").status in (200, 204)
        assert there == (end == "\n")
        assert ask("DELETE", f"/{noun}/CUSTOM_GOLD{end}").status == (204 if end == "\n" else 404)
    assert ask("POST", "/resource_classes", {"name": f"CUSTOM_GOLD{end}"}).status == 400
    told = ask("GET", f"/allocations/{CONSUMER}{end}")
    assert (json.loads(told.body)["allocations"] != {}) == (end == "\n")


def test_a_uuid_in_a_body_ends_where_it_ends(unchanged: None) -> None:
    claims = {f"{uuid.uuid4()}\n": claim()}
    assert ask("POST", "/allocations", claims).status == 400
    moved = {"inventories": {}, "allocations": claims}
    assert ask("POST", "/reshaper", moved, HTTP_X_ROLES="service").status == 400


def test_of_a_repeated_group_policy_the_first_counts() -> None:
    groups = "resources1=VCPU:1&resources2=VCPU:1"
    empty = ask("GET", f"/allocation_candidates?{groups}&group_policy=&group_policy=none")
    assert (empty.status, "group_policy" in empty.detail) == (400, True)
    asked = ask("GET", f"/allocation_candidates?{groups}&group_policy=isolate&group_policy=none")
    assert json.loads(asked.body)["allocation_requests"] == []


@pytest.mark.parametrize(
    ("prefix", "found"), [("CUSTOM_GO_D", True), ("%GOLD", True), ("_", True), ("GOLD", False)]
)
def test_the_wildcards_of_like_are_wildcards_in_a_prefix(
    prefix: str, found: bool, unchanged: None
) -> None:
    assert ask("PUT", "/traits/CUSTOM_GOLD").status == 201
    traits = json.loads(ask("GET", f"/traits?name=startswith:{quote(prefix)}").body)["traits"]
    assert ("CUSTOM_GOLD" in traits) == found
    assert ask("DELETE", "/traits/CUSTOM_GOLD").status == 204


@pytest.mark.parametrize("accept", ["text/*", "text/html", "image/png", "application/json;q=0"])
def test_what_has_no_json_or_one_form_only_is_sent_whatever_is_accepted(accept: str) -> None:
    assert ask("GET", "/", HTTP_ACCEPT=accept).status == 200
    assert ask("GET", "/traits/HW_CPU_X86_AVX", HTTP_ACCEPT=accept).status == 204
