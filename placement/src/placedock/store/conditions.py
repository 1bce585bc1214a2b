# SPDX-License-Identifier: Apache-2.0
"""The capacity rule in SQL, as `model.capacity` has it in Python. The statements that count and compare share it. Claims read
only `USED` and `USED_OR_NULL` here, and `model.capacity` decides about them.

Amounts are compared in the database, whose FLOAT has single precision on MySQL: `capacity.stock` takes that into account.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import func

from placedock.store.tables import allocations, inventories

CAPACITY = (inventories.c.total - inventories.c.reserved) * inventories.c.allocation_ratio
"""The capacity of an inventory."""

WHOLE_CAPACITY = func.floor(CAPACITY)
"""The whole amount that can be allocated. It is negative only where reserved exceeds the total."""

USED_OR_NULL = (
    sa.select(func.sum(allocations.c.used))
    .where(
        allocations.c.resource_provider_id == inventories.c.resource_provider_id,
        allocations.c.resource_class_id == inventories.c.resource_class_id,
    )
    .correlate(inventories)
)
"""The amount of an inventory that all consumers use together; NULL where none does. It can be narrowed to some consumers."""

USED = func.coalesce(USED_OR_NULL.scalar_subquery(), 0)


def each_in_some_row(wanted: Iterable[sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    """Whether each of the conditions holds in some row of a group."""
    return sa.and_(*(func.max(sa.case((each, 1), else_=0)) == 1 for each in wanted))


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
    """Whether one claim can take the amount in addition to what is used. The used amounts are added up last."""
    return sa.and_(gives(resource_class, amount), USED + amount <= CAPACITY)
