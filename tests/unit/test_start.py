# SPDX-License-Identifier: Apache-2.0
"""A worker answers before it has imported what only some requests need, and may end while it still starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LATE = ("alembic", "jsonschema", "oslo_policy.policy", "os_traits", "requests")
LOOK = "import json, sys, placedock.wsgi; print(json.dumps(list(sys.modules)))"

SYNC = "import sys; from placedock import cli; sys.exit(cli.main(['db', 'sync']))"

LIST = """
import json, sys
from placedock import service
from webob import Request

made = service.make()
for path in "/resource_providers", "/traits", "/allocation_candidates":
    # `resources` is required up to 1.24.
    version = {"OpenStack-API-Version": "placement 1.24"}
    asked = Request.blank(path, headers={"X-Auth-Token": "admin", **version})
    status = asked.get_response(made.application).status_int
    print(json.dumps([status, "jsonschema" in sys.modules]))
"""

END_IN_THE_START = """
import threading, time
from placedock import service

reached = threading.Event()

def look(connection):
    connection.exec_driver_sql("SELECT count(*) FROM traits").scalar()
    reached.set()
    time.sleep(0.5)
    return False

service.standards.are_missing = look
made = service.make()
made.warm_up()
assert reached.wait(60)
"""


def ended(code: str, database: Path) -> str:
    """What a new process that runs the code, on this SQLite file, has written to stdout at its end."""
    settings = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION": f"sqlite:///{database}",
    }
    command = [sys.executable, "-c", code]
    environ = os.environ | settings
    done = subprocess.run(command, env=environ, capture_output=True, check=True, text=True)
    return done.stdout


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules of a process that has loaded the application and answered nothing."""
    return set(json.loads(ended(LOOK, tmp_path_factory.mktemp("start") / "placement.db")))


@pytest.mark.parametrize("name", LATE)
def test_the_start_does_not_import(name: str, imported: set[str]) -> None:
    assert "placedock.console.routes" in imported
    assert name not in imported


def test_a_list_without_a_query_needs_no_jsonschema_and_a_missing_parameter_is_told(
    tmp_path: Path,
) -> None:
    database = tmp_path / "placement.db"
    ended(SYNC, database)
    answers = [json.loads(line) for line in ended(LIST, database).splitlines() if line[0] == "["]
    assert answers == [[200, False], [200, False], [400, True]]


def test_a_process_that_ends_in_the_start_leaves_everything_in_the_one_file(tmp_path: Path) -> None:
    """The thread that completes the start uses a connection then, and one that stays open would keep the journal."""
    database = tmp_path / "placement.db"
    ended(SYNC, database)
    ended(END_IN_THE_START, database)
    assert [each.name for each in tmp_path.iterdir()] == ["placement.db"]
