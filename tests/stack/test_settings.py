# SPDX-License-Identifier: Apache-2.0
"""Wrong and missing settings end the container at once, with one line that names the variable."""

import sqlite3
import time
from contextlib import closing

import pytest

from .compose import finish
from .image import EMBEDDED, IMAGE, serving, variables

KEYSTONE = {
    "OS_API__AUTH_STRATEGY": "keystone",
    "OS_KEYSTONE_AUTHTOKEN__AUTH_TYPE": "password",
    "OS_KEYSTONE_AUTHTOKEN__AUTH_URL": "http://keystone:5000/v3",
    "OS_KEYSTONE_AUTHTOKEN__USERNAME": "placement",
    "OS_KEYSTONE_AUTHTOKEN__PASSWORD": "secret",
}

AUTHTOKEN = "OS_KEYSTONE_AUTHTOKEN__"
DATABASE = "OS_PLACEMENT_DATABASE__"


@pytest.mark.parametrize(
    ("variable", "value", "others"),
    [
        (f"{DATABASE}CONNECTION", None, {}),
        (f"{DATABASE}CONNECTION", "placement.db", {}),
        (f"{DATABASE}CONNECTION", "postgresql://host/placement", {}),
        (f"{DATABASE}CONNECTION", "sqlite:////nowhere/placement.db", {}),
        (f"{DATABASE}CONNECTION", "mysql+pymysql://root@host/placement?plugin=dbcounter", {}),
        (f"{DATABASE}CONNECTION_FILE", "/run/secrets/none", {f"{DATABASE}CONNECTION": None}),
        (f"{DATABASE}CONECTION", "sqlite:////tmp/p.db", {}),
        (f"{DATABASE}SYNC_ON_STARTUP", "perhaps", {}),
        (f"{DATABASE}MAX_POOL_SIZE", "many", {}),
        ("OS_API__AUTH_STRATEGY", "noauth", {}),
        ("OS_PLACEMENT__ALLOCATION_CANDIDATES_GENERATION_STRATEGY", "best-first", {}),
        ("OS_OSLO_POLICY__POLICY_FILE", "/etc/placement/none.yaml", {}),
        ("OS_DEFAULT__DEBUG", "a bit", {}),
        (
            f"{DATABASE}CONNECTION",
            "mysql+mysqldb://host/placement",
            {f"{DATABASE}SYNC_ON_STARTUP": None},
        ),
        (f"{DATABASE}CONNECTION", "mysql+pymysql://u:p@host", {f"{DATABASE}SYNC_ON_STARTUP": None}),
        (
            f"{DATABASE}CONNECTION_PARAMETERS",
            "charset=klingon",
            {f"{DATABASE}SYNC_ON_STARTUP": None},
        ),
        ("OS_DEFAULT__USE_JOURNAL", "True", {}),
        ("LISTEN", "localhost", {}),
        ("LISTEN", "192.0.2.1:8778", {}),
        ("PROCESSES", "0", {}),
        ("THREADS", "several", {}),
        (f"{AUTHTOKEN}AUTH_TYPE", None, KEYSTONE),
        (f"{AUTHTOKEN}AUTH_TYPE", "by-name", KEYSTONE),
        (f"{AUTHTOKEN}AUTH_URL", None, KEYSTONE),
        (f"{AUTHTOKEN}PASSWORD", None, KEYSTONE),
        (f"{AUTHTOKEN}TOKEN_CACHE_TIME", "soon", KEYSTONE),
        (f"{AUTHTOKEN}USER_DOMIAN_NAME", "Default", KEYSTONE),
    ],
)
def test_a_wrong_setting_ends_the_container_with_one_line_that_names_it(
    images: None, variable: str, value: str | None, others: dict[str, str | None]
) -> None:
    wanted = EMBEDDED | others | {variable: value}
    settings = {name: given for name, given in wanted.items() if given is not None}
    started = time.monotonic()
    done = finish("docker", "run", "--rm", *variables(settings), IMAGE)
    assert time.monotonic() - started < 30
    assert done.returncode not in (0, 125), done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("placedock: ")
    assert variable in line


def test_a_service_that_changes_nothing_ends_when_the_tables_are_too_old_to_be_read(
    images: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("old")
    folder.chmod(0o755)
    with closing(sqlite3.connect(folder / "placement.db")) as file:
        file.execute("CREATE TABLE resource_providers (id INTEGER PRIMARY KEY)")
        file.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        file.execute("INSERT INTO alembic_version VALUES ('b5c396305c25')")
        file.commit()
    settings = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEDOCK__READ_ONLY": "True",
        f"{DATABASE}CONNECTION": "sqlite:////data/placement.db",
    }
    mount = f"--volume={folder}:/data:ro"
    done = finish("docker", "run", "--rm", mount, *variables(settings), IMAGE)
    assert done.returncode not in (0, 125), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "placedock: OS_PLACEDOCK__READ_ONLY: the tables are those of revision b5c3"
    )


def test_what_is_insecure_is_one_warning_line_of_the_container(images: None) -> None:
    """Two processes serve, and neither repeats it."""
    insecure = {f"{AUTHTOKEN}PASSWORD": "insecure-placement-password"}
    for settings, begin in [
        ({}, "OS_API__AUTH_STRATEGY=noauth2 "),
        (KEYSTONE | insecure, AUTHTOKEN),
    ]:
        with serving(EMBEDDED | settings) as container:
            errors = finish("docker", "logs", container.id).stderr.splitlines()
            warnings = [line for line in errors if line.startswith("placedock: warning: ")]
            assert [line.startswith(f"placedock: warning: {begin}") for line in warnings] == [True]
