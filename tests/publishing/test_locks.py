# SPDX-License-Identifier: Apache-2.0
"""Each image installs exactly what its lock says, and the lock has what the sources ask for."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from stack.compose import ROOT

IMAGES = ("placement", "keystone-stub", "cli")


def locked(image: str) -> dict[str, str]:
    lines = (ROOT / image / "requirements.lock").read_text().splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def asked(image: str) -> list[Requirement]:
    if image == "cli":
        return [Requirement(line) for line in (ROOT / "cli/requirements.txt").read_text().split()]
    project = tomllib.loads((ROOT / image / "pyproject.toml").read_text())["project"]
    return [Requirement(each) for each in project["dependencies"]]


@pytest.mark.parametrize("image", IMAGES)
def test_the_lock_has_everything_that_is_asked_for_within_its_range(image: str) -> None:
    versions = locked(image)
    for each in asked(image):
        assert each.specifier.contains(versions[canonicalize_name(each.name)]), each


@pytest.mark.parametrize("image", IMAGES)
def test_the_image_installs_nothing_but_its_lock(image: str) -> None:
    recipe = (ROOT / image / "Dockerfile").read_text()
    installs = re.findall(r"pip install (.*(?:\\\n.*)*)", recipe)
    assert installs
    for options in installs:
        offline = "--no-index" in options and "--no-deps" in options
        assert offline or "--requirement /tmp/requirements.lock" in options, options
