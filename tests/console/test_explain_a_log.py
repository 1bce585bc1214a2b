# SPDX-License-Identifier: Apache-2.0
"""`placedock explain --log` finds the queries that came back empty, in the logs of several programs."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import topology
from keystoneauth1.adapter import Adapter
from keystoneauth1.session import Session
from keystoneauth1.token_endpoint import Token
from placedock.commands.logged import Logged, requests

from .serving import Client

CONTEXT = "[None req-7740c81c-cbf0-4968-8bd9-7b08feff7e21 admin admin]"
OTHER = "[None req-cff38ff9-e014-4bbd-a780-c28b68ee11e0 admin admin]"

UPSTREAM = (
    f"2026-01-01 00:00:00.000 12 INFO placement.requestlog {CONTEXT} 10.0.0.1 "
    '"GET /placement/allocation_candidates?{}" status: {} len: {} microversion: 1.36'
)
APACHE = '10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /allocation_candidates?{} HTTP/1.1" {} {} "-" "nova"'
ASKED = (
    f"2026-01-01 00:00:00.000 7 DEBUG keystoneauth.session {CONTEXT} REQ: curl -g -i -X GET "
    'https://cloud/placement/allocation_candidates?{} -H "Accept: application/json" '
    '-H "OpenStack-API-Version: placement 1.36" request'
)
ANSWERED = (
    "2026-01-01 00:00:00.000 7 DEBUG keystoneauth.session {} RESP BODY: "
    '{{"allocation_requests": [{}], "provider_summaries": {{}}}}'
)


def test_upstreams_log_says_what_came_back_empty() -> None:
    lines = [
        UPSTREAM.format("resources=VCPU:1", 200, 1234),
        UPSTREAM.format("resources=VCPU:2", 200, 53),
        UPSTREAM.format("resources=VCPU:2", 200, 53),
        UPSTREAM.format("resources=VCPU:x", 400, 53),
        UPSTREAM.format("resources=VCPU:3&limit=1000", 200, 53),
    ]
    assert requests(lines) == [
        Logged("resources=VCPU:3&limit=1000", "1.36", True),
        Logged("resources=VCPU:2", "1.36", True),
        Logged("resources=VCPU:1", "1.36", False),
    ]


def test_a_query_that_is_asked_again_counts_as_it_was_answered_last() -> None:
    lines = [
        UPSTREAM.format("resources=VCPU:1", 200, 53),
        UPSTREAM.format("resources=VCPU:2", 200, 53),
        UPSTREAM.format("resources=VCPU:1", 200, 900),
    ]
    assert [(one.query, one.empty) for one in requests(lines)] == [
        ("resources=VCPU:1", False),
        ("resources=VCPU:2", True),
    ]


def test_the_log_of_a_web_server_says_no_version() -> None:
    lines = [
        APACHE.format("resources=VCPU:1", 200, 50),
        APACHE.format("resources=VCPU:2", 200, 500),
    ]
    assert requests(lines) == [
        Logged("resources=VCPU:2", None, False),
        Logged("resources=VCPU:1", None, True),
    ]


def test_a_query_in_the_logs_of_two_programs_is_one_at_the_version_that_one_of_them_knows() -> None:
    logs = {
        "placement": UPSTREAM.format("resources=VCPU:1", 200, 53),
        "apache": APACHE.format("resources=VCPU:1", 200, 53),
        "nova": ASKED.format("resources=VCPU:1"),
    }
    for lines in permutations(logs.values()):
        assert requests(lines) == [Logged("resources=VCPU:1", "1.36", True)]
    other = UPSTREAM.format("resources=VCPU:1", 200, 900).replace("1.36", "1.39")
    assert requests([*logs.values(), other]) == [
        Logged("resources=VCPU:1", "1.39", False),
        Logged("resources=VCPU:1", "1.36", None),
    ]
    assert requests([other, logs["apache"], logs["placement"]]) == [
        Logged("resources=VCPU:1", "1.36", True),
        Logged("resources=VCPU:1", "1.39", False),
    ]


def test_the_scheduler_asks_in_one_line_and_hears_the_answer_in_another() -> None:
    lines = [
        ASKED.format("resources=VCPU:1"),
        ASKED.format("resources=VCPU:2").replace(CONTEXT, OTHER),
        ANSWERED.format(CONTEXT, ""),
        ANSWERED.format(OTHER, '{"allocations": 1}'),
        ASKED.format("resources=VCPU:3"),
    ]
    assert requests(lines) == [
        Logged("resources=VCPU:3", "1.36", None),
        Logged("resources=VCPU:2", "1.36", False),
        Logged("resources=VCPU:1", "1.36", True),
    ]


@contextmanager
def listening(client: Client) -> Iterator[str]:
    """The client's service on a port of this machine."""
    with make_server("127.0.0.1", 0, client.application, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *words: object) -> None:
        """Say nothing."""


def test_what_keystoneauth_logs_for_the_scheduler_is_understood(
    sqlite_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for method, path, body in topology.writes("cn1 VCPU:8,used=6"):
        assert sqlite_client.ask(method, path, body).status_int < 300
    with listening(sqlite_client) as url, caplog.at_level(logging.DEBUG, "keystoneauth"):
        placement = Adapter(Session(Token(url, "admin")), service_type="placement")
        for query in "resources=VCPU:1", "resources=VCPU:4&limit=1000":
            placement.get(f"/allocation_candidates?{query}", microversion="1.36")
    lines = [
        f"2026-01-01 00:00:00.000 7 DEBUG {record.name} {CONTEXT} {record.getMessage()}"
        for record in caplog.records
    ]
    assert requests(lines) == [
        Logged("resources=VCPU:4&limit=1000", "1.36", True),
        Logged("resources=VCPU:1", "1.36", False),
    ]


def test_what_the_service_logs_itself_is_understood(
    sqlite_client: Client, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for method, path, body in topology.writes("cn1 VCPU:8,used=6"):
        assert sqlite_client.ask(method, path, body).status_int < 300
    with caplog.at_level(logging.INFO, "placedock"):
        for query in ("resources=VCPU:1", "resources=VCPU:4", "resources=VCPU:5&limit=3"):
            sqlite_client.ask("GET", f"/allocation_candidates?{query}", version="1.36")
        sqlite_client.ask("GET", "/allocation_candidates?resources=VCPU:4", version="1.36")
    log = tmp_path / "placement.log"
    log.write_text("\n".join(record.getMessage() for record in caplog.records))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("placedock")), "explain", *words],
            env=os.environ
            | {
                "OS_PLACEMENT_DATABASE__CONNECTION": sqlite_url,
                "OS_API__AUTH_STRATEGY": "noauth2",
            },
            capture_output=True,
            text=True,
        )

    told = run("--log", str(log))
    assert told.returncode == 0, told.stderr
    headings = [line for line in told.stdout.splitlines() if "microversion" in line]
    assert headings == [
        "resources=VCPU:4 (microversion 1.36)",
        "resources=VCPU:5&limit=3 (microversion 1.36)",
    ]
    assert "No candidates. None of 1 tree has 4 VCPU left: most is 2 on cn1" in told.stdout
    told = run("--log", str(log), "--last", "1", "--json")
    assert json.loads(told.stdout)["candidates"]["count"] == 0
    assert "There are more" in told.stderr
    told = run("--log", str(tmp_path / "none"))
    assert told.returncode == 2
    assert told.stderr == f"placedock: {tmp_path / 'none'}: No such file or directory\n"
    log.write_text("nothing\n")
    assert run("--log", str(log)).stderr == "placedock: no query of this log came back empty\n"
    assert run().returncode == 2
