# SPDX-License-Identifier: Apache-2.0
"""The servers under test that are processes of this machine: upstream's, and `placedock serve`.

A target is two ways to serve one application: `served`, as it is meant to be, and `reached`, behind
plain_server.py. Both take the settings of a file and the URL of a database.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from . import plain_server
from .suite import UPSTREAM, Settings, open_policy

PATIENCE = 60
LISTENING = re.compile(r"http://127\.0\.0\.1:(?P<port>\d+)")
PLAIN_SERVER = Path(plain_server.__file__)


class Server(NamedTuple):
    """The address of a server, and its log so far."""

    host: str
    port: int
    log: Callable[[], str]

    @property
    def url(self) -> str:
        """The API's root."""
        return f"http://{self.host}:{self.port}"


Start = Callable[[Settings, str], AbstractContextManager[Server]]


class Target(NamedTuple):
    """An application in the server that it is meant for, and where nothing stands before it.

    `keeps_nothing` says that it remembers nothing of its database, so that the database may be emptied while it serves.
    """

    served: Start
    reached: Start
    keeps_nothing: bool


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


def process(*command: str | Path, **environment: str) -> Start:
    """Start a command that chooses its port, says it, and gets none of the caller's own settings."""

    @contextmanager
    def start(settings: Settings, database: str) -> Iterator[Server]:
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            policy, log = Path(folder, "policy.yaml"), Path(folder, "log")
            if settings.open_policy:
                policy.write_text(open_policy())
            chosen = variables(settings, database, str(policy))
            with log.open("wb") as output:
                running = subprocess.Popen(
                    [str(word) for word in command],
                    env={"PATH": os.environ["PATH"], **chosen, **environment},
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            try:
                yield _answering(running, lambda: log.read_text(errors="replace"))
            finally:
                running.terminate()
                try:
                    running.wait(PATIENCE)
                finally:
                    running.kill()

    return start


def _answering(process: "subprocess.Popen[bytes]", log: Callable[[], str]) -> Server:
    """The server, from what it says of its port. One chosen here could be gone when it starts."""
    deadline = time.monotonic() + PATIENCE
    while not (said := LISTENING.search(log())):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} does not serve; it wrote:\n{log()}")
        time.sleep(0.05)
    server = Server("127.0.0.1", int(said["port"]), log)
    wait_until_it_answers(server, alive=lambda: process.poll() is None)
    return server


OUR_BIN = Path(sys.executable).parent
UPSTREAM_PYTHON = UPSTREAM / "bin" / "python"
UPSTREAM_APPLICATION = "placement.wsgi.api:application"


def _reached(python: Path, application: str) -> Start:
    return process(python, "-u", PLAIN_SERVER, application, "127.0.0.1", "0")


upstream = Target(
    # Behind the server that `placedock serve` has, so that the two differ in the application alone.
    served=process(UPSTREAM_PYTHON, "-m", "waitress", "--listen=127.0.0.1:0", UPSTREAM_APPLICATION),
    reached=_reached(UPSTREAM_PYTHON, UPSTREAM_APPLICATION),
    keeps_nothing=False,
)
serve = Target(
    served=process(OUR_BIN / "placedock", "serve", HOST="127.0.0.1", PORT="0"),
    reached=_reached(OUR_BIN / "python", "placedock.wsgi:application"),
    keeps_nothing=True,
)
