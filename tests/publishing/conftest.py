# SPDX-License-Identifier: Apache-2.0
"""The images as scripts/build makes them, under a name of the tests' own."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from stack.compose import ROOT, run

PREFIX = "placedock-published"
COMMIT, DATE = run("git", "log", "-1", "--format=%H %ct").split()
"""As the tests began; somebody may commit while they run."""


@dataclass(frozen=True)
class Built:
    """One image, and what was told of it."""

    name: str
    inspected: dict[str, Any]
    bill: str
    told: str


def build(image: str, version: str, **variables: str) -> Built:
    """The images and bills of materials that scripts/build makes of the sources as they are."""
    environ = os.environ | {"PREFIX": PREFIX, "VERSION": version}
    environ |= {"REVISION": COMMIT, "SOURCE_DATE_EPOCH": DATE} | variables
    done = subprocess.run(
        [ROOT / "scripts" / "build", image],
        env=environ,
        capture_output=True,
        text=True,
        timeout=590,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    name = f"{environ['PREFIX']}/{image}:{version}"
    (inspected,) = json.loads(run("docker", "image", "inspect", name))
    bill = ROOT / "dist" / f"{image}-{version}.cdx.json"
    text = bill.read_text()
    bill.unlink()
    return Built(name, inspected, text, done.stdout)


@pytest.fixture(scope="session")
def placement() -> Iterator[Built]:
    built = build("placement", "test", SOURCE="https://example.org/somebody/placedock")
    yield built
    run("docker", "image", "rm", built.name)
