# SPDX-License-Identifier: Apache-2.0
"""Resource providers: the rows, the trees they form, and their generations."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.errors import DuplicateProvider
from placedock.model.inventory import MAX_INT
from placedock.model.provider import Provider
from placedock.store.tables import (
    allocations,
    inventories,
    now,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
)

PROVIDER = resource_providers.alias("provider")
_parent = resource_providers.alias("parent")
_root = resource_providers.alias("root")

MODIFIED = func.coalesce(PROVIDER.c.updated_at, PROVIDER.c.created_at)

_PROVIDERS = select(
    PROVIDER.c.id,
    PROVIDER.c.uuid,
    PROVIDER.c.name,
    PROVIDER.c.generation,
    _parent.c.uuid,
    _root.c.uuid,
    MODIFIED,
).select_from(
    PROVIDER.join(_root, PROVIDER.c.root_provider_id == _root.c.id).outerjoin(
        _parent, PROVIDER.c.parent_provider_id == _parent.c.id
    )
)
_BY_UUID = _PROVIDERS.where(PROVIDER.c.uuid == bindparam("uuid"))


class TreePosition(NamedTuple):
    """The place of a provider in its tree, by ids."""

    id: int
    uuid: str
    generation: int
    parent_id: int | None
    root_id: int


class Called(NamedTuple):
    """The name of a provider, and the id of its root."""

    uuid: str
    name: str
    root_id: int


_CALLED = select(
    resource_providers.c.uuid, resource_providers.c.name, resource_providers.c.root_provider_id
).where(
    resource_providers.c.uuid.in_(bindparam("names", expanding=True))
    | resource_providers.c.name.in_(bindparam("names", expanding=True))
)
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


def called(connection: Connection, names: Iterable[str]) -> list[Called]:
    """The providers that have one of `names` for their uuid or their name."""
    wanted = list(names)
    if not wanted:
        return []
    return [Called._make(row) for row in connection.execute(_CALLED, {"names": wanted})]


def lock(connection: Connection, uuids: Iterable[str]) -> dict[str, TreePosition]:
    """The providers of `uuids` that exist, by lower-case uuid, held against other writers until the transaction ends.

    All writers lock providers by this one statement, hence in one order, so that they queue instead of deadlocking.
    """
    wanted = list(uuids)
    if not wanted:
        return {}
    rows = connection.execute(_LOCKED_PLACES, {"uuids": wanted})
    return {row.uuid.lower(): TreePosition._make(row) for row in rows}


def lock_trees(connection: Connection, root_ids: Iterable[int]) -> list[TreePosition]:
    """Every provider of the trees, held against other writers."""
    rows = connection.execute(_LOCKED_TREES, {"roots": list(root_ids)})
    return [TreePosition._make(row) for row in rows]


def add(connection: Connection, uuid: str, name: str, above: TreePosition | None) -> Provider:
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
    """Add 1 to the generation of one provider if it is still `generation`, which locks the provider; whether it was."""
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
