# SPDX-License-Identifier: Apache-2.0
"""WSGI servers as processes of this machine, each on a port that it chooses, and their workers."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

BIN = Path(sys.executable).parent
PATIENCE = 60
"""Seconds for a start, or an end, on a busy machine."""

LISTENING = re.compile(r"(127\.0\.0\.1|0\.0\.0\.0|\[::1\]):[1-9]\d*")
ADMIN = {"X-Auth-Token": "admin", "OpenStack-API-Version": "placement 1.39"}

GUNICORN = (
    *(str(BIN / "gunicorn"), "--workers=2", "--threads=2", "--bind=127.0.0.1:0"),
    *("--no-control-socket", "placedock.wsgi:application"),
)
UWSGI = (
    *(
        str(BIN / "uwsgi"),
        "--master",
        "--die-on-term",
        "--need-app",
        "--processes=2",
        "--threads=2",
    ),
    # A worker that is told to end while it loads the application does not hear it. The master kills it after so many seconds.
    *("--worker-reload-mercy=5", "--http-socket=127.0.0.1:0", "--module=placedock.wsgi"),
)
SERVERS = {
    "gunicorn": GUNICORN,
    "gunicorn that forks after it has loaded": (*GUNICORN, "--preload"),
    "uwsgi that forks after it has loaded": UWSGI,
    "uwsgi": (*UWSGI, "--lazy-apps"),
    "waitress": (str(BIN / "placedock"), "serve"),
}
"""`uwsgi` forks after it has loaded unless it is told otherwise."""


class Server:
    """One that runs, and what it has written."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log
        self.url = ""

    def wait(self) -> None:
        """Wait until it says where it listens, and answers there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if found := LISTENING.search(self.log.read_text()):
                    self.url = f"http://{found[0]}"
                    requests.get(self.url, timeout=PATIENCE).raise_for_status()
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{self.process.args!r} does not serve: {self.log.read_text()}")

    def workers(self) -> set[int]:
        """The processes that the server has forked. waitress has none."""
        pid = self.process.pid
        return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    def kill_workers(self) -> None:
        """Kill every worker, and wait until there are as many again."""
        killed = self.workers()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + PATIENCE
        while len(self.workers() - killed) < len(killed):
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)

    def ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Ask on a new connection, so that any worker may answer. A worker that is starting may take a while."""
        arguments = {"headers": ADMIN, "timeout": PATIENCE / 2, **arguments}
        return requests.request(method, self.url + path, **arguments)

    def get_at_once(self, path: str, times: int = 12) -> list[requests.Response]:
        """Ask from several threads, so that every worker and thread has something to answer."""
        with ThreadPoolExecutor(6) as threads:
            return list(threads.map(lambda _: self.ask("GET", path), range(times)))


@contextmanager
def running(
    command: tuple[str, ...], settings: Mapping[str, str], folder: Path
) -> Iterator[Server]:
    """The server, which answers from the beginning of the block."""
    log = folder / "log"
    environ = {"PATH": os.environ["PATH"], "PORT": "0", "THREADS": "4", **settings}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environ, cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        server = Server(process, log)
        server.wait()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
