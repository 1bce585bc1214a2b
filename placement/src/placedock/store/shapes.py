# SPDX-License-Identifier: Apache-2.0
"""The revision of tables, judged by the tables themselves, where no `alembic_version` tells.

Such are tables that were copied out of Nova's database, or made by a release before there were revisions. Tables and columns
beyond Placement's do not matter.
"""

import sqlalchemy as sa

from placedock.store.migrations import HEAD
from placedock.store.migrations.versions import (
    r1_first_tables,
    r3_every_allocation_has_a_consumer,
    r4_consumer_types,
    r5_no_index_twice,
)
from placedock.store.tables import resource_providers


def revision(connection: sa.Connection) -> str | None:
    """The newest revision all of which these tables have, or None when they are not Placement's, or not whole."""
    there = sa.inspect(connection)
    names = set(there.get_table_names())
    if not all(
        name in names and _columns(there, name) >= set(table.columns.keys())
        for name, table in r1_first_tables.metadata.tables.items()
    ):
        return None
    if r4_consumer_types.types.name in names and "consumer_type_id" in _columns(there, "consumers"):
        repeated = r5_no_index_twice.REPEATED.items()
        has_them = any(there.has_index(table, index) for index, table in repeated)
        return r4_consumer_types.revision if has_them else HEAD
    rootless = sa.select(resource_providers.c.id).where(
        resource_providers.c.root_provider_id.is_(None)
    )
    if connection.execute(rootless.limit(1)).first():
        return r1_first_tables.revision
    orphans = r3_every_allocation_has_a_consumer.orphans(connection)
    if connection.execute(orphans.limit(1)).first():
        return r3_every_allocation_has_a_consumer.down_revision
    return r3_every_allocation_has_a_consumer.revision


def _columns(there: sa.Inspector, table: str) -> set[str]:
    return {column["name"] for column in there.get_columns(table)}
