# SPDX-License-Identifier: Apache-2.0
"""The images that rings of tests share, under names of their own, so that a developer's images stay as they are.

Each function builds images of the sources as they are, and returns the name of one. A run of `scripts/test` builds all of them
before its rings (`python tests/images.py`) and says so in the environment: then the functions build nothing.
"""

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
TAG = "test"
BUILT = "PLACEDOCK_TEST_IMAGES"
"""The variable that is set while a run of scripts/test has built the images."""


@cache
def stack() -> str:
    """All images of compose.yaml under `TAG`; the name is that of the service's."""
    _base()
    environ = {"PLACEDOCK_TAG": TAG, "COMPOSE_PROFILES": "*"}
    _build("compose", "--env-file", "env/mysql-real-keystone.env", "build", environ=environ)
    return f"placedock/placement:{TAG}"


@cache
def upstream() -> str:
    """The service's image with upstream's application in it."""
    dependencies = f"placedock/dependencies:{TAG}"
    bases = f"--build-arg=PLACEMENT={stack()}", f"--build-arg=DEPENDENCIES={dependencies}"
    _build("build", "--quiet", f"--tag={dependencies}", "--target=dependencies", "placement")
    recipe = TESTS / "conformance" / "apache" / "Dockerfile"
    return _built("upstream", *bases, f"--file={recipe}", str(TESTS))


@cache
def apache() -> str:
    """Apache as devstack has it."""
    _base()
    return _built("devstack-apache", str(TESTS / "beside" / "apache"))


def _built(name: str, *words: str) -> str:
    image = f"placedock/{name}:{TAG}"
    _build("build", "--quiet", f"--tag={image}", *words)
    return image


@cache
def _base() -> None:
    """An engine, and what our images are built on."""
    for script in "engine", "base-images":
        if BUILT not in os.environ:
            subprocess.run([ROOT / "scripts" / script], check=True)


def _build(*words: str, environ: Mapping[str, str] | None = None) -> None:
    if BUILT in os.environ:
        return
    ours = ("COMPOSE_", "PLACEDOCK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        ["docker", *words],
        cwd=ROOT,
        env=kept | dict(environ or {}),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"docker {' '.join(words)}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    os.environ.pop(BUILT, None)
    _base()
    with ThreadPoolExecutor() as at_once:
        for name in at_once.map(lambda build: build(), (upstream, apache)):
            print(name)
