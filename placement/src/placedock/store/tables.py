# SPDX-License-Identifier: Apache-2.0
"""The tables, exactly as upstream Placement 16.0.0 has them, for writing queries.

They are described here and made by `migrations/`; `scripts/check` holds the two together. Nothing
may be added: upstream's processes and tools work on the same tables. Neither charset, collation nor
engine is given, so that a table takes those of the database it is made in, as upstream's do.

Only the foreign keys below exist. That an inventory names a provider and an allocation a consumer
is kept by the operations, inside their transactions, and by nothing else.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Integer, String, Unicode, UniqueConstraint


def now() -> datetime:
    """The present as the tables keep it: UTC, without a zone, in whole seconds.

    MySQL's DATETIME has no fraction and rounds one that it is given, so a row could claim to be
    half a second in the future, and its `Last-Modified` with it.
    """
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class Ascii(sa.types.TypeDecorator[str]):
    """A uuid, or a name that the API makes of capitals, digits and underscores.

    Any other text is sent as NULL, so that it is found nowhere: neither under a collation for which it equals a name in
    ASCII, nor with the error of a charset that does not have it. The operation has checked a text before it writes it.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value if value is None or value.isascii() else None


metadata = sa.MetaData()


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    """A table with the two times that all tables have; SQLAlchemy fills them in as it writes."""
    return sa.Table(
        name,
        metadata,
        Column("created_at", sa.DateTime, default=now),
        Column("updated_at", sa.DateTime, onupdate=now),
        *parts,
    )


resource_classes = _table(
    "resource_classes",
    # Standard classes have the ids from 0 up, in the order of os_resource_classes.STANDARDS; custom
    # ones are numbered from 10000 by whoever makes them.
    Column("id", Integer, primary_key=True),
    Column("name", Ascii(255), nullable=False),
    UniqueConstraint("name", name="uniq_resource_classes0name"),
)

resource_providers = _table(
    "resource_providers",
    Column("id", Integer, primary_key=True),
    Column("uuid", Ascii(36), nullable=False),
    Column("name", Unicode(200)),
    Column("generation", Integer, default=0),
    # A root is its own root. The column is nullable only because the id must exist first.
    Column("root_provider_id", Integer, ForeignKey("resource_providers.id")),
    Column("parent_provider_id", Integer, ForeignKey("resource_providers.id")),
    UniqueConstraint("uuid", name="uniq_resource_providers0uuid"),
    UniqueConstraint("name", name="uniq_resource_providers0name"),
    Index("resource_providers_root_provider_id_idx", "root_provider_id"),
    Index("resource_providers_parent_provider_id_idx", "parent_provider_id"),
)

inventories = _table(
    "inventories",
    Column("id", Integer, primary_key=True),
    Column("resource_provider_id", Integer, nullable=False),
    Column("resource_class_id", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    Column("min_unit", Integer, nullable=False),
    Column("max_unit", Integer, nullable=False),
    Column("step_size", Integer, nullable=False),
    # Single precision on MySQL, double on SQLite.
    Column("allocation_ratio", sa.Float, nullable=False),
    UniqueConstraint(
        "resource_provider_id",
        "resource_class_id",
        name="uniq_inventories0resource_provider_resource_class",
    ),
    Index("inventories_resource_class_id_idx", "resource_class_id"),
)

allocations = _table(
    "allocations",
    Column("id", Integer, primary_key=True),
    Column("resource_provider_id", Integer, nullable=False),
    # The consumer's uuid, not its id.
    Column("consumer_id", Ascii(36), nullable=False),
    Column("resource_class_id", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Index(
        "allocations_resource_provider_class_used_idx",
        "resource_provider_id",
        "resource_class_id",
        "used",
    ),
    Index("allocations_resource_class_id_idx", "resource_class_id"),
    Index("allocations_consumer_id_idx", "consumer_id"),
)

placement_aggregates = _table(
    "placement_aggregates",
    Column("id", Integer, primary_key=True),
    Column("uuid", Ascii(36)),
    UniqueConstraint("uuid", name="uniq_placement_aggregates0uuid"),
)

resource_provider_aggregates = _table(
    "resource_provider_aggregates",
    Column("resource_provider_id", Integer, primary_key=True, autoincrement=False),
    Column("aggregate_id", Integer, primary_key=True, autoincrement=False),
    Index("resource_provider_aggregates_aggregate_id_idx", "aggregate_id"),
)

traits = _table(
    "traits",
    Column("id", Integer, primary_key=True),
    Column("name", Ascii(255), nullable=False),
    UniqueConstraint("name", name="uniq_traits0name"),
)

resource_provider_traits = _table(
    "resource_provider_traits",
    Column("trait_id", Integer, ForeignKey("traits.id"), primary_key=True),
    Column("resource_provider_id", Integer, ForeignKey("resource_providers.id"), primary_key=True),
    Index(
        "resource_provider_traits_resource_provider_trait_idx", "resource_provider_id", "trait_id"
    ),
)

projects = _table(
    "projects",
    Column("id", Integer, primary_key=True),
    Column("external_id", String(255), nullable=False),
    UniqueConstraint("external_id", name="uniq_projects0external_id"),
)

users = _table(
    "users",
    Column("id", Integer, primary_key=True),
    Column("external_id", String(255), nullable=False),
    UniqueConstraint("external_id", name="uniq_users0external_id"),
)

consumer_types = _table(
    "consumer_types",
    Column("id", Integer, primary_key=True),
    Column("name", Ascii(255), nullable=False),
    UniqueConstraint("name", name="uniq_consumer_types0name"),
)

consumers = _table(
    "consumers",
    Column("id", Integer, primary_key=True),
    Column("uuid", Ascii(36), nullable=False),
    Column("project_id", Integer, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("generation", Integer, nullable=False, server_default=sa.text("0"), default=0),
    # NULL is the type that the API calls `unknown`.
    Column(
        "consumer_type_id",
        Integer,
        ForeignKey("consumer_types.id", name="consumers_consumer_type_id_fkey"),
    ),
    UniqueConstraint("uuid", name="uniq_consumers0uuid"),
    Index("consumers_project_id_uuid_idx", "project_id", "uuid"),
    Index("consumers_project_id_user_id_uuid_idx", "project_id", "user_id", "uuid"),
    Index("consumers_consumer_type_id_idx", "consumer_type_id"),
)
