# SPDX-License-Identifier: Apache-2.0
"""The cluster as the tests run it: under a project name, ports and an image tag of their own."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import images
import pymysql
import urllib3
from conformance.servers import Server
from differential.calls import Call, Client
from stack.compose import LABEL, ROOT, free_port, run

PROJECT = "placedock-test-cluster"
NODES = ("mysql-1", "mysql-2", "mysql-3")
REPLICAS = 3
PATIENCE = 180
"""Seconds after which what should happen by itself is thought not to."""

MEMBERS = """
    SELECT member_host, member_state, member_role FROM performance_schema.replication_group_members"""


def wait_until(true: Callable[[], bool], what: str) -> float:
    """The seconds that it took."""
    began = time.monotonic()
    while not true():
        if time.monotonic() > began + PATIENCE:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.2)
    return time.monotonic() - began


class Cluster:
    """The running cluster. A node is named as its service is."""

    def __init__(self) -> None:
        self.port = free_port()
        self._known: dict[str, str] = {}
        ours = ("OS_", "COMPOSE_", "PLACEDOCK_", "CLUSTER_", "SECRETS")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.environ = kept | {
            "PLACEDOCK_TAG": images.TAG,
            "CLUSTER_PORT": str(self.port),
            "CLUSTER_STATUS_PORT": str(free_port()),
        }

    @contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Up in the block; afterwards nothing of it is left."""
        self.compose("down", "--volumes", "--timeout=5")
        try:
            self.up()
            yield self
        finally:
            self.compose("down", "--volumes", "--timeout=5")

    def up(self) -> None:
        self.compose("up", "--wait")

    def compose(self, *words: str) -> str:
        command = ("docker", "compose", "--project-name", PROJECT, "--file", "compose.cluster.yaml")
        return run(*command, *words, environ=self.environ)

    @property
    def api(self) -> Server:
        return Server("127.0.0.1", self.port, lambda: self.compose("logs", "--tail=50"))

    def containers(self, service: str = "") -> list[str]:
        """The ids of the containers, also of those that have ended."""
        return self.compose("ps", "--all", "--quiet", *([service] if service else [])).split()

    def container(self, service: str) -> str:
        """The id of the service's only container, which lasts as long as the cluster."""
        if service not in self._known:
            (self._known[service],) = self.containers(service)
        return self._known[service]

    def kill(self, *services: str) -> None:
        """As if somebody had pulled the plug, and did not put it back."""
        run("docker", "kill", "--signal=KILL", *map(self.container, services))

    def start(self, service: str) -> None:
        run("docker", "start", self.container(service))

    def crash(self, container: str) -> None:
        """The process dies by itself, so that Docker starts it again."""
        pid = run("docker", "inspect", "--format={{.State.Pid}}", container)
        assert int(pid) > 0, f"{container} does not run"
        os.kill(int(pid), signal.SIGKILL)

    def restarts(self, container: str) -> int:
        return int(run("docker", "inspect", "--format={{.RestartCount}}", container))

    def is_healthy(self, container: str) -> bool:
        form = "--format={{.State.Health.Status}}"
        return run("docker", "inspect", form, container) == "healthy"

    def takes_writes(self) -> bool:
        try:
            return Client(self.api).send(Call("PUT", "/traits/CUSTOM_WRITTEN")).ok
        except urllib3.exceptions.HTTPError:
            # The proxy cuts the connections of a replica that answers its check late.
            return False

    # The nodes -------------------------------------------------------------------------------------

    def address(self, service: str, network: str = "group") -> str:
        form = f'--format={{{{(index .NetworkSettings.Networks "{PROJECT}_{network}").IPAddress}}}}'
        return run("docker", "inspect", form, self.container(service))

    def url(self, node: str, database: str = "placement") -> str:
        return f"mysql+pymysql://root:{self.password}@{self.address(node)}/{database}"

    @property
    def password(self) -> str:
        return Path(ROOT, "env/insecure/mysql-root-password").read_text().strip()

    def execute(self, node: str, statement: str, *values: object) -> tuple[tuple[Any, ...], ...]:
        """The rows of one statement that is sent to the node itself."""
        with (
            pymysql.connect(
                host=self.address(node),
                user="root",
                password=self.password,
                autocommit=True,
                connect_timeout=5,
                read_timeout=60,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)
            found: tuple[tuple[Any, ...], ...] = cursor.fetchall()
            return found

    def members(self, node: str) -> dict[str, tuple[str, str]]:
        """State and role of every member, as the node sees it."""
        try:
            return {name: (state, role) for name, state, role in self.execute(node, MEMBERS)}
        except (pymysql.MySQLError, ValueError):
            return {}

    def are_online(self, nodes: Sequence[str] = NODES) -> bool:
        """Whether each of the nodes sees all of them, and nobody else."""
        return all(
            {name for name, (state, _) in seen.items() if state == "ONLINE"} == set(nodes)
            for seen in (self.members(node) for node in nodes)
        )

    def primary(self, asked: str = NODES[0]) -> str:
        (name,) = (name for name, (_, role) in self.members(asked).items() if role == "PRIMARY")
        return name

    def uuid(self, node: str) -> str:
        found: str = self.execute(node, "SELECT @@server_uuid")[0][0]
        return found

    def catch_up(self, nodes: Sequence[str]) -> None:
        """Wait until each of the nodes has applied what any of them has."""
        for one in nodes:
            ((executed,),) = self.execute(one, "SELECT @@GLOBAL.gtid_executed")
            for node in nodes:
                asked = "SELECT WAIT_FOR_EXECUTED_GTID_SET(%s, 30)"
                assert self.execute(node, asked, executed) == ((0,),), f"{node} lags behind {one}"


def leftovers() -> list[str]:
    """Whatever exists under the project's name."""
    named = ("--quiet", "--filter", f"label={LABEL}={PROJECT}")
    kinds = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
    return [each for kind in kinds for each in run("docker", *kind, *named).split()]
