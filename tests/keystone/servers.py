# SPDX-License-Identifier: Apache-2.0
"""Starting and stopping the two servers, each on a free port and with its state in a folder.

Both hold the same people: the real one is given, over its API, what the stand-in reads from its
directory file.
"""

import base64
import contextlib
import functools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[2]
STUB = ROOT / "keystone-stub"
PASSWORDS = {
    "admin": "admin-for-tests",
    "demo": "demo-for-tests",
    "placement": "placement-for-tests",
    "nova": "nova-for-tests",
    "neutron": "neutron-for-tests",
}
PLACEMENT = "http://127.0.0.1:8778"


@dataclass(frozen=True)
class Server:
    url: str  # without /v3
    name: str
    process: subprocess.Popen[str]

    def token(self, scope: Any = "project", user: str = "admin", project: str = "admin") -> str:
        """A token of one of the people, by default for a project, otherwise for `scope`."""
        if scope == "project":
            scope = {"project": {"name": project, "domain": {"id": "default"}}}
        answer = self.authenticate(user, PASSWORDS[user], scope)
        answer.raise_for_status()
        return answer.headers["X-Subject-Token"]

    def authenticate(self, user: str, password: str, scope: Any = None) -> requests.Response:
        person = {"name": user, "domain": {"id": "default"}, "password": password}
        auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": person}}}
        if scope is not None:
            auth["scope"] = scope
        return requests.post(f"{self.url}/v3/auth/tokens", json={"auth": auth}, timeout=30)

    def check(self, token: str | None, subject: str, **query: str) -> requests.Response:
        headers = {"X-Subject-Token": subject} | ({"X-Auth-Token": token} if token else {})
        return requests.get(f"{self.url}/v3/auth/tokens", headers=headers, params=query, timeout=30)

    def call(
        self,
        method: str,
        path: str,
        token: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        identity = {"X-Auth-Token": token} if token else {}
        return requests.request(
            method, self.url + path, json=body, headers=identity | (headers or {}), timeout=30
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


def stub_environment(folder: Path, **settings: str) -> dict[str, str]:
    """The variables the stand-in is started with: nothing of ours leaks in but the path."""
    given = {f"KEYSTONE_{name.upper()}_PASSWORD": value for name, value in PASSWORDS.items()}
    return {
        "PATH": os.environ["PATH"],
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
        "KEYSTONE_DIRECTORY": str(STUB / "etc/directory.yaml"),
        "KEYSTONE_STATE": str(folder),
        **given,
        **settings,
    }


@contextlib.contextmanager
def stub(folder: Path, **settings: str) -> Iterator[Server]:
    environment = stub_environment(folder, **settings)
    command = [sys.executable, "-m", "keystone_stub"]
    with _running(command, environment, folder.with_suffix(".log"), "stub") as server:
        yield server


@contextlib.contextmanager
def real(folder: Path, path: str = "", port: int = 0, **settings: str) -> Iterator[Server]:
    """The real Keystone on the database that `prepare` has made in this folder, below a path and on any port if not said."""
    number = str(port or free_port())
    environment = os.environ | {"PORT": number} | settings
    script = Path(__file__).with_name("real_keystone.py")
    command = [str(ROOT / ".venv-keystone/bin/python"), str(script)]
    command += [str(folder / "keystone.conf"), number, path]
    log = folder / f"server-{number}.log"
    with _running(command, environment, log, "real", path) as server:
        yield server


@contextlib.contextmanager
def _running(
    command: list[str], environment: dict[str, str], log: Path, name: str, path: str = ""
) -> Iterator[Server]:
    with log.open("a") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
        )
    try:
        url = f"http://127.0.0.1:{environment['PORT']}{path}"
        _await(url, process, log)
        yield Server(url, name, process)
    finally:
        process.terminate()
        process.wait(10)


def _await(url: str, process: subprocess.Popen[str], log: Path, patience: float = 90) -> None:
    started = time.monotonic()
    while time.monotonic() - started < patience:
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode}: {log.read_text()[-2000:]}")
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{url}/v3", timeout=10).status_code == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers at {url} after {patience} s: {log.read_text()[-2000:]}")


def prepare(
    folder: Path,
    database: str = "",
    url: str = "http://127.0.0.1:5000/v3",
    password: str = PASSWORDS["admin"],
) -> None:
    """An empty real Keystone: settings, keys, tables, and what its own bootstrap makes. The database is a file if not said."""
    for keys in ("fernet", "receipts", "credentials"):
        (folder / keys).mkdir(mode=0o700)
        for number in ("0", "1"):
            key = base64.urlsafe_b64encode(os.urandom(32)).decode()
            (folder / keys / number).write_text(key)
    (folder / "keystone.conf").write_text(
        f"""
[DEFAULT]
log_file = {folder}/keystone.log
[database]
connection = {database or f"sqlite:///{folder}/keystone.db"}
[fernet_tokens]
key_repository = {folder}/fernet
[fernet_receipts]
key_repository = {folder}/receipts
[credential]
key_repository = {folder}/credentials
[cache]
enabled = true
backend = dogpile.cache.memory_pickle
[identity]
password_hash_rounds = 4
"""
    )
    manage = [str(ROOT / ".venv-keystone/bin/keystone-manage"), "--config-file"]
    manage += [str(folder / "keystone.conf")]
    bootstrap = ["bootstrap", "--bootstrap-password", password]
    for interface in ("public", "internal", "admin"):
        bootstrap += [f"--bootstrap-{interface}-url", url]
    bootstrap += ["--bootstrap-region-id", "RegionOne"]
    for command in (["db_sync"], bootstrap):
        done = subprocess.run([*manage, *command], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"keystone-manage {command[0]}: {done.stderr[-2000:]}")


def _made(server: Server, token: str, noun: str, plural: str, **fields: Any) -> str:
    answer = server.call("POST", f"/v3/{plural}", token, {noun: fields})
    answer.raise_for_status()
    found: str = answer.json()[noun]["id"]
    return found


def enrol(server: Server, token: str) -> None:
    """Gives the real Keystone the people of the stand-in's directory file, and their passwords in PASSWORDS."""
    make = functools.partial(_made, server, token)
    roles = {
        role["name"]: role["id"] for role in server.call("GET", "/v3/roles", token).json()["roles"]
    }

    def grant(project_id: str, user_id: str, *names: str) -> None:
        for name in names:
            path = f"/v3/projects/{project_id}/users/{user_id}/roles/{roles[name]}"
            server.call("PUT", path, token).raise_for_status()

    service = make("project", "projects", name="service", description="The services' own project")
    demo = make("project", "projects", name="demo", description="A project like any user's")
    user = make("user", "users", name="demo", password=PASSWORDS["demo"])
    grant(demo, user, "member")
    for name in ("placement", "nova", "neutron"):
        user = make("user", "users", name=name, password=PASSWORDS[name])
        grant(service, user, "admin", "service")


def populate(server: Server) -> None:
    """Gives it these people, and the catalog of the stand-in."""
    token = server.token()
    enrol(server, token)
    for endpoint in server.call("GET", "/v3/endpoints", token).json()["endpoints"]:
        change = {"endpoint": {"url": f"{server.url}/v3"}}
        server.call("PATCH", f"/v3/endpoints/{endpoint['id']}", token, change).raise_for_status()
    make = functools.partial(_made, server, token)
    placement = make("service", "services", name="placement", type="placement")
    for interface in ("public", "internal", "admin"):
        place = {"interface": interface, "service_id": placement, "region_id": "RegionOne"}
        make("endpoint", "endpoints", url=PLACEMENT, **place)
