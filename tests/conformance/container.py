# SPDX-License-Identifier: Apache-2.0
"""The servers under test that are containers: the image as the stack runs it, on MySQL.

And, to tell the server's doing from the application's, the same image with upstream's application.
"""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import images
import mysql_server
from sqlalchemy import make_url

from .servers import (
    PLAIN_SERVER,
    UPSTREAM_APPLICATION,
    Server,
    Start,
    Target,
    variables,
    wait_until_it_answers,
)
from .suite import Settings, open_policy

PORT = 8778
POLICY_FILE = "/etc/placement/policy.yaml"
# As compose.yaml confines it: nothing can be written but folders in memory.
CONFINED = (
    *("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--tmpfs", "/tmp", "--tmpfs", "/run"),
    *("--tmpfs", "/run/placement:uid=42424,gid=42424,mode=0755"),
)


def _started(image: Callable[[], str], *command: str) -> Start:
    """Start the image, with its own command unless there is another."""

    @contextmanager
    def start(settings: Settings, database: str) -> Iterator[Server]:
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            os.chmod(folder, 0o755)
            policy = Path(folder, "policy.yaml")
            if settings.open_policy:
                policy.write_text(open_policy())
            chosen = variables(settings, _seen_from_a_container(database), POLICY_FILE)
            container = _docker(
                *("run", "--detach", "--name", f"placedock-conformance-{secrets.token_hex(4)}"),
                *(*CONFINED, "--publish", f"127.0.0.1::{PORT}"),
                *(("--volume", f"{policy}:{POLICY_FILE}:ro") if settings.open_policy else ()),
                *(f"--env={name}={value}" for name, value in chosen.items()),
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


def _reached(image: Callable[[], str], application: str) -> Start:
    command = ("python3", "-c", PLAIN_SERVER.read_text(), application, "0.0.0.0", str(PORT))
    return _started(image, *command)


container = Target(
    served=_started(images.stack),
    reached=_reached(images.stack, "placedock.wsgi:application"),
    keeps_nothing=True,
)
upstream = Target(
    served=_started(images.upstream),
    reached=_reached(images.upstream, UPSTREAM_APPLICATION),
    keeps_nothing=False,
)
