# SPDX-License-Identifier: Apache-2.0
"""Many rows as one text, `2,[1,"8a1c…",null],[2,…]`: the number of rows, then each row as a JSON array.

The driver for MySQL decodes rows in Python, some 8 µs for a row of eight numbers; packed, the database and orjson share the
work and the same row costs 2 µs. A row with a NULL in it would be left out, hence `or_null`.

MySQL and MariaDB cut a packed text at `group_concat_max_len` or at `max_allowed_packet` (16 MiB or more), with nothing but a
warning. A cut never passes unseen: every row ends with a bracket, so a row that is not whole is no JSON, and the number of
rows shows whether whole ones are missing. Rows that were cut are read again, one by one.

Text columns may have any charset and collation. Each is converted to utf8mb4 before it meets another: MariaDB refuses to
join texts of different charsets ("Illegal mix of collations").
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles


class Packed(sa.sql.functions.FunctionElement[str]):
    """All rows of these columns in one text. They are numbers, or made by what is below."""

    name = "packed"
    type = sa.Text()
    inherit_cache = True


class Numbers(sa.sql.functions.FunctionElement[str]):
    """The whole numbers of a column of a group, in no order, as one text: `3,5,9,12,`. It begins with how many there are."""

    name = "numbers"
    type = sa.Text()
    inherit_cache = True


class _Row(sa.sql.functions.FunctionElement[str]):
    """One row of the same columns, as a JSON array."""

    name = "packed_row"
    type = sa.Text()
    inherit_cache = True


class _Quoted(sa.sql.functions.FunctionElement[str]):
    name = "quoted"
    type = sa.Text()
    inherit_cache = True


class _Escaped(sa.sql.functions.FunctionElement[str]):
    name = "escaped"
    type = sa.Text()
    inherit_cache = True


def quoted(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """A text that has nothing to escape, such as a uuid or a time: half as dear as `escaped`."""
    return _Quoted(column)


def escaped(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Any text."""
    return _Escaped(column)


def or_null(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A value that may be missing."""
    return sa.func.coalesce(value, sa.literal_column("'null'"))


def numbers(text: str) -> list[int] | None:
    """What `Numbers` made a text of, or None when the text was cut. Each number ends with a comma, so that a cut one shows."""
    count, *found, end = text.split(",")
    return None if end or len(found) != int(count) else [int(each) for each in found]


def moment(text: str | None) -> datetime | None:
    """The time that `or_null(quoted(…))` of a column packed, in the column's zone."""
    return None if text is None else datetime.fromisoformat(text)


def read(
    connection: sa.Connection, statement: sa.Select[Any], values: Mapping[str, Any]
) -> list[Any]:
    """The rows of a statement that packs them into one text."""
    return rows(connection, connection.scalar(statement, values), statement, values)


def rows(
    connection: sa.Connection,
    packed: str | None,
    statement: sa.Select[Any],
    values: Mapping[str, Any],
) -> list[Any]:
    """The rows, as lists. `statement` made the text of `values`, and is asked again when the text was cut."""
    found = _whole(packed)
    if found is None:
        (columns,) = (each for each in statement.selected_columns if isinstance(each, Packed))
        single = statement.with_only_columns(_Row(*columns.clauses), maintain_column_froms=True)
        found = [orjson.loads(row) for row in connection.scalars(single, values)]
    return found


def _whole(packed: str | None) -> list[Any] | None:
    """The rows, or None when the text is not whole. The database answers NULL when only the count made it too long."""
    if packed is None:
        return None
    try:
        count, *found = orjson.loads(f"[{packed}]")
    except orjson.JSONDecodeError:
        return None
    return found if len(found) == count else None


@compiles(Packed)
def _packed_by_mysql(element: Packed, compiler: Any, **how: Any) -> str:
    columns = ", ',', ".join(compiler.process(column, **how) for column in element.clauses)
    return f"CONCAT_WS(',[', COUNT(*), GROUP_CONCAT({columns}, ']' SEPARATOR ',['))"


@compiles(Packed, "sqlite")
def _packed_by_sqlite(element: Packed, compiler: Any, **how: Any) -> str:
    row = _joined(element, compiler, **how)
    return f"(count(*) || coalesce(',[' || group_concat({row} || ']', ',['), ''))"


@compiles(Numbers)
def _numbers_by_mysql(element: Numbers, compiler: Any, **how: Any) -> str:
    column = compiler.process(element.clauses, **how)
    return f"CONCAT(COUNT(*), ',', GROUP_CONCAT({column}, ',' SEPARATOR ''))"


@compiles(Numbers, "sqlite")
def _numbers_by_sqlite(element: Numbers, compiler: Any, **how: Any) -> str:
    column = compiler.process(element.clauses, **how)
    return f"(count(*) || ',' || group_concat({column} || ',', ''))"


@compiles(_Row)
def _row_by_mysql(element: _Row, compiler: Any, **how: Any) -> str:
    columns = ", ',', ".join(compiler.process(column, **how) for column in element.clauses)
    return f"CONCAT('[', {columns}, ']')"


@compiles(_Row, "sqlite")
def _row_by_sqlite(element: _Row, compiler: Any, **how: Any) -> str:
    return f"('[' || {_joined(element, compiler, **how)} || ']')"


def _joined(element: Packed | _Row, compiler: Any, **how: Any) -> str:
    columns = []
    for column in element.clauses:
        text = compiler.process(column, **how)
        # SQLite would round to 15 digits; MySQL's text is what its FLOAT holds.
        columns.append(
            f"printf('%!.17g', {text})" if isinstance(column.type, sa.Float) else f"({text})"
        )
    return " || ',' || ".join(columns)


def _as_utf8mb4(element: _Quoted | _Escaped, compiler: Any, **how: Any) -> str:
    return f"CONVERT({compiler.process(element.clauses, **how)} USING utf8mb4)"


@compiles(_Quoted)
def _quoted_by_mysql(element: _Quoted, compiler: Any, **how: Any) -> str:
    return f"""CONCAT('"', {_as_utf8mb4(element, compiler, **how)}, '"')"""


@compiles(_Quoted, "sqlite")
def _quoted_by_sqlite(element: _Quoted, compiler: Any, **how: Any) -> str:
    return f"""('"' || {compiler.process(element.clauses, **how)} || '"')"""


@compiles(_Escaped)
def _escaped_by_mysql(element: _Escaped, compiler: Any, **how: Any) -> str:
    return f"JSON_QUOTE({_as_utf8mb4(element, compiler, **how)})"


@compiles(_Escaped, "sqlite")
def _escaped_by_sqlite(element: _Escaped, compiler: Any, **how: Any) -> str:
    return f"json_quote({compiler.process(element.clauses, **how)})"
