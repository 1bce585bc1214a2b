# SPDX-License-Identifier: Apache-2.0
"""Usages: of a provider, and of a project."""

from collections.abc import Sequence

from sqlalchemy import Connection

from placedock import errors
from placedock.model.usage import Usage
from placedock.store import usages


def of_provider(connection: Connection, uuid: str) -> tuple[int, dict[str, int]]:
    """The provider's generation and the use of each class it has inventory of."""
    found = usages.of_provider(connection, uuid)
    if found is None:
        raise errors.ProviderNotFound(uuid=uuid)
    return found


def of_project(connection: Connection, project: str, user: str | None) -> dict[str, int]:
    return usages.of_project(connection, project, user)


def by_type(
    connection: Connection, project: str, user: str | None, consumer_type: str | None
) -> Sequence[Usage]:
    return usages.by_type(connection, project, user, consumer_type)
