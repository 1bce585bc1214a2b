# SPDX-License-Identifier: Apache-2.0
"""The capacity rule: what one claim may take of an inventory. Written once here, and once in SQL (`store.conditions`).

Claims and the search both ask here. The amount must be one that the inventory gives (`min_unit`, `max_unit`, `step_size`), and
with what is used already it must not exceed the capacity, `(total - reserved) * allocation_ratio`. Amounts that several groups
of one candidate take of one inventory obey the units each by itself, and `max_unit` and the capacity in all.
"""

from typing import NamedTuple, TypedDict

from placedock.model.inventory import Inventory
from placedock.model.refusal import Reason, Refusal


class Stock(NamedTuple):
    """A provider's inventory of one class, without regard to what is used of it.

    `capacity` is truncated, as answers show it. `limit` is how much may be used in all: the same, or a little less where the
    database calculates with less precision and its other clients go by that.
    """

    total: int
    reserved: int
    allocation_ratio: float
    min_unit: int
    max_unit: int
    step_size: int
    capacity: int
    limit: int


def stock(inventory: Inventory, granted_ratio: float | None = None) -> Stock:
    """The inventory as the rule takes it. Amounts are whole, so that the truncated capacity admits what the exact one does.

    `granted_ratio` is the ratio as a less precise database calculates with it.
    """
    capacity = limit = inventory.capacity
    if granted_ratio is not None and granted_ratio != inventory.allocation_ratio:
        limit = min(limit, int((inventory.total - inventory.reserved) * granted_ratio))
    return Stock(
        inventory.total,
        inventory.reserved,
        inventory.allocation_ratio,
        inventory.min_unit,
        inventory.max_unit,
        inventory.step_size,
        capacity,
        limit,
    )


def most_used(stock: Stock, asked: int) -> int:
    """The largest usage at which one claim can still take `asked` more; below 0 when no claim can."""
    if stock.min_unit <= asked <= stock.max_unit and not asked % stock.step_size:
        return stock.limit - asked
    return -1


def free(stock: Stock, used: int) -> int:
    """The amount that is left beside what is used; below 0 when more is used than may be."""
    return stock.limit - used


def most_together(stock: Stock, used: int) -> int:
    """The amount that all groups of one candidate may take of it together."""
    return min(free(stock, used), stock.max_unit)


def largest(stock: Stock, most: int) -> int | None:
    """The largest amount up to `most` that the inventory gives to one claim, or None when it gives no such amount."""
    amount = min(most, stock.max_unit)
    amount -= amount % stock.step_size
    return amount if amount >= stock.min_unit else None


def least(stock: Stock) -> int | None:
    """The smallest amount that the inventory gives to one claim, or None when it gives no amount."""
    amount = max(1, -(-stock.min_unit // stock.step_size)) * stock.step_size
    return amount if amount <= stock.max_unit else None


def refusal(
    stock: Stock | None, used: int, asked: int, group: str = "", what: str = ""
) -> Refusal | None:
    """Why one claim cannot take `asked` of class `what` beside what is `used`, or None when it can."""
    if stock is None:
        return Refusal(Reason.NO_INVENTORY, group, what, asked)
    if used <= most_used(stock, asked):
        return None
    if asked < stock.min_unit:
        reason = Reason.BELOW_MIN_UNIT
    elif asked > stock.max_unit:
        reason = Reason.ABOVE_MAX_UNIT
    elif asked % stock.step_size:
        reason = Reason.OFF_STEP_SIZE
    else:
        reason = Reason.NOT_ENOUGH_LEFT
    return Refusal(reason, group, what, asked, **figures(stock, used))


class Figures(TypedDict):
    """The figures of an inventory, named as in `Refusal`."""

    free: int
    capacity: int
    used: int
    total: int
    reserved: int
    allocation_ratio: float
    min_unit: int
    max_unit: int
    step_size: int


def figures(stock: Stock, used: int) -> Figures:
    return {
        "free": free(stock, used),
        "capacity": stock.capacity,
        "used": used,
        "total": stock.total,
        "reserved": stock.reserved,
        "allocation_ratio": stock.allocation_ratio,
        "min_unit": stock.min_unit,
        "max_unit": stock.max_unit,
        "step_size": stock.step_size,
    }
