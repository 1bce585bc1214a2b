# SPDX-License-Identifier: Apache-2.0
"""A worker answers before it has imported what only some requests need."""

import json
import os
import subprocess
import sys

import pytest

LATE = ("alembic", "jsonschema", "oslo_policy.policy", "os_traits", "requests")
LOOK = "import json, sys, placedock.wsgi; print(json.dumps(list(sys.modules)))"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules of a process that has loaded the application and answered nothing."""
    database = tmp_path_factory.mktemp("start") / "placement.db"
    settings = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION": f"sqlite:///{database}",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=os.environ | settings,
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", LATE)
def test_the_start_does_not_import(name: str, imported: set[str]) -> None:
    assert "placedock.console.routes" in imported
    assert name not in imported
