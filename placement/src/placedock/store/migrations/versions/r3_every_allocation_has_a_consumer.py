# SPDX-License-Identifier: Apache-2.0
"""Every allocation's consumer has a record.

Allocations made before microversion 1.8 named neither project nor user and left none. Upstream
stops here and sends its reader to another command; that command gives such consumers the project
and user of the settings `incomplete_consumer_…`, and so does this revision.
"""

import sqlalchemy as sa
from alembic import context, op

from placedock.store import collations
from placedock.store.tables import allocations, consumers, now

revision = "b5c396305c25"
down_revision = "611cd6dffd7b"
branch_labels = None
depends_on = None


def owners(name: str) -> sa.TableClause:
    return sa.table(name, sa.column("id"), sa.column("external_id"), sa.column("created_at"))


projects = owners("projects")
users = owners("users")


def known(connection: sa.Connection, owner: sa.TableClause, external_id: str) -> int:
    """The id of a project or user, which is made if need be."""
    find = sa.select(owner.c.id).where(owner.c.external_id == external_id)
    if connection.scalar(find) is None:
        connection.execute(owner.insert().values(external_id=external_id, created_at=now()))
    found: int = connection.execute(find).scalar_one()
    return found


def orphans(connection: sa.Connection) -> sa.Select[tuple[str]]:
    """The uuids of consumers that have no record."""
    recorded = collations.consumer_of_allocation(collations.differing(connection))
    return (
        sa.select(allocations.c.consumer_id)
        .distinct()
        .outerjoin(consumers, recorded)
        .where(consumers.c.id.is_(None))
    )


def upgrade() -> None:
    connection = op.get_bind()
    found = orphans(connection)
    if connection.execute(found.limit(1)).first() is None:
        return
    project, user = context.config.attributes["incomplete_consumer"]
    rows = found.add_columns(
        sa.literal(known(connection, projects, project)),
        sa.literal(known(connection, users, user)),
        sa.literal(0),
        sa.literal(now()),
    )
    columns = ["uuid", "project_id", "user_id", "generation", "created_at"]
    connection.execute(consumers.insert().from_select(columns, rows))
