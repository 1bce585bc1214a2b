# SPDX-License-Identifier: Apache-2.0
"""The store understands the errors of a group's servers that serve no more. tests/cluster has a real group."""

import socket
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from placedock.errors import Unavailable
from placedock.store import patience
from placedock.store.database import Database
from placedock.store.driver_errors import LostRace

KINDS = ("query", "read", "write")

ELSEWHERE = {
    "read only, as who became a replica is": 1290,
    "read only mode": 1836,
    "offline mode": 3032,
    "a node that is not in its group yet": 1047,
    "a group that lets this node begin nothing": 3100,
    "a wait for the group that ended in an error": 3797,
    "shutting down": 1053,
}


@pytest.fixture
def server(mysql_url: str, connect: Callable[..., Database]) -> Database:
    """Without tables: nothing here looks at any."""
    return connect(mysql_url, db_max_retries=4)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "GREETING", 1)


def session(connection: sa.Connection) -> int:
    found: int = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
    return found


def say(connection: sa.Connection, number: int, text: str = "said by a test") -> None:
    """Have the server itself answer with an error of this number."""
    connection.exec_driver_sql(
        f"SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {number}, MESSAGE_TEXT = '{text}'"
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", ELSEWHERE.values(), ids=ELSEWHERE)
def test_who_is_told_to_go_elsewhere_connects_anew_and_starts_again(
    server: Database, kind: str, number: int
) -> None:
    seen = []

    def operation(connection: sa.Connection) -> None:
        seen.append(session(connection))
        if len(seen) == 1:
            say(connection, number)

    getattr(server, kind)(operation)
    assert len(set(seen)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_connections_as_old_as_a_useless_one_are_not_used_again(
    server: Database, kind: str
) -> None:
    run = getattr(server, kind)

    def two(connection: sa.Connection) -> set[int]:
        return {session(connection), run(session)}

    old = run(two)
    assert len(old) == 2
    seen = []

    def operation(connection: sa.Connection) -> None:
        seen.append(session(connection))
        if len(seen) == 1:
            say(connection, 1290)

    run(operation)
    assert seen[0] in old
    assert not run(two) & old


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_told_so_everywhere_answers_that_the_database_is_not_available(
    server: Database, kind: str
) -> None:
    with pytest.raises(Unavailable) as told:
        getattr(server, kind)(say, 1290, "nobody takes writes")
    assert told.value.reason == "nobody takes writes"


@pytest.mark.parametrize(
    ("number", "text"),
    [(3101, "rolled back by the group"), (1180, "Got error 149 during COMMIT")],
)
def test_a_write_that_the_group_refused_starts_again_on_the_same_connection(
    server: Database, number: int, text: str
) -> None:
    seen = []

    def operation(connection: sa.Connection) -> None:
        seen.append(session(connection))
        if len(seen) < 4:
            say(connection, number, text)

    server.write(operation)
    assert len(seen) == 4
    assert len(set(seen)) == 1


def test_a_write_that_the_group_refuses_again_and_again_has_lost_its_race(
    server: Database,
) -> None:
    with pytest.raises(LostRace):
        server.write(say, 3101)


def test_another_error_at_the_commit_is_no_lost_race(server: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        server.write(say, 1180, "Got error 28 during COMMIT")


@pytest.mark.parametrize("kind", KINDS)
def test_who_accepts_and_says_nothing_is_not_waited_for(
    connect: Callable[..., Database], quick: None, kind: str
) -> None:
    """As a proxy may, whose server has just died."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = connect(f"mysql://u:p@127.0.0.1:{silent.getsockname()[1]}/placement")
        began = time.monotonic()
        with pytest.raises(Unavailable):
            getattr(database, kind)(session)
        assert time.monotonic() - began < 4


def test_a_statement_may_take_longer_than_a_greeting(
    mysql_url: str, connect: Callable[..., Database]
) -> None:
    def sleep(connection: sa.Connection) -> int:
        seconds = patience.GREETING + 1
        found: int = connection.exec_driver_sql(f"SELECT SLEEP({seconds})").scalar_one()
        return found

    assert connect(mysql_url).query(sleep) == 0
