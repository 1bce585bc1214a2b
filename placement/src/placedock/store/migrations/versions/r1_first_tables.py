# SPDX-License-Identifier: Apache-2.0
"""The tables as they were when Placement became a service of its own, apart from Nova.

Tables and indexes that are there already are passed over, because MySQL keeps what an interrupted
run has made.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Index, Integer, String, Unicode, UniqueConstraint

revision = "b4ed3a175331"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData()


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    times = Column("created_at", sa.DateTime), Column("updated_at", sa.DateTime)
    sa.Table(name, metadata, *times, *parts)


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
    Index(
        "allocations_resource_provider_class_used_idx",
        "resource_provider_id",
        "resource_class_id",
        "used",
    ),
    Index("allocations_resource_class_id_idx", "resource_class_id"),
    Index("allocations_consumer_id_idx", "consumer_id"),
)
table(
    "consumers",
    key(),
    Column("uuid", String(36), nullable=False),
    number("project_id"),
    number("user_id"),
    Column("generation", Integer, nullable=False, server_default=sa.text("0")),
    UniqueConstraint("uuid", name="uniq_consumers0uuid"),
    Index("consumers_project_id_user_id_uuid_idx", "project_id", "user_id", "uuid"),
    Index("consumers_project_id_uuid_idx", "project_id", "uuid"),
)
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
    Index("inventories_resource_class_id_idx", "resource_class_id"),
    Index("inventories_resource_provider_id_idx", "resource_provider_id"),
    Index(
        "inventories_resource_provider_resource_class_idx",
        "resource_provider_id",
        "resource_class_id",
    ),
)
table(
    "placement_aggregates",
    key(),
    Column("uuid", String(36)),
    UniqueConstraint("uuid", name="uniq_placement_aggregates0uuid"),
    Index("ix_placement_aggregates_uuid", "uuid"),
)
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
    Index("resource_provider_aggregates_aggregate_id_idx", "aggregate_id"),
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
    Index("resource_providers_name_idx", "name"),
    Index("resource_providers_parent_provider_id_idx", "parent_provider_id"),
    Index("resource_providers_root_provider_id_idx", "root_provider_id"),
    Index("resource_providers_uuid_idx", "uuid"),
)
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
    Index(
        "resource_provider_traits_resource_provider_trait_idx", "resource_provider_id", "trait_id"
    ),
)


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection, checkfirst=True)
    for made in metadata.sorted_tables:
        for index in made.indexes:
            index.create(connection, checkfirst=True)
