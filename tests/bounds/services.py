# SPDX-License-Identifier: Apache-2.0
"""The service behind each of its servers, with bounds that a test can wait for."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import images
import requests

PATIENCE = 60
"""Seconds for a start on a busy machine."""

PROMPT = 3
"""Seconds within which another client gets its answer, whatever goes on. On a quiet machine it takes some milliseconds."""

ADMIN = {"X-Auth-Token": "admin", "OpenStack-API-Version": "placement 1.39"}

QUICK = {
    "OS_API__AUTH_STRATEGY": "noauth2",
    "OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True",
    "OS_PLACEDOCK__HEADER_SECONDS": "2",
    "OS_PLACEDOCK__BODY_SECONDS": "3",
    "OS_PLACEDOCK__REQUEST_SECONDS": "2",
    "OS_PLACEDOCK__STATEMENT_SECONDS": "1",
    "OS_PLACEDOCK__BODY_MIB": "1",
    "OS_PLACEDOCK__ANSWER_MIB": "8",
}
"""Bounds of seconds, where the defaults are minutes. Two threads in a process are few enough to be all occupied."""

THREADS = 2

APACHE = ("apache2", "-f", "/etc/placement/httpd.conf", "-DFOREGROUND")
"""The command of a container that serves another application than placedock."""

# As compose.yaml confines it: nothing can be written but folders in memory.
CONFINED = (
    *("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
    *("--tmpfs=/tmp", "--tmpfs=/run", "--tmpfs=/run/placement:uid=42424,gid=42424,mode=0755"),
    "--tmpfs=/var/lib/placement:uid=42424,gid=42424",
)


class Service(NamedTuple):
    """One that runs. `at` is where it serves, `health` where it only answers for its health."""

    host: str
    port: int
    health_port: int
    log: Callable[[], str]
    pid: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def health_url(self) -> str:
        return f"http://{self.host}:{self.health_port}"

    def ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Ask on a new connection, as a client that waits long."""
        told: dict[str, Any] = {"headers": ADMIN, "timeout": PATIENCE} | arguments
        return requests.request(method, self.url + path, **told)

    def get(self, path: str, **arguments: Any) -> requests.Response:
        return self.ask("GET", path, **arguments)

    def exchange(self, *parts: bytes, ends: bool = False) -> bytes:
        """What the server answers to these bytes, up to the first 64 KiB; with `ends`, nothing is sent after them."""
        with socket.create_connection((self.host, self.port), PATIENCE) as made:
            for part in parts:
                try:
                    made.sendall(part)
                except OSError:
                    break
            if ends:
                made.shutdown(socket.SHUT_WR)
            return made.recv(65536)

    def serves(self) -> None:
        """Check that another client gets its answers promptly: of the API, and of the service's health at either place."""
        for url in (self.url + "/traits/HW_CPU_X86_AVX", self.url + "/livez", *self._health()):
            began = time.monotonic()
            answer = requests.get(url, headers=ADMIN, timeout=PATIENCE)
            assert answer.status_code in (200, 204), f"{url}: {answer.status_code} {answer.text}"
            assert time.monotonic() - began < PROMPT, url

    def serves_soon(self) -> None:
        """Wait until another client gets an answer of the API in a third of `PROMPT`, `PATIENCE` seconds at most."""
        end = time.monotonic() + PATIENCE
        while not self._serves_well():
            assert time.monotonic() < end
            time.sleep(0.1)

    def _serves_well(self) -> bool:
        began = time.monotonic()
        status = self.get("/traits/HW_CPU_X86_AVX").status_code
        return status == 204 and time.monotonic() - began < PROMPT / 3

    def serves_during(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.serves()
            time.sleep(0.2)

    def is_alive(self) -> None:
        """Check that it answers for its health, whatever else it can do now."""
        began = time.monotonic()
        assert requests.get(self._health()[0], timeout=PATIENCE).status_code == 200
        assert time.monotonic() - began < PROMPT

    def _health(self) -> tuple[str, str]:
        return self.health_url + "/livez", self.health_url + "/readyz"


@contextmanager
def container(settings: Mapping[str, str], folder: Path) -> Iterator[Service]:
    """Apache in a container. It is asked at its own address: Docker's proxy would stand between."""
    told = {
        "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite:////var/lib/placement/placement.db",
        "THREADS": str(THREADS),
        **settings,
    }
    with container_of(told) as (host, pid, log):
        service = Service(host, 8778, 8779, log, pid)
        _wait(service)
        yield service


@contextmanager
def container_of(
    settings: Mapping[str, str], *options: str, command: tuple[str, ...] = ()
) -> Iterator[tuple[str, int, Callable[[], str]]]:
    """A container of the image: its address, its first process, and what it has written."""
    variables = (f"--env={name}={value}" for name, value in settings.items())
    name = docker("run", "--detach", *CONFINED, *variables, *options, images.stack(), *command)
    try:
        where = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}} {{.State.Pid}}"
        host, pid = docker("inspect", "--format", where, name).split()
        yield host, int(pid), lambda: _log(name)
    finally:
        docker("rm", "--force", "--volumes", name)


def wait_for(url: str) -> None:
    """Wait until something answers there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            requests.get(url, timeout=PATIENCE)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(url)


@contextmanager
def serve(settings: Mapping[str, str], folder: Path) -> Iterator[Service]:
    """`placedock serve`, a process of this machine."""
    log = folder / "log"
    told = {
        "PATH": os.environ["PATH"],
        "OS_PLACEMENT_DATABASE__CONNECTION": f"sqlite:///{folder}/placement.db",
        "HOST": "127.0.0.1",
        "PORT": "0",
        "THREADS": str(THREADS),
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "placedock", "serve"],
            env=told | {"HEALTH": "127.0.0.1:0"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        port, health = _ports(log, process)
        service = Service("127.0.0.1", port, health, log.read_text, process.pid)
        _wait(service)
        yield service
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()


SERVERS = {"container": container, "serve": serve}


def _ports(log: Path, process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Those that it has chosen and says."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        said = re.search(
            r"serving at http://127\.0\.0\.1:(\d+)[ ,]*health at http://127\.0\.0\.1:(\d+)",
            log.read_text(),
        )
        if said:
            return int(said[1]), int(said[2])
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _wait(service: Service) -> None:
    """Wait until several answers at once say ready. Each may come from another process, which completes its start before it."""

    def status(_: int) -> int:
        return requests.get(service.health_url + "/readyz", timeout=PATIENCE).status_code

    end = time.monotonic() + PATIENCE
    with ThreadPoolExecutor(8) as askers:
        while time.monotonic() < end:
            try:
                if set(askers.map(status, range(16))) == {200}:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
    raise AssertionError(service.log())


def _log(name: str) -> str:
    done = subprocess.run(["docker", "logs", name], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def docker(*words: str) -> str:
    """The output of Docker's client for these words."""
    done = subprocess.run(["docker", *words], capture_output=True, text=True)
    assert not done.returncode, f"docker {' '.join(words)}: {done.stderr}"
    return done.stdout.strip()
