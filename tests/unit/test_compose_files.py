# SPDX-License-Identifier: Apache-2.0
"""The files of Compose and the env files of its modes, read without an engine."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from placedock.config.keystone import DEFAULTS, GROUP
from placedock.config.variables import variable

ROOT = Path(__file__).parents[2]
MODES = sorted(path.stem for path in (ROOT / "env").glob("*.env"))
IMAGE = {"PROCESSES", "THREADS"}
"""The variables that the image reads besides the settings of the service."""


def variables(file: Path) -> dict[str, str]:
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def settings_file(mode: str) -> Path:
    """The file with the settings of placement, or the example of which a user makes it."""
    file = ROOT / variables(ROOT / "env" / f"{mode}.env")["PLACEDOCK_ENV_FILE"]
    return file if file.exists() else file.with_name(f"{file.name}.example")


def asking_keystone() -> Iterator[Any]:
    """The files with settings of a placement that asks Keystone."""
    for pattern in "env/placement/*", "kubernetes/overlays/*/settings.env":
        for file in sorted(ROOT.glob(pattern)):
            if "OS_KEYSTONE_AUTHTOKEN__AUTH_URL" in variables(file):
                yield pytest.param(file, id=str(file.relative_to(ROOT)))


def services() -> Iterator[Any]:
    for name in "compose.yaml", "compose.cluster.yaml", "keystone/compose.yaml":
        for service, described in yaml.safe_load((ROOT / name).read_text())["services"].items():
            if "image" in described:
                yield pytest.param(described, id=f"{name}:{service}")


def test_there_is_no_settings_file_without_a_mode() -> None:
    files = {path.name.removesuffix(".example") for path in (ROOT / "env" / "placement").iterdir()}
    assert files == {f"{mode}.env" for mode in MODES}


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_gives_placement_its_own_variables_and_no_others(mode: str) -> None:
    stack = variables(ROOT / "env" / f"{mode}.env")
    assert stack["PLACEDOCK_ENV_FILE"] == f"env/placement/{mode}.env"
    assert not [name for name in stack if name.startswith("OS_")]
    settings = variables(settings_file(mode))
    assert settings.keys() >= IMAGE
    for name in settings.keys() - IMAGE:
        assert re.fullmatch(r"OS_[A-Z_]+?__[A-Z_]+", name), name


def test_placement_has_no_variable_from_elsewhere() -> None:
    for name in "placement", "db-sync":
        described = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"][name]
        assert re.fullmatch(r"\$\{PLACEDOCK_ENV_FILE:\?[^}]*\}", described["env_file"])
        assert "environment" not in described


@pytest.mark.parametrize("mode", MODES)
def test_a_comment_precedes_each_group_of_variables(mode: str) -> None:
    """A variable may follow another one of the same group without a comment of its own."""
    for file in ROOT / "env" / f"{mode}.env", settings_file(mode):
        above = ""
        for line in file.read_text().splitlines():
            if re.match("[A-Z]", line):
                assert above, f"{file.name}: {line}"
            above = line


@pytest.mark.parametrize("service", list(services()))
def test_every_container_is_confined_and_has_limits(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"\d+[mg]|\$\{PLACEMENT_MEMORY:-1g\}", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 1024


@pytest.mark.parametrize("file", asking_keystone())
def test_a_file_tells_the_wait_for_keystone_that_is_not_keystonemiddlewares(file: Path) -> None:
    for option in "http_connect_timeout", "http_request_max_retries":
        said = f"#{variable(GROUP, option)}={DEFAULTS[option]}"
        assert said in file.read_text().splitlines()
