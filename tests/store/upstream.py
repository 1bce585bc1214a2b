# SPDX-License-Identifier: Apache-2.0
"""Upstream's own tools, in the environment that has them, each call in a process of its own."""

import fcntl
import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@cache
def environment() -> Path:
    """The folder in which upstream is installed. The first call installs it."""
    with (Path(tempfile.gettempdir()) / "placedock-upstream.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([ROOT / "scripts" / "upstream"], check=True)
    return ROOT / ".venv-upstream" / "bin"


def sync_in_background(url: str) -> "subprocess.Popen[bytes]":
    """`placement-manage db sync`, to run beside something else."""
    return subprocess.Popen(
        [environment() / "placement-manage", "db", "sync"],
        env=os.environ | {"OS_PLACEMENT_DATABASE__CONNECTION": url},
        stderr=subprocess.DEVNULL,
    )


def sync(url: str) -> None:
    _ask("manage", "db sync", url)


def version(url: str) -> str:
    return _ask("manage", "db version", url)


def upgrade(url: str, revision: str) -> None:
    """Bring the tables to an older revision than the newest."""
    _ask("upgrade", revision, url)


def start(url: str) -> None:
    """Do to the database what a process of upstream does when it begins to serve."""
    _ask("start", "", url)


def revisions() -> list[str]:
    """Every revision that upstream knows, oldest first."""
    return _ask("revisions", "", "sqlite://").split()[::-1]


@cache
def _worker() -> "subprocess.Popen[str]":
    """Ends when this process does, because nothing more can come on its input then."""
    return subprocess.Popen(
        [environment() / "python", HERE / "upstream_worker.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _ask(action: str, argument: str, url: str) -> str:
    worker = _worker()
    assert worker.stdin and worker.stdout
    worker.stdin.write(json.dumps({"action": action, "argument": argument, "url": url}) + "\n")
    worker.stdin.flush()
    answer = json.loads(worker.stdout.readline())
    assert answer["ok"], answer["said"]
    found: str = answer["said"].strip()
    return found
