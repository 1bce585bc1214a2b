# SPDX-License-Identifier: Apache-2.0
"""Makes empty databases for a run, each as the URL that a server is given, and empties them again."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import mysql_server
import sqlalchemy as sa
from placedock.store import tables

Database = Callable[[], AbstractContextManager[str]]

MEMORY = Path("/dev/shm")
"""Every commit waits for the disk, and these databases live for seconds: they are in memory, where there is this folder."""

WITH_STANDARD_NAMES = {"traits", "resource_classes"}


@contextmanager
def sqlite() -> Iterator[Database]:
    """Files that do not exist yet."""

    @contextmanager
    def file() -> Iterator[str]:
        memory = MEMORY if MEMORY.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="conformance-", dir=memory) as folder:
            yield f"sqlite:///{folder}/placement.db"

    yield file


def _on(
    kind: mysql_server.Kind, options: str = ""
) -> Callable[[], AbstractContextManager[Database]]:
    """Databases on the server of a kind that all rings share; `options` such as their charset."""

    @contextmanager
    def databases() -> Iterator[Database]:
        with mysql_server.shared(kind) as server:
            yield partial(server.database, options)

    return databases


mysql = _on(mysql_server.MYSQL)
mariadb = _on(mysql_server.MARIADB)
mariadb_latin1 = _on(mysql_server.MARIADB, "CHARACTER SET latin1")
mariadb_utf8mb3 = _on(mysql_server.MARIADB, "CHARACTER SET utf8mb3")


NOT_IN_LATIN1 = {
    ("unicode", name)
    for name in (
        "post resource provider with snowman",
        "get that resource provider",
        "query by name",
        "delete that one",
    )
}
"""Upstream's tests of a provider whose name tables in latin1 cannot hold, by file and name. Upstream fails them, too."""


def empty(url: str) -> None:
    """Delete all rows but the standard traits and resource classes: what is left is what `db sync` makes."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "mysql":
                # A provider's row names its parent's and its root's, so no order of the rows would do.
                connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
            for table in reversed(tables.metadata.sorted_tables):
                custom = (
                    table.c.name.like("CUSTOM\\_%", escape="\\")
                    if table.name in WITH_STANDARD_NAMES
                    else sa.true()
                )
                connection.execute(table.delete().where(custom))
    finally:
        engine.dispose()
