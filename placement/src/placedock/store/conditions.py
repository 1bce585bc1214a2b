# SPDX-License-Identifier: Apache-2.0
"""The capacity rule in SQL, as `model.capacity` has it in Python. Prefilter, provider list and claims share it.

Amounts are compared in the database, whose FLOAT has single precision on MySQL: `capacity.stock` takes that into account.
"""

import sqlalchemy as sa
from sqlalchemy import func

from placedock.store.tables import allocations, inventories

CAPACITY = (inventories.c.total - inventories.c.reserved) * inventories.c.allocation_ratio
"""Of an inventory."""

USED_OR_NULL = (
    sa.select(func.sum(allocations.c.used))
    .where(
        allocations.c.resource_provider_id == inventories.c.resource_provider_id,
        allocations.c.resource_class_id == inventories.c.resource_class_id,
    )
    .correlate(inventories)
)
"""What all consumers together use of an inventory; NULL where nobody does. It can be narrowed to some consumers."""

USED = func.coalesce(USED_OR_NULL.scalar_subquery(), 0)


def gives(
    resource_class: sa.ColumnElement[int], amount: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Whether one claim can take the amount of an inventory of the class of which nothing is used."""
    columns = inventories.c
    return sa.and_(
        columns.resource_class_id == resource_class,
        columns.min_unit <= amount,
        columns.max_unit >= amount,
        amount % columns.step_size == 0,
        amount <= CAPACITY,
    )


def has_left(
    resource_class: sa.ColumnElement[int], amount: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Whether one claim can take the amount beside what is used. The used amounts are added up last."""
    return sa.and_(gives(resource_class, amount), USED + amount <= CAPACITY)
