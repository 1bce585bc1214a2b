# SPDX-License-Identifier: Apache-2.0
"""Each image installs exactly what its lock says, and the lock has what the sources ask for."""

import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from stack.compose import ROOT, finish

IMAGES = ("placement", "keystone-stub", "cli", "keystone")
HASH = re.compile(r" +--hash=sha256:[0-9a-f]{64}( \\)?")


def rows(image: str) -> list[str]:
    """The lines of the lock that name a package."""
    lines = (ROOT / image / "requirements.lock").read_text().splitlines()
    return [line for line in lines if not line.startswith(("#", " "))]


def locked(image: str) -> dict[str, str]:
    pairs = [row.removesuffix(" \\").split("==") for row in rows(image)]
    return {canonicalize_name(name): version for name, version in pairs}


def asked(image: str) -> list[Requirement]:
    if image in ("cli", "keystone"):
        listed = (ROOT / image / "requirements.txt").read_text().splitlines()
        return [Requirement(line) for line in listed if line and not line.startswith("#")]
    project = tomllib.loads((ROOT / image / "pyproject.toml").read_text())["project"]
    return [Requirement(each) for each in project["dependencies"]]


@pytest.mark.parametrize("image", IMAGES)
def test_the_lock_has_everything_that_is_asked_for_within_its_range(image: str) -> None:
    versions = locked(image)
    wanted = asked(image)
    assert wanted
    for each in wanted:
        assert each.specifier.contains(versions[canonicalize_name(each.name)]), each


@pytest.mark.parametrize("image", IMAGES)
def test_the_image_installs_nothing_but_its_lock(image: str) -> None:
    recipe = (ROOT / image / "Dockerfile").read_text()
    installs = re.findall(r"pip install ((?:.*\\\n)*.*)", recipe)
    assert installs
    for options in installs:
        offline = "--no-index" in options and "--no-deps" in options
        from_lock = "--requirement /tmp/requirements.lock" in options
        assert offline or (from_lock and "--require-hashes" in options), options


@pytest.mark.parametrize("image", IMAGES)
def test_each_package_of_the_lock_has_a_version_and_the_hashes_of_its_files(image: str) -> None:
    lines = (ROOT / image / "requirements.lock").read_text().splitlines()
    for line, following in pairwise([*lines, ""]):
        if line in rows(image):
            assert re.fullmatch(r"[a-z0-9.-]+==\S+ \\", line), line
            assert HASH.fullmatch(following), line
        else:
            assert line.startswith("#") or HASH.fullmatch(line), line


def test_an_image_accepts_no_file_with_another_hash(tmp_path: Path) -> None:
    """One package is enough: it is on the index, and its hash in the lock is not that of its file."""
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"{rows('keystone-stub')[-1]}\n    --hash=sha256:{'0' * 64}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    done = finish(*command, f"--dest={tmp_path}", f"--requirement={lock}")
    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
