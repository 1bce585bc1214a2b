# SPDX-License-Identifier: Apache-2.0
"""The stub has things that the real Keystone lacks: a file of people, settings, a state, and a catalog with two sides."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from . import servers
from .servers import PASSWORDS, PLACEMENT, STUB, Server


def placement_url(server: Server, host: str) -> set[str]:
    """The address of Placement in the catalog of a caller who used this name of the server."""
    headers = {"X-Auth-Token": server.token(), "Host": host}
    catalog = requests.get(f"{server.url}/v3/auth/catalog", headers=headers).json()["catalog"]
    entry = next(each for each in catalog if each["type"] == "placement")
    return {endpoint["url"] for endpoint in entry["endpoints"]}


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_tokens_revocations_and_changes_survive_a_restart(
    end: signal.Signals, tmp_path: Path
) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    with servers.stub(folder) as before:
        kept, revoked = (before.token(user="demo", project="demo") for _ in range(2))
        admin = before.token()
        subject = {"X-Subject-Token": revoked}
        before.call("DELETE", "/v3/auth/tokens", admin, headers=subject).raise_for_status()
        body = {"user": {"name": "newcomer", "password": "new-for-tests"}}
        newcomer = before.call("POST", "/v3/users", admin, body).json()["user"]
        nova = before.call("GET", "/v3/users?name=nova", admin).json()["users"][0]
        before.call("DELETE", f"/v3/users/{nova['id']}", admin).raise_for_status()
        before.process.send_signal(end)
        before.process.wait(10)
    with servers.stub(folder) as after:
        assert after.check(admin, kept).json()["token"]["user"]["name"] == "demo"
        assert after.check(admin, revoked).status_code == 404
        path = f"/v3/users/{newcomer['id']}"
        shown = after.call("GET", path, admin).json()["user"]
        assert shown["name"] == "newcomer"
        assert after.authenticate("newcomer", "new-for-tests").status_code == 201
        assert after.authenticate("nova", PASSWORDS["nova"]).status_code == 401


def test_an_edit_of_the_file_shows_at_the_next_start_and_changes_stay(tmp_path: Path) -> None:
    folder, file = tmp_path / "state", tmp_path / "directory.yaml"
    folder.mkdir()
    shutil.copy(STUB / "etc/directory.yaml", file)
    with servers.stub(folder, KEYSTONE_DIRECTORY=str(file)) as before:
        admin = before.token()
        demo = before.call("GET", "/v3/users?name=demo", admin).json()["users"][0]
        change = {"user": {"description": "changed by hand"}}
        before.call("PATCH", f"/v3/users/{demo['id']}", admin, change).raise_for_status()
    people = yaml.safe_load(file.read_text())
    role = {"roles": ["reader"], "project": "demo"}
    people["users"].append({"name": "guest", "password": "guest-for-tests", "roles": [role]})
    people["users"][1]["description"] = "from the file"
    people["projects"][2]["description"] = "from the file"
    file.write_text(yaml.safe_dump(people))
    with servers.stub(folder, KEYSTONE_DIRECTORY=str(file)) as after:
        guest = after.authenticate(
            "guest", "guest-for-tests", {"project": {"name": "demo", "domain": {"id": "default"}}}
        )
        assert [each["name"] for each in guest.json()["token"]["roles"]] == ["reader"]
        shown = after.call("GET", f"/v3/users/{demo['id']}", admin).json()["user"]
        assert shown["description"] == "changed by hand"
        project = after.call("GET", "/v3/projects?name=demo", admin).json()["projects"][0]
        assert project["description"] == "from the file"


def test_what_an_edit_of_the_file_takes_away_goes_with_what_hung_on_it(tmp_path: Path) -> None:
    folder, file = tmp_path / "state", tmp_path / "directory.yaml"
    folder.mkdir()
    shutil.copy(STUB / "etc/directory.yaml", file)
    with servers.stub(folder, KEYSTONE_DIRECTORY=str(file)) as before:
        admin = before.token()
        ids = {
            noun: before.call("GET", f"/v3/{noun}s?name={name}", admin).json()[f"{noun}s"][0]["id"]
            for noun, name in (("user", "nova"), ("project", "demo"), ("role", "reader"))
        }
        path = f"/v3/projects/{ids['project']}/users/{ids['user']}/roles/{ids['role']}"
        before.call("PUT", path, admin).raise_for_status()
    people = yaml.safe_load(file.read_text())
    people["users"] = [user for user in people["users"] if user["name"] != "nova"]
    file.write_text(yaml.safe_dump(people))
    with servers.stub(folder, KEYSTONE_DIRECTORY=str(file)) as after:
        query = f"/v3/role_assignments?include_names&scope.project.id={ids['project']}"
        assigned = after.call("GET", query, admin).json()["role_assignments"]
        assert [each["user"]["name"] for each in assigned] == ["demo"]


def test_every_start_has_the_same_ids(tmp_path: Path) -> None:
    answers = []
    for number in ("1", "2"):
        (tmp_path / number).mkdir()
        with servers.stub(tmp_path / number) as server:
            paths = ("users", "projects", "roles", "endpoints", "services", "role_assignments")
            bodies = [server.call("GET", f"/v3/{path}", server.token()).text for path in paths]
            answers.append([body.replace(server.url, "") for body in bodies])
    assert answers[0] == answers[1]


def test_the_catalog_shows_each_side_addresses_it_can_reach(stub: Server) -> None:
    assert placement_url(stub, "127.0.0.1:5000") == {PLACEMENT}
    assert placement_url(stub, "localhost:5000") == {"http://localhost:8778"}
    assert placement_url(stub, "keystone-stub:5000") == {"http://placement:8778"}
    assert placement_url(stub, "keystone-stub.stack_default:5000") == {"http://placement:8778"}


def test_the_addresses_in_the_catalog_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    settings = {"PLACEMENT_PORT": "18778", "PLACEMENT_INSIDE_URL": "http://p.svc:80"}
    with servers.stub(tmp_path / "state", **settings, KEYSTONE_INSIDE_HOSTS="k.svc") as server:
        assert placement_url(server, "127.0.0.1:15000") == {"http://127.0.0.1:18778"}
        assert placement_url(server, "k.svc:5000") == {"http://p.svc:80"}
        assert placement_url(server, "keystone-stub:5000") == {"http://keystone-stub:18778"}
    with servers.stub(tmp_path / "state", PLACEMENT_URL="https://p.example.org") as server:
        assert placement_url(server, "127.0.0.1:5000") == {"https://p.example.org"}


def test_passwords_and_settings_come_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    for name, content in (("password", "out of a ${file}\n"), ("seconds", "77")):
        (tmp_path / name).write_text(content)
    settings = {"KEYSTONE_DEMO_PASSWORD": "", "KEYSTONE_TOKEN_SECONDS": ""}
    settings["KEYSTONE_DEMO_PASSWORD_FILE"] = str(tmp_path / "password")
    settings["KEYSTONE_TOKEN_SECONDS_FILE"] = str(tmp_path / "seconds")
    with servers.stub(tmp_path / "state", **settings) as server:
        answer = server.authenticate("demo", "out of a ${file}")
        assert answer.status_code == 201
        token = answer.json()["token"]
        assert _seconds(token["expires_at"]) - _seconds(token["issued_at"]) == 77


def _seconds(moment: str) -> float:
    whole, fraction = moment.rstrip("Z").split(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction}")


WRONG_SETTINGS: dict[str, dict[str, str]] = {
    "PORT": {"PORT": "five thousand"},
    "PORT: '70000'": {"PORT": "70000"},
    "HOST": {"HOST": "300.1.1.1"},
    "KEYSTONE_TOKEN_SECONDS": {"KEYSTONE_TOKEN_SECONDS": "0"},
    "KEYSTONE_EXPIRED_WINDOW_SECONDS": {"KEYSTONE_EXPIRED_WINDOW_SECONDS": "-1"},
    "KEYSTONE_DIRECTORY": {"KEYSTONE_DIRECTORY": "/nowhere/directory.yaml"},
    "KEYSTONE_STATE": {"KEYSTONE_STATE": "/dev/null/state"},
    "KEYSTONE_DEMO_PASSWORD_FILE": {"KEYSTONE_DEMO_PASSWORD_FILE": "/nowhere/password"},
}


def ended(folder: Path, **settings: str) -> str:
    """Starts the stand-in, which must refuse in one line, and gives the line."""
    done = subprocess.run(
        [sys.executable, "-m", "keystone_stub"],
        env=servers.stub_environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("named", WRONG_SETTINGS)
def test_a_wrong_setting_ends_the_start_with_a_line_that_names_it(
    named: str, tmp_path: Path
) -> None:
    line = ended(tmp_path, **WRONG_SETTINGS[named])
    assert line.startswith("keystone-stub: ")
    assert named in line


WRONG_FILES: dict[str, Any] = {
    "not YAML": "users: [",
    "'domains' is a required property": {"users": []},
    "users/0: 'name' is a required property": {"users": [{"id": "x"}]},
    "users/0: Additional properties": {"users": [{"name": "x", "pasword": "x"}]},
    "no 'captain' among the roles": {
        "users": [{"name": "x", "roles": [{"roles": ["captain"], "system": "all"}]}]
    },
    "no 'nowhere' among the projects": {
        "users": [{"name": "x", "roles": [{"roles": ["admin"], "project": "nowhere"}]}]
    },
    "MISSING_VARIABLE": {"users": [{"name": "x", "password": "${MISSING_VARIABLE}"}]},
    "twice": {"users": [{"name": "x"}, {"name": "x"}]},
}


@pytest.mark.parametrize("named", WRONG_FILES)
def test_a_wrong_directory_file_ends_the_start_with_a_line_that_names_the_place(
    named: str, tmp_path: Path
) -> None:
    content = WRONG_FILES[named]
    if isinstance(content, dict) and "required" not in named.partition("/")[0]:
        whole = {"domains": [{"name": "Default", "id": "default"}], "roles": [{"name": "admin"}]}
        content = {**whole, "projects": [], "services": [], **content}
    file = tmp_path / "directory.yaml"
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    line = ended(tmp_path, KEYSTONE_DIRECTORY=str(file))
    assert str(file) in line or named in line
    assert named in line


def test_broken_state_is_not_overwritten_but_named(tmp_path: Path) -> None:
    (tmp_path / "changes.json").write_text("{")
    assert "KEYSTONE_STATE" in ended(tmp_path)
    assert (tmp_path / "changes.json").read_text() == "{"


def test_the_log_says_that_it_is_not_for_production(stub: Server, folders: Any) -> None:
    log = folders[0].with_suffix(".log").read_text()
    assert "NOT FOR PRODUCTION" in log.splitlines()[1]
    assert re.search(r"GET /v3 200 [\d.]+ ms req-", log)


def test_it_starts_fast_and_stops_at_once(tmp_path: Path) -> None:
    """Bounds with room for a busy machine: it takes 0.5 s to start and 0.1 s to stop on a quiet one."""
    (tmp_path / "state").mkdir()
    started = time.monotonic()
    with servers.stub(tmp_path / "state") as server:
        assert time.monotonic() - started < 10
        server.process.terminate()
        stopping = time.monotonic()
        assert server.process.wait(10) == 0
        assert time.monotonic() - stopping < 5


def test_the_readme_names_every_variable() -> None:
    readme = (STUB / "README.md").read_text()
    named = set(re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE))
    file = set(re.findall(r"\$\{(\w+)", (STUB / "etc/directory.yaml").read_text()))
    code = set(re.findall(r'"([A-Z_]{4,})"', (STUB / "keystone_stub/settings.py").read_text()))
    assert named == (file | code) - {"NAME"}
