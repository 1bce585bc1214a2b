# SPDX-License-Identifier: Apache-2.0
"""Every provider knows its root.

Providers written before there were trees do not. Upstream stops here and sends its reader to
another command; that command makes each of them its own root, and so does this revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "611cd6dffd7b"
down_revision = "b4ed3a175331"
branch_labels = None
depends_on = None

providers = sa.table("resource_providers", sa.column("id"), sa.column("root_provider_id"))


def upgrade() -> None:
    op.execute(
        providers.update()
        .where(providers.c.root_provider_id.is_(None))
        .values(root_provider_id=providers.c.id)
    )
