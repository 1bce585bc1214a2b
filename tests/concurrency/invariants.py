# SPDX-License-Identifier: Apache-2.0
"""What must hold in the tables when nobody writes, asked on a connection of the test's own."""

import sqlalchemy as sa

WHOLE = {
    "consumers without allocations": """
        SELECT uuid FROM consumers WHERE uuid NOT IN (SELECT consumer_id FROM allocations)""",
    "allocations without their consumer": """
        SELECT consumer_id FROM allocations WHERE consumer_id NOT IN (SELECT uuid FROM consumers)""",
    "allocations without their provider": """
        SELECT consumer_id FROM allocations
        WHERE resource_provider_id NOT IN (SELECT id FROM resource_providers)""",
    "allocations of what their provider does not have": """
        SELECT consumer_id FROM allocations a WHERE NOT EXISTS (
            SELECT 1 FROM inventories i WHERE i.resource_provider_id = a.resource_provider_id
                AND i.resource_class_id = a.resource_class_id)""",
    "inventories without their provider": """
        SELECT id FROM inventories
        WHERE resource_provider_id NOT IN (SELECT id FROM resource_providers)""",
    "allocations made twice": """
        SELECT consumer_id FROM allocations
        GROUP BY consumer_id, resource_provider_id, resource_class_id HAVING COUNT(*) > 1""",
}
WITHIN = {
    "providers of which more is used than there is": """
        SELECT p.uuid FROM resource_providers p
        JOIN inventories i ON i.resource_provider_id = p.id
        JOIN allocations a ON a.resource_provider_id = p.id
            AND a.resource_class_id = i.resource_class_id
        GROUP BY p.uuid, i.resource_class_id, i.total, i.reserved, i.allocation_ratio
        HAVING SUM(a.used) > (i.total - i.reserved) * i.allocation_ratio""",
}


def broken(url: str, *, may_exceed: bool = False) -> dict[str, set[str]]:
    """What does not hold, with the uuids it does not hold for."""
    wanted = WHOLE if may_exceed else WHOLE | WITHIN
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            found = {name: set(connection.scalars(sa.text(wanted[name]))) for name in wanted}
    finally:
        engine.dispose()
    return {name: uuids for name, uuids in found.items() if uuids}
