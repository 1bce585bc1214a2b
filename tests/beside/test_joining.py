# SPDX-License-Identifier: Apache-2.0
"""placedock joins a database that upstream has made and filled, and finds its place behind Apache and in the catalog."""

import re
from collections.abc import Callable
from typing import Any

import mysql_server
import pytest
import requests
from differential.calls import Call
from dropin.corners import different, read
from stack.compose import run

from . import joining
from .caller import Caller
from .joining import EXAMPLE, Joined, joined
from .openstack import FILLING, OURS, OpenStack


def dump(cloud: OpenStack) -> str:
    """The whole database as statements: tables, keys, rows, in one order."""
    name = cloud.database.rpartition("/")[2]
    words = (
        "mysqldump",
        "--skip-comments",
        "--skip-dump-date",
        "--order-by-primary",
        "--user=root",
    )
    secret = f"MYSQL_PWD={mysql_server.PASSWORD}"
    return run("docker", "exec", f"--env={secret}", mysql_server.NAME, *words, name)


@pytest.mark.parametrize("sync", ["False", "True"])
def test_joining_leaves_every_table_and_row_as_it_was(cloud: OpenStack, sync: str) -> None:
    """Whether it syncs when it starts, not then, or when it is told to."""
    before = dump(cloud)
    assert before.count("CREATE TABLE") == 13
    setting: dict[str, Any] = {"OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": sync}
    with joined(cloud, "joins", **setting) as placement:
        assert requests.get(f"{placement.url}/readyz", timeout=30).status_code == 200
        caller = Caller(placement.url, cloud.token("admin", "admin"))
        assert caller.get("/resource_providers")["resource_providers"]
        placement.compose("run", "--rm", "db-sync")
    assert dump(cloud) == before


def test_both_answer_every_get_alike(
    cloud: OpenStack, ours: Joined, record_property: Callable[[str, object], None]
) -> None:
    """Ours in upstream's place, so that links lead to the same paths, too."""
    theirs = read(cloud.caller(cloud.theirs_url), [FILLING])
    answers = read(cloud.caller(cloud.instead_url), [FILLING])
    assert different(theirs, answers) == []
    record_property("answers compared", len(theirs))


def test_the_openstack_command_finds_ours_in_keystones_catalog(
    cloud: OpenStack, ours: Joined
) -> None:
    """Two regions have a placement each, and what the command shows of them is the same, in any order."""
    lists = ("resource provider list", "resource class list", "trait list --associated")
    shown = {
        region: [sorted(map(str, openstack.json(*words.split()))) for words in lists]
        for region, openstack in ((name, cloud.openstack(name)) for name in ("RegionOne", OURS))
    }
    assert shown[OURS] == shown["RegionOne"]
    assert shown[OURS][0]
    asked = [
        line for line in ours.log().splitlines() if "GET /placedock/resource_providers" in line
    ]
    assert any(" 1.39 200 " in line for line in asked)


def test_links_and_locations_lead_back_through_apache(cloud: OpenStack, ours: Joined) -> None:
    """To where the caller came from, whatever path and scheme Apache has for us."""
    for url, path in (cloud.ours_url, "/placedock"), (cloud.instead_url, "/placement"):
        caller = cloud.caller(url)
        made = caller.write("POST", "/resource_providers", {"name": "behind-apache"}, minor=0)
        assert made.status == 201
        place = made.headers["location"]
        assert place.startswith(f"{url}/resource_providers/")
        token = {"X-Auth-Token": cloud.token("admin", "admin")}
        shown = requests.get(place, headers=token, timeout=30).json()
        assert {link["href"].split("/resource_providers/")[0] for link in shown["links"]} == {path}
        for link in shown["links"]:
            if link["rel"] in ("self", "inventories", "usages"):
                followed = requests.get(f"{url.removesuffix(path)}{link['href']}", headers=token)
                assert followed.status_code == 200, link
        caller.write("DELETE", f"/resource_providers/{shown['uuid']}")


@pytest.mark.parametrize("path", ["", "/"])
def test_the_root_below_a_path_needs_no_token_and_is_upstreams(
    cloud: OpenStack, ours: Joined, path: str
) -> None:
    answers = [
        requests.get(url + path, timeout=30)
        for url in (cloud.theirs_url, cloud.ours_url, cloud.instead_url)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    theirs, *others = [answer.json() for answer in answers]
    assert others == [theirs, theirs]


def test_what_a_caller_claims_to_have_come_by_is_not_believed(
    cloud: OpenStack, ours: Joined
) -> None:
    claimed = {
        "Forwarded": "proto=https;host=elsewhere.example.org",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/elsewhere",
    }
    token = {"X-Auth-Token": cloud.token("admin", "admin")}
    made = requests.post(
        f"{cloud.ours_url}/resource_providers", headers=token | claimed, json={"name": "claimed"}
    )
    assert made.headers["Location"].startswith(f"{cloud.ours_url}/resource_providers/")
    requests.delete(made.headers["Location"], headers=token)


def test_without_the_hosts_network_the_host_has_a_name(cloud: OpenStack, ours: Joined) -> None:
    """As on a machine where host networking is not to be had. Its published port is asked, and no Apache."""
    networks = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    mysql = run("docker", "inspect", "--format", networks, mysql_server.NAME)
    with joining.in_a_network_of_its_own(cloud, mysql) as url:
        here = Caller(url, cloud.token("admin", "admin"))
        there = cloud.caller(cloud.ours_url)
        call = Call("GET", "/resource_classes", 1)
        assert here.send(call).status == there.send(call).status == 404
        assert here.get("/traits") == there.get("/traits")


def test_only_the_port_for_apache_is_open_and_only_on_this_machine(
    cloud: OpenStack, ours: Joined
) -> None:
    """The container is in the host's network, where a port without an address would be everybody's."""
    asked = run("docker", "inspect", "--format={{json .Config.Env}}", ours.container("placement"))
    assert f"LISTEN=127.0.0.1:{cloud.ours}" in asked
    listening = run("ss", "--listening", "--tcp", "--numeric", f"sport = :{cloud.ours}")
    assert re.findall(rf"(\S+):{cloud.ours}\b", listening) == ["127.0.0.1"]


def test_the_example_leaves_open_only_what_devstack_knows(cloud: OpenStack) -> None:
    """Every line that says REPLACE is one that the tests replace too, and every variable is explained above it."""
    lines = EXAMPLE.read_text().splitlines()
    variables = [line.partition("=")[0] for line in lines if re.match(r"[A-Z]", line)]
    left = {line.partition("=")[0] for line in lines if re.match(r"OS_.*REPLACE", line)}
    assert left <= set(cloud.settings) <= set(variables)
