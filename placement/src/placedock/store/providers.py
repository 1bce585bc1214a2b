# SPDX-License-Identifier: Apache-2.0
"""Resource providers: the rows, the trees they form, and their generations."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.errors import DuplicateProvider
from placedock.model.inventory import MAX_INT
from placedock.model.provider import Aggregates, Provider
from placedock.store import packed
from placedock.store.tables import (
    allocations,
    inventories,
    now,
    placement_aggregates,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
)

_provider = resource_providers.alias("provider")
_parent = resource_providers.alias("parent")
_root = resource_providers.alias("root")

MODIFIED = func.coalesce(_provider.c.updated_at, _provider.c.created_at)

_PROVIDERS = select(
    _provider.c.id,
    _provider.c.uuid,
    _provider.c.name,
    _provider.c.generation,
    _parent.c.uuid,
    _root.c.uuid,
    MODIFIED,
).select_from(
    _provider.join(_root, _provider.c.root_provider_id == _root.c.id).outerjoin(
        _parent, _provider.c.parent_provider_id == _parent.c.id
    )
)
_PAGE = 10_000
"""How many ids of providers are looked at by one statement."""

# The id after a page, and the rows of the page. Those above are shown by their uuids, which most often are in the rows too:
# to join them in the database would take as long again.
_NEXT = (
    select(func.min(resource_providers.c.id))
    .where(resource_providers.c.id > bindparam("last"))
    .scalar_subquery()
)
_PAGE_OF_PROVIDERS = select(
    _NEXT,
    packed.Packed(
        _provider.c.id,
        packed.quoted(_provider.c.uuid),
        packed.escaped(_provider.c.name),
        _provider.c.generation,
        packed.or_null(_provider.c.parent_provider_id),
        _provider.c.root_provider_id,
        packed.or_null(packed.quoted(MODIFIED)),
    ),
).where(_provider.c.id.between(bindparam("first"), bindparam("last")))
_UUIDS = select(resource_providers.c.id, resource_providers.c.uuid).where(
    resource_providers.c.id.in_(bindparam("ids", expanding=True, literal_execute=True))
)

_BY_UUID = _PROVIDERS.where(_provider.c.uuid == bindparam("uuid"))


class Place(NamedTuple):
    """Where a provider stands in its tree, by ids."""

    id: int
    uuid: str
    generation: int
    parent_id: int | None
    root_id: int


_PLACES = select(
    resource_providers.c.id,
    resource_providers.c.uuid,
    resource_providers.c.generation,
    resource_providers.c.parent_provider_id,
    resource_providers.c.root_provider_id,
)
_LOCKED_PLACES = _PLACES.where(
    resource_providers.c.uuid.in_(bindparam("uuids", expanding=True))
).with_for_update()
_LOCKED_TREES = _PLACES.where(
    resource_providers.c.root_provider_id.in_(bindparam("roots", expanding=True))
).with_for_update()

_ADD = resource_providers.insert()
_MAKE_ROOT = (
    resource_providers.update()
    .where(resource_providers.c.id == bindparam("own_id"))
    .values(root_provider_id=resource_providers.c.id, updated_at=bindparam("made_at"))
)
_RENAME = (
    resource_providers.update()
    .where(resource_providers.c.id == bindparam("own_id"))
    .values(name=bindparam("new_name"))
)
_COUNT_UP = resource_providers.update().values(generation=resource_providers.c.generation + 1)
_ADVANCE = _COUNT_UP.where(resource_providers.c.uuid.in_(bindparam("uuids", expanding=True)))
_ADVANCE_AT = _COUNT_UP.where(
    resource_providers.c.uuid == bindparam("own_uuid"),
    resource_providers.c.generation == bindparam("known_generation"),
)


def get(connection: Connection, uuid: str) -> Provider | None:
    row = connection.execute(_BY_UUID, {"uuid": uuid}).first()
    return None if row is None else Provider._make(row)


def lock(connection: Connection, uuids: Iterable[str]) -> dict[str, Place]:
    """The providers of `uuids` that exist, by lower-case uuid, held against other writers until the transaction ends.

    All writers lock providers by this one statement, hence in one order, so that they queue instead of deadlocking.
    """
    wanted = list(uuids)
    if not wanted:
        return {}
    rows = connection.execute(_LOCKED_PLACES, {"uuids": wanted})
    return {row.uuid.lower(): Place._make(row) for row in rows}


def lock_trees(connection: Connection, root_ids: Iterable[int]) -> list[Place]:
    """Every provider of the trees, held against other writers."""
    rows = connection.execute(_LOCKED_TREES, {"roots": list(root_ids)})
    return [Place._make(row) for row in rows]


def add(connection: Connection, uuid: str, name: str, above: Place | None) -> Provider:
    """A new provider at generation 0, below `above` or its own root."""
    row = {"uuid": uuid, "name": name, "generation": 0}
    if above is not None:
        row |= {"parent_provider_id": above.id, "root_provider_id": above.root_id}
    with _unique(connection, uuid, name):
        added = connection.execute(_ADD, row)
    if above is not None:
        found = get(connection, uuid)
        assert found is not None
        return found
    key = added.inserted_primary_key
    assert key is not None
    own_id, made_at = int(key[0]), now()
    connection.execute(_MAKE_ROOT, {"own_id": own_id, "made_at": made_at})
    return Provider(own_id, uuid, name, 0, None, uuid, made_at)


def rename(connection: Connection, provider_id: int, name: str) -> None:
    with _unique(connection, None, name):
        connection.execute(_RENAME, {"own_id": provider_id, "new_name": name})


def change(connection: Connection, ids: Iterable[int], **columns: Any) -> None:
    connection.execute(
        resource_providers.update().where(resource_providers.c.id.in_(list(ids))).values(**columns)
    )


def advance(connection: Connection, uuids: Iterable[str]) -> int:
    """Add 1 to the generations of those of the providers that exist, which locks them like `lock`; how many these are."""
    wanted = list(uuids)
    return connection.execute(_ADVANCE, {"uuids": wanted}).rowcount if wanted else 0


def advance_at(connection: Connection, uuid: str, generation: int) -> bool:
    """The same with one provider, unless its generation is another already; whether it was done."""
    if abs(generation) > MAX_INT:
        return False
    known = {"own_uuid": uuid, "known_generation": generation}
    return connection.execute(_ADVANCE_AT, known).rowcount > 0


@contextmanager
def _unique(connection: Connection, uuid: str | None, name: str) -> Iterator[None]:
    """Say which of a uuid and a name another provider has, when the database refuses them."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        if uuid is None:
            taken = name
        elif get(connection, uuid) is not None:
            taken = f"uuid: {uuid}"
        else:
            taken = f"name: {name}"
        raise DuplicateProvider(duplicate=taken) from error


def has_children(connection: Connection, provider_id: int) -> bool:
    column = resource_providers.c
    found = select(column.id).where(column.parent_provider_id == provider_id).limit(1)
    return connection.scalar(found) is not None


def has_allocations(connection: Connection, provider_id: int) -> bool:
    column = allocations.c
    found = select(column.id).where(column.resource_provider_id == provider_id).limit(1)
    return connection.scalar(found) is not None


def remove(connection: Connection, provider_id: int) -> None:
    """Delete a provider that has neither children nor allocations, with all that is only its own."""
    for table in (inventories, resource_provider_aggregates, resource_provider_traits):
        connection.execute(table.delete().where(table.c.resource_provider_id == provider_id))
    # A root refers to itself, which some databases would not let go of.
    change(connection, [provider_id], root_provider_id=None)
    connection.execute(resource_providers.delete().where(resource_providers.c.id == provider_id))


def find(
    connection: Connection,
    *,
    name: str | None,
    uuid: str | None,
    in_tree: str | None,
    amounts: dict[int, int],
    required_traits: Sequence[Iterable[int]],
    forbidden_traits: Iterable[int],
    aggregates: Aggregates,
) -> list[Provider]:
    """The providers of which all that is given holds. Sharing providers lend nothing to others here."""
    query = _PAGE_OF_PROVIDERS
    if name:
        query = query.where(_provider.c.name == name)
    if uuid:
        query = query.where(_provider.c.uuid == uuid)
    if in_tree:
        member = resource_providers.alias("member")
        root = select(member.c.root_provider_id).where(member.c.uuid == in_tree).scalar_subquery()
        query = query.where(_provider.c.root_provider_id == root)
    for any_of in required_traits:
        query = query.where(_provider.c.id.in_(_having_traits(any_of)))
    unwanted = list(forbidden_traits)
    if unwanted:
        query = query.where(_provider.c.id.not_in(_having_traits(unwanted)))
    for either in aggregates.required:
        query = query.where(_provider.c.id.in_(_in_aggregates(either)))
    if aggregates.forbidden:
        query = query.where(_provider.c.id.not_in(_in_aggregates(aggregates.forbidden)))
    for class_id, amount in amounts.items():
        query = query.where(_provider.c.id.in_(_offering(class_id, amount)))
    rows: list[Any] = []
    first: int | None = 1
    while first is not None:
        page = {"first": first, "last": first + _PAGE - 1}
        first, text = connection.execute(query, page).one()
        rows += packed.rows(text)
    uuids = _uuids(connection, rows)
    return [
        Provider(
            number,
            uuid,
            name,
            generation,
            uuids[parent],
            uuids[root],
            None if date is None else datetime.fromisoformat(date),
        )
        for number, uuid, name, generation, parent, root, date in rows
    ]


def _uuids(connection: Connection, rows: Iterable[Sequence[Any]]) -> dict[int | None, Any]:
    """By id, of the providers in the rows, of those above them, and of nobody."""
    uuids: dict[int | None, Any] = {None: None} | {row[0]: row[1] for row in rows}
    above = {number for row in rows for number in row[4:6]} - uuids.keys()
    if above:
        uuids.update(connection.execute(_UUIDS, {"ids": sorted(above)}).all())
    return uuids


def _having_traits(trait_ids: Iterable[int]) -> sa.Select[tuple[int]]:
    column = resource_provider_traits.c
    return select(column.resource_provider_id).where(column.trait_id.in_(list(trait_ids)))


def _in_aggregates(uuids: Iterable[str]) -> sa.Select[tuple[int]]:
    column = resource_provider_aggregates.c
    return (
        select(column.resource_provider_id)
        .join(placement_aggregates, placement_aggregates.c.id == column.aggregate_id)
        .where(placement_aggregates.c.uuid.in_(list(uuids)))
    )


def _offering(class_id: int, amount: int) -> sa.Select[tuple[int]]:
    """Providers with room for `amount` of a class. No column holds more than MAX_INT, so neither is more compared."""
    inventory, held = inventories.c, allocations.c
    used = (
        select(func.coalesce(func.sum(held.used), 0))
        .where(
            held.resource_provider_id == inventory.resource_provider_id,
            held.resource_class_id == class_id,
        )
        .scalar_subquery()
    )
    compared = min(amount, MAX_INT)
    return select(inventory.resource_provider_id).where(
        inventory.resource_class_id == class_id,
        sa.literal(amount <= MAX_INT),
        inventory.min_unit <= compared,
        inventory.max_unit >= compared,
        sa.literal(compared) % inventory.step_size == 0,
        used + compared <= (inventory.total - inventory.reserved) * inventory.allocation_ratio,
    )
