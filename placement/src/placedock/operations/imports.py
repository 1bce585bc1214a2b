# SPDX-License-Identifier: Apache-2.0
"""Import: makes a cloud in a database, all of it or nothing."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from placedock import errors
from placedock.model.carried import Cloud, InvalidCloud, Mistake
from placedock.store import making as store


class NotEmpty(errors.Conflict):
    sentence = "The database is not empty: it has {what}. Use --merge, or another database"


def put(
    connection: Connection,
    cloud: Cloud,
    merge: bool = False,
    progress: Callable[[int], object] = lambda rows: None,
) -> None:
    """Make the cloud. `progress` is told of the rows as they are written; `rows` says how many they are.

    Without `merge` the database must have nothing but standard names, else it raises `NotEmpty`. With it, everything is
    added to what is there: a provider or a consumer that is there already is a mistake in the file, and raises `InvalidCloud`.
    """
    if merge:
        mistakes = list(_meetings(connection, cloud))
        if mistakes:
            raise InvalidCloud(mistakes)
    elif there := store.rows_there(connection):
        raise NotEmpty(what=errors.listed(f"{count:,} {what}" for what, count in there.items()))
    classes = store.add_classes(connection, cloud.resource_classes)
    traits = store.add_traits(connection, cloud.traits)
    aggregates = dict.fromkeys(a for one in cloud.providers for a in one.aggregates)
    aggregate_ids = store.add_aggregates(connection, [*aggregates, *cloud.unused.aggregates])
    projects = dict.fromkeys(one.project for one in cloud.consumers if one.project is not None)
    project_ids = store.add_projects(connection, [*projects, *cloud.unused.projects])
    users = dict.fromkeys(one.user for one in cloud.consumers if one.user is not None)
    user_ids = store.add_users(connection, [*users, *cloud.unused.users])
    types = dict.fromkeys(one.consumer_type for one in cloud.consumers if one.consumer_type)
    type_ids = store.add_consumer_types(connection, [*types, *cloud.unused.consumer_types])
    providers = store.add_providers(connection, cloud.providers, progress)
    store.add_contents(
        connection, cloud.providers, providers, classes, traits, aggregate_ids, progress
    )
    store.add_consumers(connection, cloud.consumers, project_ids, user_ids, type_ids, progress)
    store.add_allocations(connection, cloud.consumers, providers, classes, progress)


def rows(cloud: Cloud) -> int:
    """The number of rows that `put` writes, but for a few names."""
    return (
        len(cloud.providers)
        + sum(len(p.inventories) + len(p.traits) + len(p.aggregates) for p in cloud.providers)
        + sum(one.project is not None for one in cloud.consumers)
        + sum(len(one.allocations) for one in cloud.consumers)
    )


def _meetings(connection: Connection, cloud: Cloud) -> Iterator[Mistake]:
    """The providers and consumers that are in the file and in the database."""
    uuids = {one.uuid: one.line for one in cloud.providers}
    names = {one.name: one.line for one in cloud.providers if one.name is not None}
    consumers = {one.uuid: one.line for one in cloud.consumers}
    for uuid in store.taken(connection, "uuid", uuids):
        yield Mistake(uuids[uuid], f"the database has a provider with the uuid {uuid} already")
    for name in store.taken(connection, "name", names):
        yield Mistake(names[name], f"the database has a provider with the name {name} already")
    for uuid in store.taken(connection, "consumer", consumers):
        yield Mistake(consumers[uuid], f"the database has a consumer {uuid} already")
