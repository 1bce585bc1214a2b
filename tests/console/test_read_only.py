# SPDX-License-Identifier: Apache-2.0
"""A service that is read-only beside a running cloud: it answers every question and refuses every change."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mysql_server
import pytest
import topology
from placedock.api.routes import ROUTER
from placedock.store.database import Database

from . import dump
from .serving import serving

READ_ONLY = {"OS_PLACEDOCK__READ_ONLY": "True"}
CLOUD = """
    cn1       VCPU:8 MEMORY_MB:4096,used=1024  +HW_CPU_X86_AVX  @rack
      gpu1    VGPU:4                           +CUSTOM_GOLD
    nfs       DISK_GB:1000                     +MISC_SHARES_VIA_AGGREGATE  @rack
"""


@pytest.fixture
def cloud(url: str) -> str:
    """A database with the cloud in it."""
    with serving(url) as client:
        for method, path, body in topology.writes(CLOUD):
            assert client.ask(method, path, body).status_int < 300
    return url


@pytest.fixture
def read_only_user(cloud: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The same cloud, on MySQL by a user who may only select."""
    if cloud.startswith("sqlite"):
        yield cloud
        return
    mysql: mysql_server.Server = request.getfixturevalue("mysql")
    user, name = f"reader_{secrets.token_hex(4)}", cloud.rpartition("/")[2]
    mysql.execute(f"CREATE USER {user} IDENTIFIED BY 'reads'")
    mysql.execute(f"GRANT SELECT ON {name}.* TO {user}")
    yield f"mysql+pymysql://{user}:reads@{mysql.host}:{mysql.port}/{name}"
    mysql.execute(f"DROP USER {user}")


def filled(path: str) -> str:
    values = {
        "uuid": topology.uuid_of("cn1"),
        "name": "CUSTOM_GOLD",
        "resource_class": "VCPU",
        "consumer_uuid": topology.uuid_of("user of cn1"),
    }
    return path.format(**values)


OPERATIONS = sorted(operation for rule in ROUTER.rules() for operation in rule.operations)
QUERIES = {"/usages": "?project_id=p", "/allocation_candidates": "?resources=VCPU:1"}


def test_every_question_is_answered_and_every_change_refused_and_nothing_is_written(
    read_only_user: str, cloud: str
) -> None:
    before = dump.of(cloud)
    with serving(read_only_user, READ_ONLY) as client:
        for method, path in OPERATIONS:
            name = "VCPU" if "resource_classes" in path else "CUSTOM_GOLD"
            where = filled(path.replace("{name}", name)) + QUERIES.get(path, "")
            response = client.ask(method, where, {} if method in ("PUT", "POST") else None)
            if method == "GET":
                assert response.status_int in (200, 204), where
            else:
                assert response.status_int == 405, (method, where)
                assert "read-only" in response.json["errors"][0]["detail"]
                has_get = any(known == ("GET", path) for known in OPERATIONS)
                assert response.headers["Allow"] == ("GET" if has_get else "")
        assert client.get("/-/audit")["kinds"] == []
    assert dump.of(cloud) == before


def test_its_candidates_are_those_of_a_service_that_writes(read_only_user: str, cloud: str) -> None:
    query = "/allocation_candidates?resources=VCPU:1,DISK_GB:10&required=HW_CPU_X86_AVX"
    with serving(cloud) as writing, serving(read_only_user, READ_ONLY) as reading:
        assert reading.get(query) == writing.get(query)


def test_a_database_that_refused_a_write_is_told_to_callers(read_only_user: str) -> None:
    """Only MySQL has users, and a test runs as one who may write each file."""
    if read_only_user.startswith("sqlite"):
        return
    with serving(read_only_user) as client:
        assert client.get("/-/caller")["read_only"] is None
        assert client.ask("PUT", "/traits/CUSTOM_NEW").status_int == 405
        assert "denied" in client.get("/-/caller")["read_only"]


def run(url: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environ = os.environ | READ_ONLY
    environ |= {
        "OS_PLACEMENT_DATABASE__CONNECTION": url,
        "OS_API__AUTH_STRATEGY": "noauth2",
        "PORT": "0",
    }
    command = [str(Path(sys.executable).with_name("placedock")), *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)


def test_a_sync_is_refused(sqlite_url: str) -> None:
    done = run(sqlite_url, "db", "sync")
    assert done.returncode == 2
    assert done.stderr == (
        "placedock: OS_PLACEDOCK__READ_ONLY: is True, and a sync changes the database; set it to False\n"
    )


def test_tables_of_an_older_revision_end_the_start_and_are_named(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    old = "UPDATE alembic_version SET version_num = '422ece571366'"
    database.write(lambda connection: connection.exec_driver_sql(old) and None)
    database.close()
    done = run(sqlite_url, "serve")
    assert done.returncode == 2
    assert "OS_PLACEDOCK__READ_ONLY: the tables are those of revision 422ece571366" in done.stderr


def test_standard_names_that_are_missing_are_not_added(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.write(lambda connection: connection.exec_driver_sql("DELETE FROM traits") and None)
    database.close()
    before = dump.of(sqlite_url)
    code = (
        "from placedock import service; made = service.make().application\n"
        "from webob import Request\n"
        "request = Request.blank('/traits', headers={'X-Auth-Token': 'admin'})\n"
        "request.headers['OpenStack-API-Version'] = 'placement 1.39'\n"
        "print(request.get_response(made).json)"
    )
    environ = os.environ | READ_ONLY
    environ |= {
        "OS_PLACEMENT_DATABASE__CONNECTION": sqlite_url,
        "OS_API__AUTH_STRATEGY": "noauth2",
    }
    told = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "{'traits': []}"
    assert dump.of(sqlite_url) == before
