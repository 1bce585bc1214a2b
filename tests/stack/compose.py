# SPDX-License-Identifier: Apache-2.0
"""The stack of compose.yaml as the tests run it: under project names, ports and an image tag of their own."""

import json
import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from images import TAG

ROOT = Path(__file__).parents[2]
MODES = (
    "mysql-keystone",
    "mysql-real-keystone",
    "mariadb-keystone",
    "mysql-noauth",
    "sqlite-keystone",
    "sqlite-noauth",
)
ADMIN_PASSWORD = "insecure-admin-password"
LABEL = "com.docker.compose.project"
PATIENCE = 600
"""Seconds after which a command is thought to hang."""


class Failed(AssertionError):
    """A command ended badly; all that it said."""


def run(*command: str | Path, environ: Mapping[str, str] | None = None) -> str:
    """Run the command and return its stdout, without the end of the last line."""
    done = finish(*command, environ=environ)
    if done.returncode:
        words = " ".join(map(str, command))
        raise Failed(f"{words}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.rstrip("\n")


def finish(
    *command: str | Path, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command run to its end, however it ends."""
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE
    )


def passes_check(container: str) -> bool:
    """Whether the check of health that Docker makes from time to time would pass now."""
    form = "--format={{json .Config.Healthcheck.Test}}"
    kind, *check = json.loads(run("docker", "inspect", form, container))
    assert kind == "CMD"
    return finish("docker", "exec", container, *check).returncode == 0


_taken: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody has, below those that the system gives to whoever asks for any.

    Docker binds it only when a container starts, and other rings look for ports meanwhile. So this process holds a socket with
    the port's number in its name, which exists in memory only, until the process ends.
    """
    while True:
        port = 20000 + secrets.randbelow(10000)
        holder = socket.socket(socket.AF_UNIX)
        with socket.socket() as probe:
            try:
                holder.bind(f"\0placedock-port-{port}")
                probe.bind(("127.0.0.1", port))
            except OSError:
                holder.close()
                continue
        _taken.append(holder)
        return port


def _environ(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would win over the env file of the mode, and with `variables`."""
    ours = ("OS_", "COMPOSE_", "PLACEDOCK_", "PLACEMENT_", "KEYSTONE_", "SECRETS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | dict(variables)


class Stack:
    """One Compose project. `settings` replace lines of the mode's settings of placement, or remove them."""

    def __init__(self, mode: str, name: str = "", settings: Mapping[str, str] | None = None):
        self.mode = mode
        self.project = f"placedock-test-{name or mode}"
        self.env_file = ROOT / "env" / f"{mode}.env"
        self.settings_file = ROOT / "env" / "placement" / f"{mode}.env"
        self.variables = {
            "PLACEDOCK_TAG": TAG,
            "PLACEMENT_PORT": str(free_port()),
            "KEYSTONE_PORT": str(free_port()),
        }
        self.settings = settings or {}

    @contextmanager
    def prepared(self) -> Iterator["Stack"]:
        """Ready to be brought up in the block; afterwards nothing of it is left."""
        with tempfile.TemporaryDirectory(prefix="placedock-test-") as folder:
            if self.settings:
                self._copy_settings(Path(folder, f"{self.mode}.env"))
            self.down("--volumes")
            try:
                yield self
            finally:
                self.down("--volumes")
                self.wait_until_gone()

    @contextmanager
    def running(self) -> Iterator["Stack"]:
        """Up and healthy in the block."""
        with self.prepared():
            self.up()
            yield self

    def _copy_settings(self, copy: Path) -> None:
        """Write a copy of the settings, and name it as the head of each env file tells people to."""
        lines = self.settings_file.read_text().splitlines()
        kept = [line for line in lines if line.partition("=")[0] not in self.settings]
        changed = [f"{name}={value}" for name, value in self.settings.items() if value]
        copy.write_text("\n".join([*kept, *changed]) + "\n")
        self.variables["PLACEDOCK_ENV_FILE"] = str(copy)

    @property
    def keystone(self) -> bool:
        """Whether callers need a token of Keystone's."""
        return self.mode.endswith("-keystone")

    @property
    def real_keystone(self) -> bool:
        """Whether that is Keystone itself, and not the stub."""
        return self.mode.endswith("-real-keystone")

    @property
    def mysql(self) -> bool:
        return self.mode.startswith("mysql-")

    @property
    def services(self) -> set[str]:
        """The services that the mode is meant to have, one-shots included."""
        return (
            {"placement"}
            | ({"mysql", "db-sync"} if self.mysql else set())
            | ({"mariadb", "db-sync"} if self.mode.startswith("mariadb-") else set())
            | ({"memcached"} if self.keystone else set())
            | ({"keystone-stub"} if self.keystone and not self.real_keystone else set())
            | ({"keystone", "keystone-database"} if self.real_keystone else set())
        )

    def up(self, *words: str, **variables: str) -> None:
        """`docker compose up --wait`, with these variables instead of its own."""
        self.compose("up", "--wait", *words, **variables)

    def down(self, *words: str) -> None:
        self.compose("down", "--timeout=20", "--remove-orphans", *words)

    def compose(self, *words: str, **variables: str) -> str:
        return run(*self._command(words), environ=_environ(self.variables | variables))

    def compose_to_its_end(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same, when it may fail."""
        return finish(*self._command(words), environ=_environ(self.variables))

    def _command(self, words: Sequence[str]) -> list[str]:
        return [
            *("docker", "compose", "--project-name", self.project),
            *("--env-file", str(self.env_file), *words),
        ]

    def container(self, service: str) -> str:
        """The id of the service's only container, also of one that has ended."""
        return self.compose("ps", "--all", "--quiet", service)

    def states(self) -> dict[str, str]:
        """Every container of the project: its service, and what Docker says of it."""
        form = '{{.Label "com.docker.compose.service"}} {{.Status}}'
        ours = ("--filter", f"label={LABEL}={self.project}")
        found = run("docker", "ps", "--all", *ours, "--format", form)
        return dict(line.split(" ", 1) for line in found.splitlines())

    def wait_until_gone(self) -> None:
        """Docker may still remove something when Compose says that all is gone."""
        end = time.monotonic() + 60
        while left := self.leftovers():
            assert time.monotonic() < end, f"{self.project} left {left}"
            time.sleep(0.2)

    def leftovers(self) -> list[str]:
        """Whatever exists under the project's name."""
        named = ("--quiet", "--filter", f"label={LABEL}={self.project}")
        return [
            *run("docker", "ps", "--all", *named).split(),
            *run("docker", "volume", "ls", *named).split(),
            *run("docker", "network", "ls", *named).split(),
        ]

    def address(self, service: str, port: int, index: int = 1) -> str:
        return "http://" + self.compose("port", f"--index={index}", service, str(port))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.variables['PLACEMENT_PORT']}"

    @property
    def keystone_url(self) -> str:
        return f"http://127.0.0.1:{self.variables['KEYSTONE_PORT']}/v3"
