# SPDX-License-Identifier: Apache-2.0
"""Inventories of a provider: to read, replace, add, change and remove.

Every change counts the provider's generation up by one: first of all, because that locks the provider as well. Shrinking an
inventory below its use is allowed; removing one that is in use is not.
"""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from placedock import errors
from placedock.model.inventory import Inventory
from placedock.operations import providers as provider_operations
from placedock.store import inventories, names


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Inventory]]:
    """The provider's generation and its inventories."""
    found = inventories.of_provider(connection, uuid)
    if found is None:
        raise errors.ProviderNotFound(uuid=uuid)
    return found


def one(connection: Connection, uuid: str, resource_class: str) -> tuple[int, Inventory]:
    """The provider's generation and its inventory of one class."""
    generation, found = of_provider(connection, uuid)
    for inventory in found:
        if inventory.resource_class == resource_class:
            return generation, inventory
    raise errors.InventoryNotFound(resource_class=resource_class, provider=uuid)


def replace(
    connection: Connection,
    uuid: str,
    generation: int,
    wanted: Collection[Inventory],
    *,
    reserved_may_be_total: bool,
) -> int:
    """Make `wanted` all that the provider has; its new generation."""
    provider_operations.advance_at(connection, uuid, generation)
    with errors.doing(f"Unable to update inventory for resource provider {uuid}"):
        check_capacity(uuid, wanted, reserved_may_be_total)
    with errors.doing(f"Unknown resource class in inventory for resource provider {uuid}"):
        ids = class_ids(connection, wanted)
    with errors.doing("update conflict"):
        return write(connection, uuid, {ids[one.resource_class]: one for one in wanted})


def add(
    connection: Connection, uuid: str, wanted: Inventory, *, reserved_may_be_total: bool
) -> int:
    """Give the provider a class that it does not have yet; its new generation."""
    provider_operations.advance(connection, uuid)
    with errors.doing(f"Unable to create inventory for resource provider {uuid}"):
        check_capacity(uuid, [wanted], reserved_may_be_total)
        (class_id,) = class_ids(connection, [wanted]).values()
    present = inventories.present(connection, uuid)
    if class_id in present.class_ids:
        with errors.doing("Update conflict"):
            raise errors.DuplicateInventory(resource_class=wanted.resource_class, provider=uuid)
    inventories.add(connection, present.provider_id, {class_id: wanted})
    return present.generation


def change(
    connection: Connection,
    uuid: str,
    generation: int,
    wanted: Inventory,
    *,
    reserved_may_be_total: bool,
) -> int:
    """Change the inventory of one class; the provider's new generation."""
    provider_operations.advance_at(connection, uuid, generation)
    with errors.doing(f"Unable to update inventory for resource provider {uuid}"):
        check_capacity(uuid, [wanted], reserved_may_be_total)
    name = wanted.resource_class
    class_id = names.class_ids(connection, [name], hold=True).get(name)
    if class_id is None:
        raise errors.ResourceClassNotFound(name=name)
    present = inventories.present(connection, uuid)
    if class_id not in present.class_ids:
        with errors.doing(f"No inventory record with resource class for resource provider {uuid}"):
            raise errors.UnknownInventory(resource_class=name)
    inventories.change(connection, present.provider_id, {class_id: wanted})
    return present.generation


def remove(connection: Connection, uuid: str, resource_class: str) -> None:
    """Take one class from the provider."""
    provider_operations.advance(connection, uuid)
    with errors.doing(f"No inventory of class {resource_class} found for delete"):
        class_id = names.class_ids(connection, [resource_class]).get(resource_class)
        if class_id is None:
            raise errors.ResourceClassNotFound(name=resource_class)
        present = inventories.present(connection, uuid)
        if class_id not in present.class_ids:
            raise errors.InventoryNotFoundForDelete(resource_class=resource_class)
    if inventories.classes_in_use(connection, present.provider_id, [class_id]):
        with errors.doing(f"Unable to delete inventory of class {resource_class}"):
            raise errors.OneInventoryInUse(resource_classes=resource_class, provider=uuid)
    inventories.remove(connection, present.provider_id, [class_id])


def remove_all(connection: Connection, uuid: str) -> None:
    """Leave the provider without inventory; this counts even when it had none."""
    provider_operations.advance(connection, uuid)
    write(connection, uuid, {})


def check_capacity(uuid: str, wanted: Iterable[Inventory], reserved_may_be_total: bool) -> None:
    """Refuse inventory that reserves more than it has, or as much unless that is allowed."""
    for inventory in wanted:
        if inventory.capacity < 0 or (inventory.capacity == 0 and not reserved_may_be_total):
            raise errors.InvalidCapacity(
                resource_class=inventory.resource_class,
                provider=uuid,
                bound="" if reserved_may_be_total else "or equal to ",
            )


def class_ids(connection: Connection, wanted: Iterable[Inventory]) -> dict[str, int]:
    """The ids of the classes that inventories are of, all of which must exist."""
    names_ = [inventory.resource_class for inventory in wanted]
    ids = names.class_ids(connection, names_, hold=True)
    for name in names_:
        if name not in ids:
            raise errors.UnknownResourceClass(name=name)
    return ids


def write(connection: Connection, uuid: str, wanted: Mapping[int, Inventory]) -> int:
    """Make `wanted`, by class id, all that a locked provider has; the provider's generation, which is left as it is."""
    provider_id, provider, generation, present = inventories.present(connection, uuid)
    gone = present - wanted.keys()
    if gone:
        in_use = inventories.classes_in_use(connection, provider_id, gone)
        if in_use:
            raise errors.InventoryInUse(resource_classes=errors.listed(in_use), provider=provider)
        inventories.remove(connection, provider_id, gone)
    new = {class_id: wanted[class_id] for class_id in wanted if class_id not in present}
    inventories.add(connection, provider_id, new)
    kept = {class_id: wanted[class_id] for class_id in wanted if class_id in present}
    inventories.change(connection, provider_id, kept)
    return generation
