# SPDX-License-Identifier: Apache-2.0
"""Requests that are too large, take too long, or name a path that a server could take for another."""

import json
import socket
import threading
import time

import pytest
import requests
from topology import uuid_of, writes

from .services import ADMIN, PATIENCE, PROMPT, QUICK, SERVERS, Service

MIB = 1024**2
HEAD = b"POST /resource_providers HTTP/1.1\r\nHost: placement\r\nContent-Type: application/json\r\n"
TOKEN = b"X-Auth-Token: admin\r\n"


# Bodies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [TOKEN, b""], ids=["with a token", "without one"])
def test_a_body_that_is_too_large_is_refused_before_it_is_sent(
    service: Service, token: bytes
) -> None:
    """400 MiB are told, and none is sent: whoever waited for them would not answer."""
    answer = service.exchange(HEAD + token + b"Content-Length: 419430400\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    service.serves()


def test_a_body_in_chunks_that_becomes_too_large_is_refused(service: Service) -> None:
    chunk = b"10000\r\n" + 65536 * b"[" + b"\r\n"
    answer = service.exchange(HEAD + TOKEN + b"Transfer-Encoding: chunked\r\n\r\n", *(20 * [chunk]))
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_of_the_size_that_is_allowed_is_read(service: Service) -> None:
    name = json.dumps({"name": "x" * 100}).encode()
    padded = name + b" " * (MIB - len(name))
    answer = service.exchange(HEAD + TOKEN + b"Content-Length: %d\r\n\r\n" % MIB, padded)
    assert answer.startswith((b"HTTP/1.1 201 ", b"HTTP/1.1 409 "))


def test_large_bodies_that_arrive_at_once_are_refused_when_they_take_too_much_together(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """In Apache's memory. Small ones are not, however many large ones arrive."""
    settings = QUICK | {"OS_PLACEDOCK__BODY_MIB": "32", "OS_PLACEDOCK__BODY_SECONDS": "60"}
    with SERVERS["container"](settings, tmp_path_factory.mktemp("large")) as service:
        told, open_ones = [], []
        for _ in range(6):
            made = socket.create_connection((service.host, service.port), PATIENCE)
            open_ones.append(made)
            made.sendall(HEAD + TOKEN + b"Content-Length: 20971520\r\n\r\n")
            try:
                made.sendall(b"[" * (19 * MIB))
                made.settimeout(1)
                told.append(made.recv(512))
            except OSError:
                # It waits for the last MiB.
                told.append(b"")
        refused = next(answer for answer in told if answer)
        assert refused.startswith(b"HTTP/1.1 503") and b"\r\nRetry-After: 1\r\n" in refused
        assert told.count(b"") >= 3
        service.serves()
        small = service.ask("POST", "/resource_providers", json={"name": "small"})
        assert small.status_code == 200
        for each in open_ones:
            each.close()


# Paths --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/traits/..%2fresource_providers",
        "/traits/../livez",
        "/x/../livez",
        "/./livez",
        "/x/%2e%2e/livez",
        "/resource_providers/..%2f..%2flivez",
        "/traits//HW_CPU_X86_AVX",
    ],
)
def test_a_path_is_looked_up_as_it_was_sent(service: Service, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: placement\r\nX-Auth-Token: admin\r\n\r\n"
    assert service.exchange(request.encode()).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "target", ["/livez", "/%6civez", "/livez?a=/../b", "http://placement/livez"]
)
def test_a_path_that_only_looks_unusual_is_found(service: Service, target: str) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: placement\r\n\r\n"
    assert service.exchange(request.encode()).startswith(b"HTTP/1.1 200 ")


def test_the_place_for_health_serves_nothing_else(service: Service) -> None:
    for path, status in {"/livez": 200, "/readyz": 200, "/": 404, "/traits": 404}.items():
        answer = requests.get(service.health_url + path, headers=ADMIN, timeout=PATIENCE)
        assert answer.status_code == status, path


# Time ---------------------------------------------------------------------------------------------

CHILDREN = 16
NODE = "node\n" + "".join(f"  child{number} VCPU:16\n" for number in range(CHILDREN))


def endless(groups: int) -> str:
    """Candidates for so many isolated groups: with one more than there are providers, nothing is ever found."""
    wanted = "&".join(f"resources{number}=VCPU:1" for number in range(1, groups + 1))
    return f"/allocation_candidates?{wanted}&group_policy=isolate&in_tree1={uuid_of('node')}"


@pytest.fixture
def node(service: Service) -> None:
    for method, path, body in writes(NODE):
        answer = service.ask(method, path, json=body)
        assert answer.status_code < 500


def detail(answer: requests.Response) -> str:
    return str(answer.json()["errors"][0]["detail"])


def test_a_search_that_finds_nothing_for_too_long_is_given_up_and_told_how_to_ask_for_less(
    service: Service, node: None
) -> None:
    """Seventeen isolated groups do not fit on sixteen providers. A search that sees that at once may say so."""
    began = time.monotonic()
    answer = service.get(endless(CHILDREN + 1))
    assert time.monotonic() - began < 2 + PROMPT
    if answer.status_code == 200:
        assert answer.json()["allocation_requests"] == []
    else:
        assert answer.status_code == 503
        assert "after 2 seconds" in detail(answer) and "`limit`" in detail(answer)


def test_more_candidates_than_an_answer_may_have_are_refused_and_a_limit_helps(
    service: Service, node: None
) -> None:
    began = time.monotonic()
    answer = service.get(endless(CHILDREN - 4))
    assert time.monotonic() - began < 2 + PROMPT
    assert answer.status_code in (400, 503)
    assert "`limit`" in detail(answer)
    limited = service.get(endless(CHILDREN - 4) + "&limit=10")
    assert limited.status_code == 200
    assert len(limited.json()["allocation_requests"]) == 10


def test_more_long_requests_than_there_are_threads_end_and_health_answers_meanwhile(
    service: Service, node: None
) -> None:
    statuses: list[int] = []
    askers = [
        threading.Thread(
            target=lambda: statuses.append(service.get(endless(CHILDREN + 1)).status_code)
        )
        for _ in range(12)
    ]
    for each in askers:
        each.start()
    service.is_alive()
    for each in askers:
        each.join()
    assert len(statuses) == 12
    assert set(statuses) <= {200, 503}
    service.serves()


@pytest.mark.parametrize("server", SERVERS)
def test_a_thousand_groups_are_answered(
    server: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In the time that a request has by itself: each of them finds its place on one provider."""
    groups = 1000
    settings = QUICK | {"OS_PLACEDOCK__REQUEST_SECONDS": "50"}
    with SERVERS[server](settings, tmp_path_factory.mktemp(f"groups-{server}")) as service:
        for method, path, body in writes(f"host VCPU:{groups}"):
            assert service.ask(method, path, json=body).status_code < 300
        wanted = "&".join(f"resources{number}=VCPU:1" for number in range(1, groups + 1))
        answer = service.get(f"/allocation_candidates?{wanted}&group_policy=none")
        assert answer.status_code == 200, answer.text
        (candidate,) = answer.json()["allocation_requests"]
        assert candidate["allocations"] == {uuid_of("host"): {"resources": {"VCPU": groups}}}
        assert len(candidate["mappings"]) == groups
