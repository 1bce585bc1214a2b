# SPDX-License-Identifier: Apache-2.0
"""Hints for MySQL's optimizer, where it was measured to choose the wrong index. Other databases do not see them."""

from typing import Any

import sqlalchemy as sa


def ignoring(statement: sa.Select[Any], table: sa.Table, *indexes: str) -> sa.Select[Any]:
    """The statement for MySQL not to use these indexes of the table."""
    for dialect in ("mysql", "mariadb"):
        statement = statement.with_hint(table, f"IGNORE INDEX ({', '.join(indexes)})", dialect)
    return statement
