# SPDX-License-Identifier: Apache-2.0
"""The tables as they were when Placement became a service of its own, apart from Nova.

Tables and indexes that are there already are passed over, because MySQL keeps what an interrupted
run has made.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer, String, Unicode, UniqueConstraint

revision = "b4ed3a175331"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData()
# Apart from the tables, which keep theirs in no order: MySQL shows the order in which they came.
indexes: dict[str, tuple[str, ...]] = {}


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    times = Column("created_at", sa.DateTime), Column("updated_at", sa.DateTime)
    sa.Table(name, metadata, *times, *parts)


def index(name: str, *table_and_columns: str) -> None:
    indexes[name] = table_and_columns


def key() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


table(
    "allocations",
    key(),
    number("resource_provider_id"),
    Column("consumer_id", String(36), nullable=False),
    number("resource_class_id"),
    number("used"),
)
index(
    "allocations_resource_provider_class_used_idx",
    "allocations",
    "resource_provider_id",
    "resource_class_id",
    "used",
)
index("allocations_resource_class_id_idx", "allocations", "resource_class_id")
index("allocations_consumer_id_idx", "allocations", "consumer_id")
table(
    "consumers",
    key(),
    Column("uuid", String(36), nullable=False),
    number("project_id"),
    number("user_id"),
    Column("generation", Integer, nullable=False, server_default=sa.text("0")),
    UniqueConstraint("uuid", name="uniq_consumers0uuid"),
)
index("consumers_project_id_user_id_uuid_idx", "consumers", "project_id", "user_id", "uuid")
index("consumers_project_id_uuid_idx", "consumers", "project_id", "uuid")
table(
    "inventories",
    key(),
    number("resource_provider_id"),
    number("resource_class_id"),
    number("total"),
    number("reserved"),
    number("min_unit"),
    number("max_unit"),
    number("step_size"),
    Column("allocation_ratio", sa.Float, nullable=False),
    UniqueConstraint(
        "resource_provider_id",
        "resource_class_id",
        name="uniq_inventories0resource_provider_resource_class",
    ),
)
index("inventories_resource_class_id_idx", "inventories", "resource_class_id")
index("inventories_resource_provider_id_idx", "inventories", "resource_provider_id")
index(
    "inventories_resource_provider_resource_class_idx",
    "inventories",
    "resource_provider_id",
    "resource_class_id",
)
table(
    "placement_aggregates",
    key(),
    Column("uuid", String(36)),
    UniqueConstraint("uuid", name="uniq_placement_aggregates0uuid"),
)
index("ix_placement_aggregates_uuid", "placement_aggregates", "uuid")
table(
    "projects",
    key(),
    Column("external_id", String(255), nullable=False),
    UniqueConstraint("external_id", name="uniq_projects0external_id"),
)
table(
    "resource_classes",
    key(),
    Column("name", String(255), nullable=False),
    UniqueConstraint("name", name="uniq_resource_classes0name"),
)
table(
    "resource_provider_aggregates",
    Column("resource_provider_id", Integer, primary_key=True, autoincrement=False),
    Column("aggregate_id", Integer, primary_key=True, autoincrement=False),
)
index(
    "resource_provider_aggregates_aggregate_id_idx", "resource_provider_aggregates", "aggregate_id"
)
table(
    "resource_providers",
    key(),
    Column("uuid", String(36), nullable=False),
    Column("name", Unicode(200)),
    Column("generation", Integer),
    Column("root_provider_id", Integer),
    Column("parent_provider_id", Integer),
    # MySQL numbers unnamed foreign keys in this order, and their names are part of the schema.
    sa.ForeignKeyConstraint(["parent_provider_id"], ["resource_providers.id"]),
    sa.ForeignKeyConstraint(["root_provider_id"], ["resource_providers.id"]),
    UniqueConstraint("name", name="uniq_resource_providers0name"),
    UniqueConstraint("uuid", name="uniq_resource_providers0uuid"),
)
index("resource_providers_name_idx", "resource_providers", "name")
index("resource_providers_parent_provider_id_idx", "resource_providers", "parent_provider_id")
index("resource_providers_root_provider_id_idx", "resource_providers", "root_provider_id")
index("resource_providers_uuid_idx", "resource_providers", "uuid")
table(
    "traits",
    key(),
    Column("name", Unicode(255), nullable=False),
    UniqueConstraint("name", name="uniq_traits0name"),
)
table(
    "users",
    key(),
    Column("external_id", String(255), nullable=False),
    UniqueConstraint("external_id", name="uniq_users0external_id"),
)
table(
    "resource_provider_traits",
    Column("trait_id", Integer, primary_key=True, autoincrement=False),
    Column("resource_provider_id", Integer, primary_key=True, autoincrement=False),
    sa.ForeignKeyConstraint(["resource_provider_id"], ["resource_providers.id"]),
    sa.ForeignKeyConstraint(["trait_id"], ["traits.id"]),
)
index(
    "resource_provider_traits_resource_provider_trait_idx",
    "resource_provider_traits",
    "resource_provider_id",
    "trait_id",
)


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection, checkfirst=True)
    there = sa.inspect(connection)
    for name, (of, *columns) in indexes.items():
        if not there.has_index(of, name):
            op.create_index(name, of, columns)
