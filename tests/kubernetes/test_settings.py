# SPDX-License-Identifier: Apache-2.0
"""The service knows every setting of the ConfigMaps, which have the same names as in env/."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from keystone_stub import settings as stub
from stack.compose import ROOT

from .manifests import Overlay, overlay

IMAGE = {"PROCESSES", "THREADS"}
"""The variables that the image reads itself."""


def from_env(mode: str) -> dict[str, str]:
    """The settings that a mode of Compose gives to the service."""
    lines = (ROOT / "env" / "placement" / f"{mode}.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def supplied(given: Overlay, folder: Path) -> dict[str, str]:
    """The settings, with the secrets' files in a folder of ours."""
    secrets = [name for name in given.names("Secret") if name.startswith("placement-")]
    texts = given.texts("Secret", secrets[0]) if secrets else {}
    texts = texts or {
        "placement-connection": "mysql+pymysql://placement:x@database.example.org/placement",
        "placement-password": "x",
    }
    for key, text in texts.items():
        (folder / key).write_text(text)
    return {
        name: value.replace("/run/secrets/", f"{folder}/")
        for name, value in given.variables(given.pod("placement")).items()
    }


def loaded(environ: dict[str, str]) -> str:
    """Load the settings as the service does: whether it would sync at start, or the line in which it complains."""
    asks = "from placedock import config; print(config.load().placement_database.sync_on_startup)"
    done = subprocess.run(
        [sys.executable, "-c", asks], env=environ, capture_output=True, text=True, timeout=60
    )
    return (done.stdout or done.stderr.splitlines()[-1]).strip()


def test_the_service_knows_every_variable_and_accepts_every_value(
    overlay: Overlay, tmp_path: Path
) -> None:
    environ = supplied(overlay, tmp_path)
    assert set(environ) - IMAGE == {name for name in environ if name.startswith("OS_")}
    assert loaded(environ) == str(overlay.name == "sqlite-noauth")


def test_a_variable_that_there_is_not_would_be_noticed(tmp_path: Path) -> None:
    environ = supplied(overlay("demo"), tmp_path)
    wrong = "OS_PLACEMENT_DATABASE__RETRY_INTERVALS"
    assert f"{wrong}: there is no such setting" in loaded(environ | {wrong: "1"})


def test_production_decides_whether_the_console_is_served(tmp_path: Path) -> None:
    assert supplied(overlay("production"), tmp_path)["OS_PLACEDOCK__CONSOLE"] == "False"


def test_db_sync_is_told_what_the_service_is_told(scaled: Overlay) -> None:
    sync, service = scaled.pod("db-sync"), scaled.pod("placement")
    assert sync.container["envFrom"] == service.container["envFrom"]
    assert sync.container["image"] == service.container["image"]


@pytest.mark.parametrize(
    ("name", "mode", "otherwise"),
    [
        ("sqlite-noauth", "sqlite-noauth", set()),
        ("demo", "mysql-keystone", {"OS_PLACEMENT_DATABASE__MAX_RETRIES"}),
    ],
)
def test_an_overlay_says_what_its_mode_says(name: str, mode: str, otherwise: set[str]) -> None:
    said, meant = overlay(name).variables(overlay(name).pod("placement")), from_env(mode)
    assert set(said) == set(meant)
    assert {each for each in said if said[each] != meant[each]} == otherwise


def test_validated_tokens_are_kept_for_all_processes_or_not_at_all(scaled: Overlay) -> None:
    """keystonemiddleware warns at each start of a process that keeps them by itself, and will drop that."""
    told = scaled.variables(scaled.pod("placement"))
    servers = told.get("OS_KEYSTONE_AUTHTOKEN__MEMCACHED_SERVERS", "")
    assert servers or told["OS_KEYSTONE_AUTHTOKEN__TOKEN_CACHE_TIME"] == "-1"
    assert {each.partition(":")[0] for each in servers.split(",")} <= scaled.names("Service")


def test_the_stub_knows_every_variable_that_it_is_given() -> None:
    demo = overlay("demo")
    given = demo.variables(demo.pod("keystone-stub"))
    source = Path(stub.__file__).read_text()
    source += (ROOT / "keystone-stub" / "etc" / "directory.yaml").read_text()
    for name in given:
        assert re.search(rf"\b{name.removesuffix('_FILE')}\b", source), name


def test_the_secrets_are_those_of_compose() -> None:
    demo = overlay("demo")
    for secret in demo.all("Secret"):
        for key, text in demo.texts("Secret", secret["metadata"]["name"]).items():
            if key == "keystone-admin-password":
                meant = (ROOT / "env" / "mysql-keystone.env").read_text()
                assert f"KEYSTONE_ADMIN_PASSWORD={text}\n" in meant
            else:
                assert text == (ROOT / "env" / "insecure" / key).read_text()
