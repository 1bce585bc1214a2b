# SPDX-License-Identifier: Apache-2.0
"""The servers under test that are processes of this machine: upstream's, and `placedock serve`.

A target is two ways to serve one application: `served`, as it is meant to be, and `reached`, behind
plain_server.py. Both take the settings of a file and the URL of a database.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from . import plain_server
from .suite import UPSTREAM, Settings, open_policy

PATIENCE = 60
PLAIN_SERVER = Path(plain_server.__file__)


class Server(NamedTuple):
    """Where one answers, and what it has written so far."""

    host: str
    port: int
    log: Callable[[], str]

    @property
    def url(self) -> str:
        """The API's root."""
        return f"http://{self.host}:{self.port}"


Start = Callable[[Settings, str], AbstractContextManager[Server]]


class Target(NamedTuple):
    """An application in the server that it is meant for, and where nothing stands before it."""

    served: Start
    reached: Start


def variables(settings: Settings, database: str, policy_file: str) -> dict[str, str]:
    """The environment that says what a server is to be."""
    chosen = dict(settings.variables, OS_PLACEMENT_DATABASE__CONNECTION=database)
    if settings.open_policy:
        chosen["OS_OSLO_POLICY__POLICY_FILE"] = policy_file
    return chosen


def wait_until_it_answers(server: Server, alive: Callable[[], bool]) -> None:
    """Return at the first 200 on `/`, or raise with what the server wrote."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and alive():
        try:
            with urllib.request.urlopen(server.url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {server.url}; the server wrote:\n{server.log()}")


Command = Callable[[int], Sequence[str | Path]]


def process(
    command: Command, environment: Callable[[int], Mapping[str, str]] = lambda port: {}
) -> Start:
    """Start the command for a port, in an environment with none of the caller's own settings."""

    @contextmanager
    def start(settings: Settings, database: str) -> Iterator[Server]:
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            policy, log = Path(folder, "policy.yaml"), Path(folder, "log")
            if settings.open_policy:
                policy.write_text(open_policy())
            port = _free_port()
            with log.open("wb") as output:
                running = subprocess.Popen(
                    [str(word) for word in command(port)],
                    env={
                        "PATH": os.environ["PATH"],
                        **variables(settings, database, str(policy)),
                        **environment(port),
                    },
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            try:
                server = Server("127.0.0.1", port, lambda: log.read_text(errors="replace"))
                wait_until_it_answers(server, alive=lambda: running.poll() is None)
                yield server
            finally:
                running.terminate()
                try:
                    running.wait(PATIENCE)
                finally:
                    running.kill()

    return start


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _reached(python: Path, application: str) -> Start:
    return process(lambda port: [python, PLAIN_SERVER, application, "127.0.0.1", str(port)])


OUR_BIN = Path(sys.executable).parent
UPSTREAM_PYTHON = UPSTREAM / "bin" / "python"
UPSTREAM_APPLICATION = "placement.wsgi.api:application"

upstream = Target(
    # Behind the server that `placedock serve` has, so that the two differ in the application alone.
    served=process(
        lambda port: [
            *(UPSTREAM_PYTHON, "-m", "waitress", f"--listen=127.0.0.1:{port}"),
            UPSTREAM_APPLICATION,
        ]
    ),
    reached=_reached(UPSTREAM_PYTHON, UPSTREAM_APPLICATION),
)
serve = Target(
    served=process(
        lambda port: [OUR_BIN / "placedock", "serve"],
        lambda port: {"HOST": "127.0.0.1", "PORT": str(port)},
    ),
    reached=_reached(OUR_BIN / "python", "placedock.wsgi:application"),
)
