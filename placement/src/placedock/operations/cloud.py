# SPDX-License-Identifier: Apache-2.0
"""The operations behind the pages of the cloud: totals, the map, pages of trees and of consumers. They only read."""

from collections.abc import Sequence

from sqlalchemy import Connection

from placedock import errors
from placedock.model.cloud import (
    Cell,
    ConsumerFilters,
    ConsumerPage,
    Overview,
    TreeFilters,
    TreePage,
)
from placedock.store import consumer_pages, names, totals, tree_pages

LARGEST_PROJECTS = 10


def mark(connection: Connection) -> str:
    """A text that is another one after every change; see `totals.mark`."""
    return totals.mark(connection)


def overview(connection: Connection) -> Overview:
    types, projects = totals.owners(connection)
    return Overview(
        totals.counts(connection),
        totals.classes(connection),
        types,
        projects[:LARGEST_PROJECTS],
    )


def cells(connection: Connection, resource_class: str) -> Sequence[Cell]:
    """Each tree with what it has of the class."""
    ids = names.class_ids(connection, [resource_class])
    if resource_class not in ids:
        raise errors.ResourceClassNotFound(name=resource_class)
    return totals.cells(connection, ids[resource_class])


def trees(connection: Connection, filters: TreeFilters, after: str | None, most: int) -> TreePage:
    return tree_pages.page(connection, filters, after, most)


def consumers(
    connection: Connection, filters: ConsumerFilters, after: str | None, most: int
) -> ConsumerPage:
    return consumer_pages.page(connection, filters, after, most)
