# SPDX-License-Identifier: Apache-2.0
"""Apache passes an answer on in pieces (`mod_unhurried.c`), and a client receives it as the application made it."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from .services import APACHE, PATIENCE, container_of, wait_for

HERE = Path(__file__).parent
MIB = 1024 * 1024
PIECE = MIB // 4
SMALL = MIB // 16


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server whose application answers with as many bytes as the path says."""
    settings = {"PROCESSES": "1", "THREADS": "2", "ANSWER_SECONDS": "60", "REQUEST_TIMEOUT": "60"}
    script = f"--volume={HERE / 'pieces.wsgi'}:/etc/placement/placement.wsgi:ro"
    with container_of(settings, script, command=APACHE) as (host, _, _):
        wait_for(f"http://{host}:8778/1")
        yield f"http://{host}:8778"


@pytest.mark.parametrize(
    "sizes",
    [
        [0],
        [1],
        [PIECE - 1],
        [PIECE],
        [PIECE + 1],
        [3 * PIECE],
        [10 * PIECE + 1],
        [1] * 100,
        [7_000] * 500,
        [PIECE, 0, 1, PIECE - 1, PIECE],
    ],
    ids=lambda sizes: f"{sizes[0]} of {sum(sizes)}",
)
def test_an_answer_arrives_whole_and_so_does_the_next(url: str, sizes: list[int]) -> None:
    made = b"".join(bytes([number % 251]) * size for number, size in enumerate(sizes))
    with requests.Session() as session:
        for _ in range(2):
            answer = session.get(f"{url}/{'+'.join(map(str, sizes))}", timeout=PATIENCE)
            assert answer.status_code == 200
            assert answer.content == made
        assert answer.headers["Content-Length"] == str(len(made))


@pytest.mark.parametrize("size", [1, PIECE - 1])
def test_an_answer_that_breaks_off_early_is_an_error(url: str, size: int) -> None:
    with requests.Session() as session:
        for _ in range(3):
            broken = session.get(f"{url}/{size}-", timeout=PATIENCE)
            assert (broken.status_code, broken.content.count(b"<title>")) == (502, 1)
            assert session.get(f"{url}/1", timeout=PATIENCE).content == b"\0"


@pytest.mark.parametrize("size", [PIECE, 2 * PIECE + 1])
def test_an_answer_that_breaks_off_late_ends_its_connection(url: str, size: int) -> None:
    """So the client does not wait for the rest."""
    with pytest.raises(
        (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ) as told:
        requests.get(f"{url}/{size}-", timeout=PATIENCE)
    assert "IncompleteRead" in str(told.value)
    assert requests.get(f"{url}/1", timeout=PATIENCE).content == b"\0"


def test_large_answers_that_nobody_takes_have_a_bound_and_others_are_answered(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    told, slow = [], []
    with ExitStack() as stack:
        for _ in range(4):
            made = stack.enter_context(socket.create_connection((host, int(port)), PATIENCE))
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            made.sendall(f"GET /{30 * MIB} HTTP/1.1\r\nHost: placement\r\n\r\n".encode())
            slow.append(made)
            told.append(made.recv(12))
        assert told == [b"HTTP/1.1 200"] * 2 + [b"HTTP/1.1 503"] * 2
        assert len(requests.get(f"{url}/{SMALL}", timeout=PATIENCE).content) == SMALL
        refused = requests.get(f"{url}/{10 * MIB}", timeout=PATIENCE)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.content.strip().endswith(b"</html>")
    end = time.monotonic() + PATIENCE
    while requests.get(f"{url}/{70 * MIB}", timeout=PATIENCE).status_code == 503:
        assert time.monotonic() < end, "the memory is not given back"
        time.sleep(0.1)


def test_an_answer_without_a_body_is_whole(url: str) -> None:
    with requests.Session() as session:
        for _ in range(2):
            assert session.get(f"{url}/304", timeout=PATIENCE).status_code == 304


def test_an_answer_to_head_has_the_length_of_the_one_to_get(url: str) -> None:
    answer = requests.head(f"{url}/{PIECE}", timeout=PATIENCE)
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(PIECE))
