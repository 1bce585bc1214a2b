# SPDX-License-Identifier: Apache-2.0
"""Reshaping: inventories move between providers together with what is held of them, all at once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from placedock import errors
from placedock.model.claim import Claim
from placedock.model.inventory import Inventory
from placedock.operations import allocations as claims_operations
from placedock.operations import inventories as inventory_operations
from placedock.operations.allocations import Incomplete
from placedock.store import inventories, names, providers


class ReshapedProviderChanged(errors.ConcurrentUpdate):
    sentence = (
        "resource provider generation conflict for provider {provider}: "
        "actual: {actual}, given: {given}"
    )


def reshape(
    connection: Connection,
    wanted: Mapping[str, tuple[int, Sequence[Inventory]]],
    claims: Sequence[Claim],
    incomplete: Incomplete,
) -> None:
    """Give providers (by uuid: the generation the client knows, and inventories) and consumers exactly what is asked for.

    In between, providers have both their old inventories and the new ones, so that the claims fit wherever they come from
    and go to. Each of these steps counts in the providers' generations, as it does upstream.
    """
    prepared = claims_operations.prepare(connection, claims, incomplete)
    places = providers.lock(connection, prepared.touched | wanted.keys())
    _check_inventories(wanted, places)
    claims_operations.check(connection, claims, prepared.known)
    claims_operations.check_providers(claims, places)
    with errors.doing("malformed reshaper data"):
        new = [
            (
                places[uuid.lower()],
                _by_id(inventories_, inventory_operations.class_ids(connection, inventories_)),
            )
            for uuid, (_, inventories_) in wanted.items()
        ]
    with errors.doing("update conflict"):
        for place, inventories_ in new:
            if inventories_:
                _widen(connection, place.uuid, inventories_)
    claims_operations.write(connection, claims, prepared)
    with errors.doing("update conflict"):
        for place, inventories_ in new:
            providers.advance(connection, [place.uuid])
            inventory_operations.write(connection, place.uuid, inventories_)


def _check_inventories(
    wanted: Mapping[str, tuple[int, Sequence[Inventory]]],
    places: Mapping[str, providers.TreePosition],
) -> None:
    for uuid, (generation, new) in wanted.items():
        place = places.get(uuid.lower())
        if place is None:
            raise errors.UnknownProviderInReshape(uuid=uuid)
        if place.generation != generation:
            raise ReshapedProviderChanged(provider=uuid, actual=place.generation, given=generation)
        with errors.doing(f"Unable to update inventory for resource provider {uuid}"):
            inventory_operations.check_capacity(uuid, new, reserved_may_be_total=True)


def _by_id(wanted: Sequence[Inventory], class_ids: Mapping[str, int]) -> dict[int, Inventory]:
    return {class_ids[inventory.resource_class]: inventory for inventory in wanted}


def _widen(connection: Connection, uuid: str, new: dict[int, Inventory]) -> None:
    """Add new inventories to the old ones."""
    found = inventories.of_provider(connection, uuid)
    old = found[1] if found else []
    ids = names.class_ids(connection, [inventory.resource_class for inventory in old])
    providers.advance(connection, [uuid])
    inventory_operations.write(connection, uuid, _by_id(old, ids) | new)
