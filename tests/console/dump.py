# SPDX-License-Identifier: Apache-2.0
"""Everything that a database holds, to be compared with what it held before."""

from typing import Any

import sqlalchemy as sa
from placedock.store.tables import metadata

Dump = dict[str, list[tuple[Any, ...]]]


def of(url: str) -> Dump:
    """Every row of every table, by a connection that knows nothing of placedock's settings."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            assert metadata.tables.keys() <= set(names)
            return {
                name: sorted(
                    (tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")),
                    key=repr,
                )
                for name in names
            }
    finally:
        engine.dispose()
