# SPDX-License-Identifier: Apache-2.0
"""placedock as a process that has these variables and no others."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

BIN = Path(sys.executable).parent

GOOD = {
    "OS_API__AUTH_STRATEGY": "noauth2",
    "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite:///placement.db",
    "PORT": "0",
}
"""The variables that `serve` needs, for a database in the current directory."""

AUTHTOKEN = "OS_KEYSTONE_AUTHTOKEN__"
KEYSTONE = {
    "OS_API__AUTH_STRATEGY": "keystone",
    f"{AUTHTOKEN}AUTH_TYPE": "password",
    f"{AUTHTOKEN}AUTH_URL": "http://127.0.0.1:1/v3",
    f"{AUTHTOKEN}USERNAME": "placement",
    f"{AUTHTOKEN}PASSWORD": "pa55word",
}


def placedock(
    *words: str, variables: Mapping[str, str], folder: Path, **options: object
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in `folder`. One that does not end by itself is killed, and raises."""
    return subprocess.run(
        [str(BIN / "placedock"), *words],
        env={"PATH": os.environ["PATH"], **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
