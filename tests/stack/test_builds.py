# SPDX-License-Identifier: Apache-2.0
"""Compose builds each image once: a second build of the same image would take time and leave an image without a name."""

import json
from collections import Counter
from pathlib import Path

import pytest

from .compose import MODES, ROOT, Stack, run


@pytest.mark.parametrize("mode", MODES)
def test_one_service_builds_each_image_of_a_mode(mode: str) -> None:
    configuration = json.loads(Stack(mode).compose("--profile=*", "config", "--format=json"))
    assert_each_image_is_built_once(configuration)


def test_one_service_builds_each_image_of_the_cluster() -> None:
    file = ROOT / "compose.cluster.yaml"
    configuration = json.loads(run(*compose(file), "config", "--format=json"))
    assert_each_image_is_built_once(configuration)


def compose(file: Path) -> list[str]:
    return ["docker", "compose", f"--file={file}"]


def assert_each_image_is_built_once(configuration: dict[str, dict[str, dict[str, str]]]) -> None:
    services = configuration["services"].values()
    built = Counter(service["image"] for service in services if "build" in service)
    assert set(built.values()) == {1}, built
    ours = {service["image"] for service in services if service["image"].startswith("placedock/")}
    assert ours == built.keys()
