# SPDX-License-Identifier: Apache-2.0
"""A running OpenStack: MySQL, and upstream's Placement 16.0.0 and Keystone 30.0.0 from PyPI, behind an Apache.

It is laid out as devstack does: all on one host, Keystone at /identity and Placement at /placement, users and catalog made by
`openstack` commands. Upstream makes the tables and fills them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import images
import mysql_server
import requests
from dropin import filling
from stack import compose
from stack.clients import CommandLine, login
from stack.compose import ADMIN_PASSWORD, free_port, run

from keystone import openstack_batch
from keystone import servers as keystone_servers

from . import processes
from .caller import Caller

UPSTREAM = compose.ROOT / ".venv-upstream" / "bin"
STRANGER = "stranger"
"""A user without any role, beside those of `keystone.servers.enrol`."""
PASSWORDS = keystone_servers.PASSWORDS | {STRANGER: "stranger-for-tests"}
OURS = "Placedock"
"""The region of ours in the catalog. Nova and the others ask in RegionOne, where upstream's is, and learn nothing of it."""
FILLING = "RUNNING"
"""The prefix of the names that `dropin.filling` has written through upstream."""


@dataclass
class OpenStack:
    """The addresses and folders of an OpenStack. Apache sends callers of our service to the port `ours`."""

    folder: Path
    host: str
    """devstack's HOST_IP: an address of this machine that containers reach, too."""
    database: str = ""
    front: int = field(default_factory=free_port)
    instead: int = field(default_factory=free_port)
    ours: int = field(default_factory=free_port)
    keystone_port: int = field(default_factory=free_port)
    upstream_port: int = field(default_factory=free_port)
    keystone_process: ExitStack = field(default_factory=ExitStack)

    keystone = True
    """It tells `stack.clients` that callers need a token of Keystone."""

    @property
    def url(self) -> str:
        """The Apache of this devstack."""
        return f"http://{self.host}:{self.front}"

    @property
    def keystone_url(self) -> str:
        return f"{self.url}/identity/v3"

    @property
    def theirs_url(self) -> str:
        return f"{self.url}/placement"

    @property
    def ours_url(self) -> str:
        return f"{self.url}/placedock"

    @property
    def instead_url(self) -> str:
        """Ours in upstream's place, on a devstack that differs in nothing else."""
        return f"http://{self.host}:{self.instead}/placement"

    def openstack(self, region: str = "RegionOne") -> CommandLine:
        """The `openstack` command of the admin."""
        command = CommandLine(self, "1.39")
        command.options.append(f"--os-region-name={region}")
        return command

    def token(self, user: str, project: str | None = None, keystone: str | None = None) -> str:
        """A token for a project, or for none."""
        password = ADMIN_PASSWORD if user == "admin" else PASSWORDS[user]
        domain = {"id": "default"}
        login: dict[str, Any] = {"user": {"name": user, "domain": domain, "password": password}}
        wanted: dict[str, Any] = {"identity": {"methods": ["password"], "password": login}}
        scope = {"scope": {"project": {"name": project, "domain": domain}}} if project else {}
        answer = requests.post(
            f"{keystone or self.keystone_url}/auth/tokens", json={"auth": wanted | scope}
        )
        answer.raise_for_status()
        return answer.headers["X-Subject-Token"]

    def caller(self, url: str) -> Caller:
        """The admin at one of the placements."""
        return Caller(url, self.token("admin", "admin"))

    def start_keystone(self) -> keystone_servers.Server:
        public = f"{self.url}/identity"
        return self.keystone_process.enter_context(
            keystone_servers.real(
                self.folder,
                "/identity",
                self.keystone_port,
                OS_DEFAULT__PUBLIC_ENDPOINT=public,
            )
        )

    @contextmanager
    def without_keystone(self) -> Iterator[None]:
        """It is stopped in the block, and started after it with what it had."""
        self.keystone_process.close()
        try:
            yield
        finally:
            self.start_keystone()

    @property
    def settings(self) -> dict[str, str]:
        """The values that a person writes into a copy of env/placement/devstack.env.example, and those that differ here."""
        database = self.database.partition("?")[0]
        auth = "OS_KEYSTONE_AUTHTOKEN__"
        return {
            "OS_PLACEMENT_DATABASE__CONNECTION": f"{database}?charset=utf8mb4",
            f"{auth}AUTH_URL": f"{self.url}/identity",
            f"{auth}WWW_AUTHENTICATE_URI": f"{self.url}/identity",
            f"{auth}PASSWORD": PASSWORDS["placement"],
            # There is no memcached here, and each process keeps its verdicts.
            f"{auth}MEMCACHED_SERVERS": "",
        }


@contextmanager
def running(folder: Path) -> Iterator[OpenStack]:
    """All of it in the block, without anything of ours."""
    for script in "upstream", "keystone-oracle", "engine", "base-images":
        run(compose.ROOT / "scripts" / script)
    gateway = "{{(index .IPAM.Config 0).Gateway}}"
    cloud = OpenStack(folder, run("docker", "network", "inspect", "bridge", "--format", gateway))
    with ExitStack() as stack, ThreadPoolExecutor() as at_once:
        apache = at_once.submit(images.apache)
        server = stack.enter_context(mysql_server.shared())
        cloud.database = stack.enter_context(server.database("CHARACTER SET utf8mb3"))
        identity = stack.enter_context(server.database())
        synced = at_once.submit(
            run, UPSTREAM / "placement-manage", "db", "sync", environ=environ(cloud)
        )
        keystone_servers.prepare(folder, identity, f"{cloud.url}/identity", ADMIN_PASSWORD)
        synced.result()
        upstream = at_once.submit(stack.enter_context, _upstream(cloud))
        stack.callback(cloud.keystone_process.close)
        _enrol(cloud, cloud.start_keystone())
        stack.enter_context(_apache(cloud, apache.result()))
        _register(cloud)
        upstream.result()
        # As Nova: only a service may reshape.
        filling.fill(Caller(cloud.theirs_url, cloud.token("nova", "service")), FILLING)
        yield cloud


def environ(cloud: OpenStack) -> dict[str, str]:
    """Upstream's settings, from the same lines as ours: both read them from the environment."""
    example = (compose.ROOT / "env" / "placement" / "devstack.env.example").read_text().splitlines()
    lines = (line.partition("=") for line in example if line.startswith("OS_"))
    settings = {name: value for name, _, value in lines} | cloud.settings
    return os.environ | {name: value for name, value in settings.items() if value}


@contextmanager
def _upstream(cloud: OpenStack) -> Iterator[None]:
    words = (f"--listen=127.0.0.1:{cloud.upstream_port}", "--url-prefix=/placement")
    command: list[str | Path] = [
        UPSTREAM / "python",
        "-m",
        "waitress",
        *words,
        "placement.wsgi.api:application",
    ]
    log = cloud.folder / "upstream.log"
    url = f"http://127.0.0.1:{cloud.upstream_port}/placement"
    with processes.running(command, environ(cloud), log, url):
        yield


@contextmanager
def _apache(cloud: OpenStack, image: str) -> Iterator[None]:
    """devstack's, with devstack/apache.conf as people are told to write it for either use."""
    site = (compose.ROOT / "devstack" / "apache.conf").read_text()
    beside = site.replace("127.0.0.1:8778", f"127.0.0.1:{cloud.ours}")
    written = {"beside": beside, "instead": beside.replace("/placedock", "/placement")}
    sites = cloud.folder / "sites"
    sites.mkdir()
    for name, text in written.items():
        (sites / f"{name}.conf").write_text(text)
    ports = {"FRONT": cloud.front, "INSTEAD": cloud.instead}
    ports |= {"KEYSTONE": cloud.keystone_port, "UPSTREAM": cloud.upstream_port}
    container = run(
        *("docker", "run", "--detach", "--network=host", f"--volume={sites}:/placedock:ro"),
        *(f"--env={name}={port}" for name, port in ports.items()),
        image,
    )
    try:
        processes.wait(f"{cloud.url}/identity/v3", lambda: run("docker", "logs", container))
        yield
    finally:
        run("docker", "rm", "--force", "--volumes", container)


def _enrol(cloud: OpenStack, server: keystone_servers.Server) -> None:
    token = cloud.token("admin", "admin", f"{server.url}/v3")
    keystone_servers.enrol(server, token)
    stranger = {"name": STRANGER, "password": PASSWORDS[STRANGER]}
    server.call("POST", "/v3/users", token, {"user": stranger}).raise_for_status()


def _register(cloud: OpenStack) -> None:
    """Both placements in the catalog, by the commands that an operator types; in one process, which logs in once."""
    commands = [
        "service create --name=placement placement",
        f"endpoint create --region=RegionOne placement public {cloud.theirs_url}",
        # As the README says it.
        f"region create {OURS}",
        f"endpoint create --region={OURS} placement public {cloud.ours_url}",
    ]
    environ = {f"OS_{name.upper()}": value for name, value in login(cloud)[1].items()}
    batch = Path(openstack_batch.__file__)
    words = json.dumps([command.split() for command in commands])
    done = subprocess.run(
        [sys.executable, batch],
        env={"PATH": os.environ["PATH"], **environ},
        input=words,
        capture_output=True,
        text=True,
        check=True,
    )
    for command, (status, _, complaint) in zip(commands, json.loads(done.stdout), strict=True):
        assert status == 0, f"openstack {command}: {complaint}"


@contextmanager
def short_lived(cloud: OpenStack) -> Iterator[str]:
    """The address of a twin of Keystone, with the same users and keys, whose tokens last a second."""
    with keystone_servers.real(cloud.folder, "/identity", OS_TOKEN__EXPIRATION="1") as twin:
        yield f"{twin.url}/v3"
