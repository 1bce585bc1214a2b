# SPDX-License-Identifier: Apache-2.0
"""Resource providers: to make, find, rename, move in their tree, and delete."""

from sqlalchemy import Connection

from placedock import errors
from placedock.model.provider import Provider, ProviderFilters, ProviderList
from placedock.store import names, provider_list, providers
from placedock.store.driver_errors import LostRace


def get(connection: Connection, uuid: str) -> Provider:
    found = providers.get(connection, uuid)
    if found is None:
        raise errors.ProviderNotFound(uuid=uuid)
    return found


def lock(connection: Connection, uuid: str) -> providers.TreePosition:
    """The provider, held against other writers until the transaction ends."""
    found = providers.lock(connection, [uuid]).get(uuid.lower())
    if found is None:
        raise errors.ProviderNotFound(uuid=uuid)
    return found


def advance(connection: Connection, uuid: str) -> None:
    """Count the provider's generation up, which locks it too."""
    if not providers.advance(connection, [uuid]):
        raise errors.ProviderNotFound(uuid=uuid)


def advance_at(
    connection: Connection,
    uuid: str,
    generation: int,
    otherwise: type[errors.ConcurrentUpdate] = errors.ProviderChanged,
) -> None:
    """Count the generation up if it is still the one that the client knows, and raise `otherwise` if not."""
    if not providers.advance_at(connection, uuid, generation):
        lock(connection, uuid)
        raise otherwise()


def find(connection: Connection, filters: ProviderFilters) -> ProviderList:
    """The providers that pass every filter."""
    class_ids = names.class_ids(connection, filters.resources)
    for name in filters.resources:
        if name not in class_ids:
            with errors.doing("Invalid resource class in resources parameter"):
                raise errors.UnknownResourceClass(name=name)
    trait_ids = names.trait_ids(connection, filters.traits.names())
    unknown = filters.traits.names() - trait_ids.keys()
    if unknown:
        with errors.doing('Invalid trait(s) in "required" parameter'):
            raise errors.UnknownTraits(names=errors.listed(sorted(unknown)))
    return provider_list.find(
        connection,
        name=filters.name,
        uuid=filters.uuid,
        in_tree=filters.in_tree,
        amounts={class_ids[name]: amount for name, amount in filters.resources.items()},
        required_traits=[
            [trait_ids[name] for name in any_of] for any_of in filters.traits.required
        ],
        forbidden_traits=[trait_ids[name] for name in filters.traits.forbidden],
        aggregates=filters.aggregates,
    )


def create(connection: Connection, uuid: str, name: str, parent: str | None) -> Provider:
    """A new provider: a root, or below `parent`."""
    with errors.doing(f'Unable to create resource provider "{name}", {uuid}'):
        if not name:
            raise errors.InvalidTree(action="create", reason="name is required")
        if parent is not None and parent == uuid:
            raise errors.InvalidTree(
                action="create",
                reason="parent provider UUID cannot be same as UUID. Please set parent provider UUID "
                "to None if there is no parent.",
            )
        above = None if parent is None else _parent(connection, parent, "create")
    return providers.add(connection, uuid, name, above)


def rename(connection: Connection, uuid: str, name: str) -> Provider:
    """A new name, and the tree as it is."""
    providers.rename(connection, lock(connection, uuid).id, name)
    return get(connection, uuid)


def update(
    connection: Connection, uuid: str, name: str, parent: str | None, *, reparent: bool
) -> Provider:
    """A new name and a parent, or none. Leaving one parent for another, or for none, needs `reparent`."""
    place = lock(connection, uuid)
    with errors.doing(f"Unable to save resource provider {uuid}"):
        if parent is not None:
            above = _parent(connection, parent, "create")
            if place.parent_id not in (None, above.id) and not reparent:
                raise errors.InvalidTree(
                    action="update", reason="re-parenting a provider is not currently allowed."
                )
            _move(connection, place, above)
        elif place.parent_id is not None:
            if not reparent:
                raise errors.InvalidTree(
                    action="update", reason="un-parenting a provider is not currently allowed."
                )
            _move(connection, place, None)
    providers.rename(connection, place.id, name)
    return get(connection, uuid)


def delete(connection: Connection, uuid: str) -> None:
    """Delete a provider that has no children and of which nobody holds anything."""
    place = providers.lock(connection, [uuid]).get(uuid.lower())
    if place is None:
        raise errors.ProviderNotFoundForDelete(uuid=uuid)
    if providers.has_children(connection, place.id):
        raise errors.ProviderHasChildren(uuid=uuid)
    if providers.has_allocations(connection, place.id):
        raise errors.ProviderInUse(uuid=uuid)
    providers.remove(connection, place.id)


def _parent(connection: Connection, uuid: str, action: str) -> providers.TreePosition:
    found = providers.lock(connection, [uuid]).get(uuid.lower())
    if found is None:
        raise errors.InvalidTree(action=action, reason="parent provider UUID does not exist.")
    return found


def _move(
    connection: Connection, place: providers.TreePosition, above: providers.TreePosition | None
) -> None:
    """Put a provider, with all below it, under `above`, or make it a root."""
    trees = providers.lock_trees(
        connection, {place.root_id} | ({above.root_id} if above else set())
    )
    if not {place, *([above] if above else [])} <= set(trees):
        # Another writer moved one of them while we waited for the locks.
        raise LostRace
    subtree = {place.id}
    grown = True
    while grown:
        below = {member.id for member in trees if member.parent_id in subtree}
        grown = not below <= subtree
        subtree |= below
    if above is not None and above.id in subtree:
        raise errors.InvalidTree(
            action="update", reason="creating loop in the provider tree is not allowed."
        )
    root_id = place.id if above is None else above.root_id
    parent_id = None if above is None else above.id
    if place.root_id != root_id:
        providers.change(connection, subtree, root_provider_id=root_id)
    if place.parent_id != parent_id:
        providers.change(connection, [place.id], parent_provider_id=parent_id)
