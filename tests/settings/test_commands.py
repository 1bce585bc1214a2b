# SPDX-License-Identifier: Apache-2.0
"""Every command ends with one line when it cannot do what it is for, and takes values as files of variables leave them."""

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import mysql_server
import pytest

from .process import BIN, GOOD, placedock
from .test_wrong_settings import check

CONNECTION = "OS_PLACEMENT_DATABASE__CONNECTION"


@pytest.mark.parametrize("words", [["settings"], ["openapi"], ["db", "version"]])
@pytest.mark.parametrize("output", ["a pipe that nobody reads", "a full disk"])
def test_output_that_cannot_be_written(words: list[str], output: str, tmp_path: Path) -> None:
    """`placedock settings | head -2` closes its pipe before all is written."""
    if output == "a full disk":
        target = os.open("/dev/full", os.O_WRONLY)
    else:
        unread, target = os.pipe()
        os.close(unread)
    try:
        done = subprocess.run(
            [str(BIN / "placedock"), *words],
            env=GOOD,
            cwd=tmp_path,
            stdout=target,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(target)
    assert done.returncode == 1
    expected = ["placedock: [Errno 28] No space left on device"] if "disk" in output else []
    assert done.stderr.splitlines() == expected


def test_httpd_is_for_the_image(tmp_path: Path) -> None:
    done = placedock("httpd", variables={**GOOD, "PATH": "/nowhere"}, folder=tmp_path)
    check(done, 1, "no dumb-init here", "use `serve`")


@pytest.mark.parametrize("seconds", ["nan", "-1", "soon"])
def test_a_wait_that_is_no_number_of_seconds(seconds: str, tmp_path: Path) -> None:
    done = placedock("db", "sync", f"--wait={seconds}", variables=GOOD, folder=tmp_path)
    assert done.returncode == 2
    assert "argument --wait: " in done.stderr.splitlines()[-1]


SQLITE = {
    "no database": (b"hello, this is no database" * 50, "not a database"),
    "tables that are not Placement's": (None, "no record of its revision"),
}


@pytest.mark.parametrize(("content", "says"), SQLITE.values(), ids=SQLITE)
def test_a_file_that_cannot_be_synced(content: bytes | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "placement.db"
    if content is None:
        subprocess.run(
            [
                "python3",
                "-c",
                "import sqlite3; sqlite3.connect('placement.db').execute("
                "'CREATE TABLE allocations (id)')",
            ],
            cwd=tmp_path,
            check=True,
        )
    else:
        path.write_bytes(content)
    check(placedock("db", "sync", variables=GOOD, folder=tmp_path), 1, "", says)


def test_a_file_that_cannot_be_read_has_no_version(tmp_path: Path) -> None:
    (tmp_path / "placement.db").write_bytes(b"hello, this is no database" * 50)
    check(
        placedock("db", "version", variables=GOOD, folder=tmp_path),
        1,
        "The database",
        "not a database",
    )


REFUSALS = {
    "a wrong password": ("nobody:wrong@{host}/placement", "Access denied"),
    "a database that is not there": ("root:{password}@{host}/nowhere", "Unknown database"),
    "a database without a right": ("guest:guest@{host}/mysql", "denied"),
    "a charset that the server does not know": (
        "root:{password}@{host}/mysql?init_command=SET NAMES klingon",
        "klingon",
    ),
    "a statement that the server does not understand": (
        "root:{password}@{host}/mysql?init_command=PLEASE",
        "syntax",
    ),
}


@pytest.mark.parametrize("command", [["db", "sync"], ["db", "version"], ["serve"]], ids=" ".join)
@pytest.mark.parametrize(("address", "says"), REFUSALS.values(), ids=REFUSALS)
def test_what_waiting_cannot_mend_is_told_at_once(
    command: list[str], address: str, says: str, tmp_path: Path
) -> None:
    with mysql_server.shared() as server:
        server.execute("CREATE USER IF NOT EXISTS guest IDENTIFIED BY 'guest'")
        place = {"host": f"{server.host}:{server.port}", "password": mysql_server.PASSWORD}
        variables = {
            **GOOD,
            CONNECTION: f"mysql+pymysql://{address.format(**place)}",
            "OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True",
            "OS_PLACEMENT_DATABASE__MAX_RETRIES": "-1",
        }
        started = time.monotonic()
        done = placedock(*command, variables=variables, folder=tmp_path)
        assert time.monotonic() - started < 30
        check(done, 1, "", says)
        assert mysql_server.PASSWORD not in done.stderr


def test_values_lose_the_blanks_and_line_ends_around_them(tmp_path: Path) -> None:
    """A file of variables that was written on Windows leaves a carriage return at the end of each."""
    windows = {name: f" {value}\r" for name, value in GOOD.items()}
    done = placedock("db", "sync", variables=windows, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "placement.db").is_file()


CLIENTS = {
    "OS_AUTH_URL": "http://127.0.0.1:5000/v3",
    "OS_USERNAME": "admin",
    "OS_PROJECT_DOMAIN_ID": "default",
    "OS_CLOUD": "devstack",
    "OS_PLACEMENT_API_VERSION": "1.39",
}
WITHOUT_EFFECT = {
    "OS_DEFAULT__TEMPDIR": "/tmp",
    "OS_DEFAULT__PYBASEDIR": "/usr/lib",
    "OS_DEFAULT__STATE_PATH": "/var/lib/placement",
}


@pytest.mark.parametrize("others", [CLIENTS, WITHOUT_EFFECT], ids=["clients", "upstream"])
def test_variables_of_clients_and_what_upstream_has_are_not_refused(
    others: Mapping[str, str], tmp_path: Path
) -> None:
    done = placedock("db", "sync", variables=GOOD | dict(others), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_value_from_a_file_is_meant_as_it_is(tmp_path: Path) -> None:
    """In a variable oslo.config puts another option's value where there is a `$`."""
    (tmp_path / "secret").write_text("sqlite:///$debug.db\r\n")
    variables = {name: value for name, value in GOOD.items() if name != CONNECTION}
    variables[f"{CONNECTION}_FILE"] = "secret"
    assert placedock("db", "sync", variables=variables, folder=tmp_path).returncode == 0
    assert (tmp_path / "$debug.db").is_file()
