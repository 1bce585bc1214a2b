# SPDX-License-Identifier: Apache-2.0
"""Indexes go that repeat what a unique constraint has already."""

import sqlalchemy as sa
from alembic import op

revision = "a082b8bb98d0"
down_revision = "422ece571366"
branch_labels = None
depends_on = None

REPEATED = {
    "inventories_resource_provider_id_idx": "inventories",
    "inventories_resource_provider_resource_class_idx": "inventories",
    "ix_placement_aggregates_uuid": "placement_aggregates",
    "resource_providers_name_idx": "resource_providers",
    "resource_providers_uuid_idx": "resource_providers",
}


def upgrade() -> None:
    there = sa.inspect(op.get_bind())
    for index, table in REPEATED.items():
        if there.has_index(table, index):
            op.drop_index(index, table_name=table)
