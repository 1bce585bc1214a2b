# SPDX-License-Identifier: Apache-2.0
"""Consumers have a type, which was added with microversion 1.38. Those that exist have none."""

import sqlalchemy as sa
from alembic import op

revision = "422ece571366"
down_revision = "b5c396305c25"
branch_labels = None
depends_on = None

FOREIGN_KEY = "consumers_consumer_type_id_fkey"
INDEX = "consumers_consumer_type_id_idx"

types = sa.Table(
    "consumer_types",
    sa.MetaData(),
    sa.Column("created_at", sa.DateTime),
    sa.Column("updated_at", sa.DateTime),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Unicode(255), nullable=False),
    sa.UniqueConstraint("name", name="uniq_consumer_types0name"),
)


def upgrade() -> None:
    connection = op.get_bind()
    types.create(connection, checkfirst=True)
    there = sa.inspect(connection)
    # SQLite cannot add a foreign key to a table: there the batch copies the table, once for both.
    with op.batch_alter_table("consumers") as consumers:
        if "consumer_type_id" not in {column["name"] for column in there.get_columns("consumers")}:
            consumers.add_column(sa.Column("consumer_type_id", sa.Integer))
        if FOREIGN_KEY not in {key["name"] for key in there.get_foreign_keys("consumers")}:
            consumers.create_foreign_key(
                FOREIGN_KEY, "consumer_types", ["consumer_type_id"], ["id"]
            )
    if not there.has_index("consumers", INDEX):
        op.create_index(INDEX, "consumers", ["consumer_type_id"])
