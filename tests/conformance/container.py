# SPDX-License-Identifier: Apache-2.0
"""The server under test that is a container: the image as the stack runs it, on MySQL."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import mysql_server
from sqlalchemy import make_url

from .servers import PLAIN_SERVER, Server, Start, Target, variables, wait_until_it_answers
from .suite import ROOT, Settings, open_policy

PORT = 8778
POLICY_FILE = "/etc/placement/policy.yaml"
# As compose.yaml confines it: nothing can be written but the two folders in memory.
CONFINED = (
    *("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--tmpfs", "/tmp", "--tmpfs", "/run/placement:uid=42424,gid=42424,mode=0755"),
)


@cache
def image() -> str:
    """The image of the sources as they are."""
    for script in "engine", "base-images":
        subprocess.run([ROOT / "scripts" / script], check=True)
    return _docker("build", "--quiet", str(ROOT / "placement"))


def _container(*command: str, mounts: tuple[str, ...] = ()) -> Start:
    """Start the image, with its own command unless there is another."""

    @contextmanager
    def start(settings: Settings, database: str) -> Iterator[Server]:
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            os.chmod(folder, 0o755)
            mounted = list(mounts)
            if settings.open_policy:
                Path(folder, "policy.yaml").write_text(open_policy())
                mounted.append(f"{folder}/policy.yaml:{POLICY_FILE}:ro")
            chosen = variables(settings, _seen_from_a_container(database), POLICY_FILE)
            container = _docker(
                *("run", "--detach", *CONFINED, "--publish", f"127.0.0.1::{PORT}"),
                *(word for name, value in chosen.items() for word in ("--env", f"{name}={value}")),
                *(word for mount in mounted for word in ("--volume", mount)),
                *(image(), *command),
            )
            try:
                published = _docker("port", container, f"{PORT}/tcp").splitlines()[0]
                port = int(published.rpartition(":")[2])
                server = Server("127.0.0.1", port, lambda: _log(container))
                wait_until_it_answers(server, alive=lambda: _runs(container))
                yield server
            finally:
                _docker("rm", "--force", "--volumes", container)

    return start


def _seen_from_a_container(url: str) -> str:
    """The database's URL on Docker's own network, where MySQL has an address and its usual port."""
    networks = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = _docker("inspect", "--format", networks, mysql_server.NAME)
    return make_url(url).set(host=address, port=3306).render_as_string(hide_password=False)


def _runs(container: str) -> bool:
    return _docker("inspect", "--format", "{{.State.Running}}", container) == "true"


def _log(container: str) -> str:
    return subprocess.run(
        ["docker", "logs", container],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout


def _docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"docker {' '.join(words)}: {done.stderr or done.stdout}")
    return done.stdout.strip()


container = Target(
    served=_container(),
    reached=_container(
        *("python3", "-c", PLAIN_SERVER.read_text()),
        *("placedock.wsgi:application", "0.0.0.0", str(PORT)),
    ),
)
