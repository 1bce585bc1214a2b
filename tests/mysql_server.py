# SPDX-License-Identifier: Apache-2.0
"""Real MySQL and MariaDB servers for tests, in containers. The first user starts one, the last removes it.

    with mysql_server.shared() as server, server.database() as url:
        ...                                   # an empty database, dropped afterwards
    with mysql_server.shared(mysql_server.MARIADB) as server:
        ...                                   # the same on MariaDB

Everything that tests this checkout shares one server of a kind: the workers of a run, and rings that
run beside each other. Its data lives in memory and nothing is flushed, which is about ten times as fast
as a disk and loses nothing that a test would miss.
"""

import secrets
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import pymysql
import sharing

PASSWORD = "for-tests-only"
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Without certificates. By itself PyMySQL loads the system's authorities for each connection, 30 ms of CPU."""
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


class Kind(NamedTuple):
    """A kind of server: its name, its image, and the options with which it is fast and forgetful."""

    name: str
    image: str
    options: tuple[str, ...]

    @property
    def container(self) -> str:
        return sharing.server(self.name)


_BOTH = (
    "--innodb-flush-log-at-trx-commit=0",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--max-connections=500",
)
MYSQL = Kind("mysql", "mysql:9.7", (*_BOTH, "--innodb-doublewrite=OFF", "--mysqlx=OFF"))
MARIADB = Kind("mariadb", "mariadb:11.8", (*_BOTH, "--skip-innodb-doublewrite"))
KINDS = {kind.name: kind for kind in (MYSQL, MARIADB)}
NAME = MYSQL.container


@dataclass(frozen=True)
class Server:
    """The address of a server that runs. Its user `root` may do anything."""

    port: int
    host: str = "127.0.0.1"

    @property
    def address(self) -> str:
        """The URL, to which a database's name can be appended."""
        return f"mysql+pymysql://root:{PASSWORD}@{self.host}:{self.port}/"

    def execute(self, statement: str, *values: object) -> tuple[tuple[Any, ...], ...]:
        """Run one statement beside everything else that goes on, and fetch its rows."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows: tuple[tuple[Any, ...], ...] = cursor.fetchall()
            return rows

    @property
    def version(self) -> str:
        ((version,),) = self.execute("SELECT @@version")
        return str(version)

    def connect(self) -> pymysql.Connection:
        return pymysql.connect(
            host=self.host,
            port=self.port,
            user="root",
            password=PASSWORD,
            autocommit=True,
            ssl=TLS,
        )

    @contextmanager
    def database(self, options: str = "") -> Iterator[str]:
        """The URL of an empty database; `options` end its CREATE statement, such as a charset."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} {options}")
        try:
            yield self.address + name
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def shared(kind: Kind = MYSQL) -> Iterator[Server]:
    """The server, until the block ends. The last user removes it."""
    with sharing.used(kind.container, lambda: _start(kind)) as server:
        yield server


def _start(kind: Kind) -> Server:
    for script in "engine", "base-images":
        _run(str(sharing.ROOT / "scripts" / script))
    name = kind.container
    if (state := _state(name)) != "running":
        if state:
            _run("docker", "rm", "--force", "--volumes", name)
        _run(
            *("docker", "run", "--detach", "--name", name, "--publish", "127.0.0.1::3306"),
            *("--tmpfs", "/var/lib/mysql", "--env", f"MYSQL_ROOT_PASSWORD={PASSWORD}"),
            *("--env", "MYSQL_INITDB_SKIP_TZINFO=1", kind.image, *kind.options),
        )
    published = _run("docker", "port", name, "3306/tcp").splitlines()[0]
    server = Server(port=int(published.rpartition(":")[2]))
    _wait_for(kind, server)
    return server


def _wait_for(kind: Kind, server: Server) -> None:
    """Wait as long as the container runs, 10 minutes at most. The first start takes 15 seconds of CPU."""
    end = time.monotonic() + 600
    while True:
        try:
            server.connect().close()
            return
        except pymysql.MySQLError as error:
            if _state(kind.container) != "running" or time.monotonic() > end:
                log = _run("docker", "logs", "--tail", "20", kind.container)
                raise RuntimeError(f"{kind.name} does not serve: {log}") from error
            time.sleep(0.2)


def _state(container: str) -> str:
    """What Docker says of it; nothing when there is none of this name."""
    named = f"name=^{container}$"
    return _run("docker", "ps", "--all", "--filter", named, "--format", "{{.State}}")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr or done.stdout}")
    return done.stdout.strip()
