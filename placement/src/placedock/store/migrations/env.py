# SPDX-License-Identifier: Apache-2.0
"""Alembic's entry: it works on the connection that `placedock.store.sync` hands over, locks held.

It opens no transaction of its own. On SQLite the caller's spans the whole sync; MySQL commits each
change of the schema by itself, and the revisions bear being run again from any point.
"""

from alembic import context

from placedock.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
    on_version_apply=context.config.attributes.get("applied", ()),
)
with context.begin_transaction():
    context.run_migrations()
