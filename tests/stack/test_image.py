# SPDX-License-Identifier: Apache-2.0
"""The image alone: it serves at once, logs each request once, and finishes what it has begun."""

import json
import re
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from . import conftest, image
from .compose import run
from .image import EMBEDDED, Container

ADMIN = {"X-Auth-Token": "admin"}
LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO \S+ (?P<method>[A-Z]+) (?P<path>\S+) "
    r"(?P<microversion>\S+) (?P<status>\d{3}) (?P<length>\d+) bytes (?P<milliseconds>[\d.]+) ms "
    r"\[(?P<request_id>req-[0-9a-f-]{36}) (?P<global_request_id>\S+) (?P<user>\S+) (?P<project>\S+)\]"
)


@pytest.fixture(scope="module")
def alone(images: None) -> Iterator[Container]:
    with image.serving() as container:
        yield container


def asked(container: Container) -> list[requests.Response]:
    """Answers of several kinds: plain, empty, refused, not found, without a token."""
    at_36 = {**ADMIN, "OpenStack-API-Version": "placement 1.36"}
    url = container.url
    return [
        requests.get(url),
        requests.get(f"{url}/resource_providers?name=x%20y&uuid=not-one", headers=at_36),
        requests.get(f"{url}/resource_classes", headers=at_36),
        requests.put(f"{url}/traits/CUSTOM_LOGGED", headers=at_36),
        requests.post(f"{url}/resource_providers", json={"name": "logged"}, headers=ADMIN),
        requests.get(f"{url}/nowhere", headers=ADMIN),
        requests.get(f"{url}/resource_providers"),
        requests.get(f"{url}/traits", headers={**ADMIN, "OpenStack-API-Version": "placement 9.9"}),
        requests.delete(f"{url}/traits/CUSTOM_LOGGED", headers=at_36),
    ]


def lines_of(container: Container, answers: list[requests.Response]) -> list[str]:
    """The one line for each answer, found by its request id."""
    end = time.monotonic() + 5
    while True:
        log = container.log()
        ids = [answer.headers["x-openstack-request-id"] for answer in answers]
        found = [[line for line in log if one in line] for one in ids]
        if all(found) or time.monotonic() > end:
            assert [len(lines) for lines in found] == [1] * len(answers)
            return [line for (line,) in found]
        time.sleep(0.1)


def check(logged: dict[str, str], answer: requests.Response) -> None:
    assert logged["method"] == answer.request.method
    assert logged["path"] == answer.request.path_url
    assert int(logged["status"]) == answer.status_code
    assert int(logged["length"]) == len(answer.content)
    assert 0 < float(logged["milliseconds"]) < 60_000
    assert logged["request_id"] == answer.headers["x-openstack-request-id"]
    assert logged["user"] == ("admin" if "X-Auth-Token" in answer.request.headers else "-")
    version = answer.headers.get("openstack-api-version", "placement -")
    assert logged["microversion"] == version.split()[1]


def test_each_request_is_one_line_that_says_what_was_asked_and_answered(alone: Container) -> None:
    answers = asked(alone)
    assert {200, 201, 204, 400, 401, 404, 406} == {answer.status_code for answer in answers}
    for line, answer in zip(lines_of(alone, answers), answers, strict=True):
        fields = LINE.fullmatch(line)
        assert fields is not None, line
        check(fields.groupdict(), answer)


def test_the_same_line_is_json_when_a_variable_says_so(images: None) -> None:
    """It names the caller too, and nobody where there was no token: not the one before."""
    with image.serving(EMBEDDED | {"OS_DEFAULT__USE_JSON": "True"}) as container:
        answers = asked(container)
        for line, answer in zip(lines_of(container, answers), answers, strict=True):
            logged = json.loads(line)
            check({name: str(value) for name, value in logged["extra"].items()}, answer)
            assert logged["context"]["request_id"] == logged["extra"]["request_id"]
            anonymous = "X-Auth-Token" not in answer.request.headers
            assert logged["context"].get("user") == (None if anonymous else "admin")


def test_the_time_from_start_to_the_first_answer(images: None) -> None:
    """Told and not judged: it depends on the machine. The second start finds its tables made."""
    container = Container(EMBEDDED)
    try:
        first = container.wait()
        run("docker", "restart", container.id)
        second = container.wait()
    finally:
        run("docker", "rm", "--force", "--volumes", container.id)
    conftest.figures["the image alone, start to first 200 on /"] = (
        f"{first:.2f} s with an empty database, {second:.2f} s with its own"
    )


# Apache's processes that run the application have this name. Both are killed as soon as both are there.
KILL_WORKERS = """
import glob, os, signal, time

def is_worker(path):
    try:
        return open(path).read().split("\\0")[0].strip() == "wsgi"
    except OSError:
        return False

end = time.monotonic() + 60
workers = []
while len(workers) < 2 and time.monotonic() < end:
    workers = [int(path.split("/")[2]) for path in glob.glob("/proc/[0-9]*/cmdline") if is_worker(path)]
for pid in workers:
    os.kill(pid, signal.SIGKILL)
print(len(workers))
"""


def test_workers_that_are_killed_are_replaced_and_list_providers(images: None) -> None:
    with image.serving() as container:
        for _ in range(2):
            for _ in range(8):
                listed = requests.get(
                    f"{container.url}/resource_providers", headers=ADMIN, timeout=30
                )
                assert listed.status_code == 200
            killed = run("docker", "exec", container.id, "python3", "-ISc", KILL_WORKERS)
            assert killed == "2"
            container.wait()


def test_a_setting_can_come_from_a_file(
    images: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    folder.chmod(0o755)
    (folder / "connection").write_text("sqlite:////var/lib/placement/from-a-file.db\n")
    settings = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION_FILE": "/secrets/connection",
        "OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True",
    }
    with image.serving(settings, f"--volume={folder}:/secrets:ro") as container:
        assert (
            requests.get(
                f"{container.url}/traits",
                headers={**ADMIN, "OpenStack-API-Version": "placement 1.6"},
            ).status_code
            == 200
        )
        assert "from-a-file.db" in run("docker", "exec", container.id, "ls", "/var/lib/placement")


def an_unfinished_request(port: int, name: str) -> tuple[socket.socket, bytes]:
    """A connection on which most of a POST has been sent and Apache reads its body, and the rest.

    Apache waits a second longer for each 1,000 bytes that have come, so the body is long.
    """
    body = b" " * 60_000 + json.dumps({"name": name}).encode()
    head = (
        "POST /resource_providers HTTP/1.1\r\nHost: placement\r\nX-Auth-Token: admin\r\n"
        "Content-Type: application/json\r\nExpect: 100-continue\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.sendall(head.encode())
    assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(body[:-5])
    return connection, body[-5:]


# Keeps all writes waiting, and kills the workers as soon as one has taken a request: Apache's connection to it is accepted (it
# has an inode) and open (state 03).
KILL_AT_WORK = (
    """
import sqlite3, time
file = sqlite3.connect("/var/lib/placement/placement.db", isolation_level=None)
file.execute("BEGIN IMMEDIATE")
print("waiting", flush=True)

def is_at_work(state, inode, path=""):
    return "/wsgi" in path and state == "03" and inode != "0"

while not any(is_at_work(*line.split()[5:]) for line in open("/proc/net/unix")):
    time.sleep(0.05)
"""
    + KILL_WORKERS
)


def test_a_request_whose_worker_is_killed_gets_a_502_and_the_next_one_another_worker(
    images: None,
) -> None:
    """As the kernel kills a worker whose container has no memory left."""
    with image.serving() as container:
        words = ("docker", "exec", container.id, "python3", "-ISc", KILL_AT_WORK)
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as killer:
            assert killer.stdout is not None
            assert killer.stdout.readline() == "waiting\n"
            answer = requests.post(
                f"{container.url}/resource_providers",
                json={"name": "in-hand"},
                headers=ADMIN,
                timeout=60,
            )
            assert killer.stdout.readline() == "2\n"
        assert answer.status_code == 502
        assert requests.get(container.url, timeout=60).status_code == 200


def test_a_request_that_is_still_arriving_outlives_the_workers(images: None) -> None:
    with image.serving() as container:
        connection, rest = an_unfinished_request(container.port, "half")
        assert run("docker", "exec", container.id, "python3", "-ISc", KILL_WORKERS) == "2"
        container.wait()
        connection.sendall(rest)
        assert connection.recv(100).split(b"\r\n")[0] == b"HTTP/1.1 201 Created"


def test_a_container_that_was_stopped_leaves_one_whole_database_file(
    images: None, tmp_path: Path
) -> None:
    """The file is copied without the journal, in which SQLite keeps what is new while the service runs."""
    with image.serving() as container:
        for number in range(8):
            path = f"{container.url}/traits/CUSTOM_KEPT_{number}"
            headers = ADMIN | {"OpenStack-API-Version": "placement 1.6"}
            assert requests.put(path, headers=headers, timeout=60).status_code == 201
        run("docker", "stop", "--time=20", container.id)
        run("docker", "cp", f"{container.id}:/var/lib/placement/placement.db", str(tmp_path))
    with closing(sqlite3.connect(tmp_path / "placement.db")) as file:
        kept = "SELECT count(*) FROM traits WHERE name LIKE 'CUSTOM_KEPT_%'"
        assert file.execute(kept).fetchone() == (8,)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_sigterm_finishes_the_requests_in_hand(images: None) -> None:
    """Five clients have not sent the end of their requests when the container is told to stop."""
    with image.serving() as container:
        halves = [an_unfinished_request(container.port, f"in-hand-{number}") for number in range(5)]
        stop = threading.Thread(target=run, args=("docker", "stop", "--time=20", container.id))
        stop.start()
        time.sleep(1)
        for connection, rest in halves:
            connection.sendall(rest)
        answers = [connection.recv(100).split(b"\r\n")[0] for connection, _ in halves]
        assert answers == [b"HTTP/1.1 201 Created"] * 5
        answered = time.monotonic()
        for connection, _ in halves:
            connection.close()
        stop.join()
        assert time.monotonic() - answered < 10
        state = run("docker", "inspect", "--format={{.State.ExitCode}}", container.id)
        assert state == "0"
