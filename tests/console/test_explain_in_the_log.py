# SPDX-License-Identifier: Apache-2.0
"""With debug on, the log explains each empty list of candidates. Without it, nothing is computed for that."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
import topology

from .serving import Client

CLOUD = """
    cn1     VCPU:8,used=6 MEMORY_MB:4096
    cn2     VCPU:8 MEMORY_MB:512
"""
EMPTY = "/allocation_candidates?resources=VCPU:4,MEMORY_MB:1024"


@pytest.fixture
def cloud(sqlite_client: Client) -> Client:
    for method, path, body in topology.writes(CLOUD):
        assert sqlite_client.ask(method, path, body).status_int < 300
    return sqlite_client


@contextmanager
def statements() -> Iterator[list[str]]:
    """All that is asked of any database."""
    heard: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        heard.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", hear)


def test_an_empty_answer_is_explained_line_by_line(
    cloud: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "placedock"):
        assert cloud.get(EMPTY)["allocation_requests"] == []
    told = [record.getMessage() for record in caplog.records if "candidates" in record.name]
    assert told == [
        "No candidates. Of 2 trees 1 has 4 VCPU left; none of these has 1,024 MEMORY_MB left: most is 512 on cn2 "
        "(512 total, 0 reserved, 0 used).",
        "group -: resources=VCPU:4: 2 trees in, 1 out, 1 meet it alone (providers: 2 in, 1 out, 1 alone)",
        "group -: resources=MEMORY_MB:1,024: 1 tree in, 0 out, 1 meet it alone (providers: 1 in, 0 out, 1 alone)",
    ]


def test_an_answer_with_candidates_is_not_explained(
    cloud: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "placedock"):
        assert cloud.get("/allocation_candidates?resources=VCPU:4")["allocation_requests"]
    assert not [record for record in caplog.records if "candidates" in record.name]


def test_without_debug_the_database_is_asked_nothing_more(
    cloud: Client, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.get(EMPTY)
    with caplog.at_level(logging.INFO, "placedock"), statements() as silent:
        cloud.get(EMPTY)
    with caplog.at_level(logging.DEBUG, "placedock"), statements() as explained:
        cloud.get(EMPTY)
    assert explained[: len(silent)] == silent
    assert len(explained) > len(silent)
