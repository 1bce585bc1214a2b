# SPDX-License-Identifier: Apache-2.0
"""Checks what must hold in the tables when no client writes, with the statements of the ring `concurrency`."""

from collections.abc import Collection

import sqlalchemy as sa
from concurrency.watcher import NEVER


def broken(url: str, doubtful: Collection[str] = ()) -> list[str]:
    """Every row that must not be, in words; rows about `doubtful` consumers are none of ours."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return [
                f"{what}: {tuple(row)}"
                for what, statement in NEVER.items()
                for row in connection.execute(sa.text(statement))
                if not set(row) & set(doubtful)
            ]
    finally:
        engine.dispose()
