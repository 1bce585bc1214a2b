# SPDX-License-Identifier: Apache-2.0
"""`placedock serve` says where it serves and what is insecure, logs where it is told, and believes a proxy when it is told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from servers.processes import ADMIN, Server, running

from .process import AUTHTOKEN, BIN, GOOD, KEYSTONE

SYNC = {"OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True"}
WARNING = "placedock: warning: "


@contextmanager
def serving(folder: Path, variables: Mapping[str, str]) -> Iterator[Server]:
    with running(
        (str(BIN / "placedock"), "serve"), GOOD | SYNC | dict(variables), folder
    ) as server:
        yield server


def warnings(server: Server) -> list[str]:
    lines = server.log.read_text().splitlines()
    return [line.removeprefix(WARNING) for line in lines if line.startswith(WARNING)]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_says_where_it_serves_as_an_address_that_can_be_used(host: str, tmp_path: Path) -> None:
    """On a loopback address there is nothing to warn of."""
    with serving(tmp_path, {"HOST": host}) as server:
        assert f"serving at {server.url}" in server.log.read_text()
        assert ("[::1]" in server.url) == (host == "::1")
        assert warnings(server) == []


@pytest.mark.parametrize("console", ["True", "False"])
def test_it_says_where_the_page_is_when_there_is_one(console: str, tmp_path: Path) -> None:
    with serving(tmp_path, {"OS_PLACEDOCK__CONSOLE": console}) as server:
        said = f"see the cloud at {server.url}/-/" in server.log.read_text()
        found = requests.get(f"{server.url}/-/", timeout=30)
        assert said == (found.status_code == 200) == (console == "True")


def test_it_warns_of_noauth2_where_other_hosts_can_call(tmp_path: Path) -> None:
    with serving(tmp_path, {"HOST": "0.0.0.0"}) as server:
        (warning,) = warnings(server)
        assert "noauth2 believes every caller" in warning
        assert "HOST=0.0.0.0" in warning


def test_it_warns_once_of_secrets_that_everybody_knows(tmp_path: Path) -> None:
    others = {f"{AUTHTOKEN}PASSWORD": "insecure-placement-password"}
    with serving(tmp_path, KEYSTONE | others) as server:
        (warning,) = warnings(server)
        assert warning.startswith(f"{AUTHTOKEN}PASSWORD: ")
    known = Path(__file__).parents[2] / "env" / "insecure"
    for secret in known.iterdir():
        if secret.suffix != ".yaml":
            assert "insecure-" in secret.read_text(), secret


def test_the_log_goes_to_the_file_that_is_named(tmp_path: Path) -> None:
    with serving(tmp_path, {"OS_DEFAULT__LOG_FILE": "here.log"}) as server:
        answer = server.ask("GET", "/resource_providers")
        (line,) = [
            line
            for line in (tmp_path / "here.log").read_text().splitlines()
            if answer.headers["x-openstack-request-id"] in line
        ]
        assert "GET /resource_providers" in line
        assert "GET /resource_providers" not in server.log.read_text()


@pytest.mark.parametrize(
    "form",
    [
        "%(asctime)s %(process)d %(levelname)s %(name)s [-] %(instance)s%(message)s",
        "%(levelname)s %(message)s",
    ],
)
def test_lines_have_the_form_that_is_set(form: str, tmp_path: Path) -> None:
    """The first is oslo.log's own default, which has a field that only oslo.log knows."""
    settings = {
        "OS_DEFAULT__LOGGING_DEFAULT_FORMAT_STRING": form,
        "OS_DEFAULT__LOGGING_CONTEXT_FORMAT_STRING": form,
    }
    with serving(tmp_path, settings) as server:
        answer = server.ask("GET", "/resource_providers")
        log = server.log.read_text()
        assert log.count(answer.headers["x-openstack-request-id"]) == 1
        assert "INFO" in log
        assert "Traceback" not in log


@pytest.mark.parametrize("believed", ["True", "False"])
def test_it_believes_a_proxy_when_the_settings_say_so(believed: str, tmp_path: Path) -> None:
    proxy = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "cloud.example",
        "X-Forwarded-Prefix": "/placement",
    }
    settings = {"OS_OSLO_MIDDLEWARE__ENABLE_PROXY_HEADERS_PARSING": believed}
    with serving(tmp_path, settings) as server:
        made = server.ask(
            "POST", "/resource_providers", json={"name": "host"}, headers=ADMIN | proxy
        )
        outside = "https://cloud.example/placement" if believed == "True" else server.url
        assert made.headers["Location"].startswith(f"{outside}/resource_providers/")


def test_a_start_says_nothing_that_nobody_needs(tmp_path: Path) -> None:
    with serving(tmp_path, {}) as server:
        server.get_at_once("/resource_providers", 50)
        log = server.log.read_text()
        assert "setup plugin" not in log
        assert "Task queue depth" not in log
