# SPDX-License-Identifier: Apache-2.0
"""Starts the services: placedock, upstream and the floor, each behind the same server and on one MySQL.

All three run in the image of placement/Dockerfile with its httpd.conf and with the same number of processes and threads.
Only the application differs. MySQL has the settings of the stack (mysql/placement.cnf), so a commit waits for the disk.
It has more memory than in the stack.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pymysql

from . import containers
from .client import Connection, request
from .containers import Container
from .options import ROOT

HERE = Path(__file__).parent
PASSWORD = "for-benchmarks-only"
PORT = 8778
PATIENCE = 120
"""Seconds that a server may take until its first answer. A server on a busy machine needs many of them."""

# The largest cloud does not fit into the stack's 128 MiB, so every read would also measure the disk.
BIG_ENOUGH = ("--innodb-buffer-pool-size=1G", "--innodb-redo-log-capacity=1G")
APACHE = ("apache2", "-f", "/etc/placement/httpd.conf", "-DFOREGROUND")
# compose.yaml confines the container in the same way: it can write only to folders in memory.
CONFINED = ("--read-only", "--tmpfs=/tmp", "--tmpfs=/run/placement:uid=42424,gid=42424,mode=0755")


@dataclass(frozen=True)
class Application:
    """An application that runs behind the server: its image, the command that starts it, and the one that makes its tables."""

    name: str
    image: str
    start: tuple[str, ...]
    sync: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """A running application that answers requests."""

    name: str
    application: Application
    container: Container
    host: str
    environment: Mapping[str, str] = field(repr=False)

    def connect(self) -> Connection:
        return Connection(self.host, PORT)


def applications() -> tuple[Application, Application, Application]:
    """Build the images of placedock, upstream and the floor, and return the three applications."""
    source = str(ROOT / "placement")
    ours = containers.build("placement", source)
    containers.build("dependencies", "--target", "dependencies", source)
    images = HERE / "images"
    theirs = containers.build(
        "upstream",
        *("--file", str(images / "upstream.Dockerfile")),
        *("--build-context", f"requirements={ROOT / 'tests'}", str(images)),
    )
    floor = f"--volume={images / 'floor.wsgi'}:/etc/placement/placement.wsgi:ro"
    return (
        Application("placedock", ours, ("placedock", "httpd"), ("placedock", "db", "sync")),
        Application("upstream", theirs, APACHE, ("placement-manage", "db", "sync")),
        Application("floor", ours, APACHE, options=(floor,)),
    )


@dataclass(frozen=True)
class MySQL:
    """The database server."""

    container: Container
    host: str

    def connect(self, database: str | None = None) -> pymysql.Connection:
        return pymysql.connect(
            host=self.host, user="root", password=PASSWORD, database=database, autocommit=True
        )

    def url(self, database: str) -> str:
        return f"mysql+pymysql://root:{PASSWORD}@{self.host}/{database}"

    @property
    def version(self) -> str:
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            found: str = cursor.fetchone()[0]
            return found


@contextmanager
def mysql() -> Iterator[MySQL]:
    """Start a MySQL server for this run, and remove it at the end."""
    settings = ROOT / "mysql" / "placement.cnf"
    with containers.running(
        "mysql",
        "mysql:9.7",
        *BIG_ENOUGH,
        environment={"MYSQL_ROOT_PASSWORD": PASSWORD, "MYSQL_INITDB_SKIP_TZINFO": "yes"},
        options=(f"--volume={settings}:/etc/mysql/conf.d/placement.cnf:ro",),
    ) as container:
        server = MySQL(container, container.address)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                server.connect().close()
                break
            except pymysql.MySQLError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"MySQL does not answer: {container.log}") from None
                time.sleep(0.1)
        yield server


@contextmanager
def service(application: Application, environment: Mapping[str, str]) -> Iterator[Service]:
    """Start the application behind Apache, wait until it answers, and remove it at the end."""
    with containers.running(
        application.name,
        application.image,
        *application.start,
        environment=environment,
        options=(*CONFINED, *application.options),
    ) as container:
        started = Service(application.name, application, container, container.address, environment)
        wait_until_it_answers(started)
        yield started


def another(
    like: Service, name: str, environment: Mapping[str, str]
) -> AbstractContextManager[Service]:
    """One more server of this application and on its database, with these settings besides."""
    application = replace(like.application, name=f"{like.name}-{name}")
    return service(application, {**like.environment, **environment})


def wait_until_it_answers(service: Service) -> None:
    """Return at the first 200 on `/`. Raises RuntimeError with the server's log when none comes within PATIENCE."""
    ask = request("GET", "/")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and service.container.runs:
        try:
            with service.connect() as connection:
                if connection.ask(ask).status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"no 200 from {service.name}; it wrote:\n{service.container.log}")


@dataclass(frozen=True)
class Bench:
    """All running servers."""

    mysql: MySQL
    placedock: Service
    upstream: Service
    floor: Service

    @property
    def pair(self) -> tuple[Service, Service]:
        return self.placedock, self.upstream


@contextmanager
def bench() -> Iterator[Bench]:
    """Start all servers. The databases have their tables and no providers."""
    ours, theirs, floor = applications()
    with ExitStack() as stack:
        stack.enter_context(containers.network())
        database = stack.enter_context(mysql())
        for application in ours, theirs:
            with database.connect() as connection, connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {application.name}")
            environment = settings(database.url(application.name))
            containers.run_once(application.image, *application.sync, environment=environment)
        services = [
            stack.enter_context(service(application, settings(database.url(name))))
            for application, name in ((ours, ours.name), (theirs, theirs.name), (floor, ours.name))
        ]
        yield Bench(database, *services)


def settings(database: str) -> dict[str, str]:
    """The environment of both services. Every other setting keeps its default."""
    return {"OS_API__AUTH_STRATEGY": "noauth2", "OS_PLACEMENT_DATABASE__CONNECTION": database}
