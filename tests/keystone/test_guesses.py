# SPDX-License-Identifier: Apache-2.0
"""What the stub tells and costs a caller who guesses passwords."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import requests

from . import servers
from .servers import PASSWORDS, Server

FREE = 20
"""The failed logins in a row that the stub allows before it slows a caller down."""


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Server]:
    """A stub without the limit, so that every request may compare a secret."""
    (tmp_path / "state").mkdir()
    with servers.stub(tmp_path / "state", KEYSTONE_GUESSES="0") as server:
        yield server


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "state").mkdir()
    with servers.stub(tmp_path / "state") as server:
        yield server


def processor_time(server: Server) -> float:
    """Seconds that all threads of the server have run, to the nanosecond: no other process can add to them."""
    tasks = Path(f"/proc/{server.process.pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def cost(server: Server, ask: Callable[[], requests.Response]) -> float:
    """The processor time of an answer 401, as the median of 15."""
    spent = []
    for _ in range(15):
        before = processor_time(server)
        assert ask().status_code == 401
        spent.append(processor_time(server) - before)
    return median(spent)


def change(server: Server, user_id: str, original: str, password: str) -> requests.Response:
    wanted = {"user": {"original_password": original, "password": password}}
    return server.call("POST", f"/v3/users/{user_id}/password", "", wanted)


def made(server: Server, name: str, **fields: Any) -> str:
    body = {"user": {"name": name, **fields}}
    answer = server.call("POST", "/v3/users", server.token(), body)
    answer.raise_for_status()
    found: str = answer.json()["user"]["id"]
    return found


def test_a_refusal_takes_as_long_whether_or_not_the_user_exists(patient: Server) -> None:
    made(patient, "disabled", password="x-for-tests", enabled=False)
    made(patient, "without-a-password")
    nowhere = {"project": {"name": "nowhere", "domain": {"id": "default"}}}
    elsewhere = {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {"name": "admin", "domain": {"name": "elsewhere"}, "password": "x"}
                },
            }
        }
    }
    asked = f"{patient.url}/v3/auth/tokens"
    wrong = cost(patient, lambda: patient.authenticate("admin", "wrong"))
    costs = {
        "an unknown user": cost(patient, lambda: patient.authenticate("nobody", "wrong")),
        "a disabled user": cost(patient, lambda: patient.authenticate("disabled", "wrong")),
        "no password": cost(patient, lambda: patient.authenticate("without-a-password", "wrong")),
        "an unknown project": cost(patient, lambda: patient.authenticate("admin", "x", nowhere)),
        "an unknown domain": cost(
            patient, lambda: requests.post(asked, json=elsewhere, timeout=30)
        ),
        "a change by an unknown user": cost(patient, lambda: change(patient, "nobody", "x", "y")),
    }
    for name, spent in costs.items():
        assert 0.7 * wrong < spent < 1.4 * wrong, (name, spent, wrong)


def test_after_too_many_failures_a_user_s_secret_is_compared_once_a_second(limited: Server) -> None:
    answers = [limited.authenticate("demo", f"guess-{n}") for n in range(FREE)]
    right = limited.authenticate("demo", PASSWORDS["demo"])
    assert {answer.status_code for answer in [*answers, right]} == {401}
    # The answer does not tell that this password was the right one.
    assert right.json() == answers[0].json()
    # Other users are not slowed down.
    assert limited.authenticate("nova", PASSWORDS["nova"]).status_code == 201
    time.sleep(1.1)
    assert limited.authenticate("demo", PASSWORDS["demo"]).status_code == 201
    # A success ends the series.
    assert limited.authenticate("demo", "wrong").status_code == 401
    assert limited.authenticate("demo", PASSWORDS["demo"]).status_code == 201


def test_guesses_by_a_change_of_the_password_count_as_logins_do(limited: Server) -> None:
    user = made(limited, "guest", password="guest-for-tests")
    for n in range(FREE):
        assert change(limited, user, f"guess-{n}", "new-for-tests").status_code == 401
    assert limited.authenticate("guest", "guest-for-tests").status_code == 401
    assert change(limited, user, "guest-for-tests", "new-for-tests").status_code == 401
    time.sleep(1.1)
    assert change(limited, user, "guest-for-tests", "new-for-tests").status_code == 204


def test_while_a_user_has_to_wait_a_refusal_takes_as_long(limited: Server) -> None:
    wrong = cost(limited, lambda: limited.authenticate("demo", "wrong"))
    for _ in range(FREE):
        limited.authenticate("demo", "wrong")
    waiting = cost(limited, lambda: limited.authenticate("demo", "wrong"))
    assert 0.7 * wrong < waiting < 1.4 * wrong
