# SPDX-License-Identifier: Apache-2.0
"""Resource classes: to list, make, rename and delete custom ones."""

from sqlalchemy import Connection

from placedock import errors
from placedock.model.resource_class import ResourceClass
from placedock.store import resource_classes


def listed(connection: Connection) -> list[ResourceClass]:
    return resource_classes.listed(connection)


def get(connection: Connection, name: str) -> ResourceClass:
    found = resource_classes.get(connection, name)
    if found is None:
        raise errors.ResourceClassNotFound(name=name)
    return found


def create(connection: Connection, name: str) -> None:
    if resource_classes.get(connection, name) is not None:
        raise ResourceClassExists(name=name)
    resource_classes.make(connection, name)


def ensure(connection: Connection, name: str) -> bool:
    """Whether the class was made now."""
    if resource_classes.get(connection, name) is not None:
        return False
    resource_classes.make(connection, name)
    return True


def rename(connection: Connection, name: str, new_name: str) -> None:
    found = get(connection, name)
    if found.standard:
        raise errors.StandardResourceClass(action="update", name=name)
    if resource_classes.get(connection, new_name) not in (None, found):
        raise errors.DuplicateResourceClass(name=new_name)
    resource_classes.rename(connection, found.id, new_name)


def delete(connection: Connection, name: str) -> None:
    """Delete a custom class that no provider has inventory of."""
    found = resource_classes.lock(connection, name)
    if found is None:
        raise errors.ResourceClassNotFound(name=name)
    with errors.doing("Error in delete resource class"):
        if found.standard:
            raise errors.StandardResourceClass(action="delete", name=name)
        if resource_classes.is_in_use(connection, found.id):
            raise errors.ResourceClassInUse(name=name)
    resource_classes.remove(connection, found.id)


class ResourceClassExists(errors.DuplicateResourceClass):
    sentence = "Conflicting resource class already exists: {name}"
