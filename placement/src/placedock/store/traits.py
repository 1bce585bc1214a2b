# SPDX-License-Identifier: Apache-2.0
"""Traits, and which providers have them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from placedock.store.faults import duplicate_is_lost_race
from placedock.store.tables import resource_provider_traits, resource_providers, traits


class Trait(NamedTuple):
    """A trait as it is stored; `modified` is naive UTC."""

    id: int
    name: str
    modified: datetime | None


_MODIFIED = func.coalesce(traits.c.updated_at, traits.c.created_at)
_TRAITS = select(traits.c.id, traits.c.name, _MODIFIED)
_BY_NAME = _TRAITS.where(traits.c.name.in_(bindparam("names", expanding=True)))
_OF_PROVIDER = (
    select(resource_providers.c.generation, traits.c.id, traits.c.name, _MODIFIED)
    .select_from(
        resource_providers.outerjoin(
            resource_provider_traits,
            resource_provider_traits.c.resource_provider_id == resource_providers.c.id,
        ).outerjoin(traits, traits.c.id == resource_provider_traits.c.trait_id)
    )
    .where(resource_providers.c.uuid == bindparam("uuid"))
    .order_by(traits.c.id)
)


def named(connection: Connection, names: Iterable[str]) -> list[Trait]:
    """The traits of exactly these names that exist, in the order of their ids."""
    wanted = set(names)
    if not wanted:
        return []
    rows = connection.execute(_BY_NAME, {"names": list(wanted)})
    # Some databases find a name in another case too; a trait is only found by its own.
    return sorted(Trait._make(row) for row in rows if row.name in wanted)


def listed(
    connection: Connection,
    names: Sequence[str] | None = None,
    prefix: str | None = None,
    associated: bool | None = None,
) -> list[Trait]:
    """All traits, or those of `names`, those that start with `prefix`, those that some provider has (or none has)."""
    query = _TRAITS
    if names is not None:
        query = query.where(traits.c.name.in_(names))
    if prefix is not None:
        query = query.where(traits.c.name.startswith(prefix, autoescape=True))
    if associated is not None:
        used = traits.c.id.in_(select(resource_provider_traits.c.trait_id))
        query = query.where(used if associated else ~used)
    return [Trait._make(row) for row in connection.execute(query)]


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Trait]] | None:
    """The provider's generation and its traits, or None when there is no such provider."""
    rows = connection.execute(_OF_PROVIDER, {"uuid": uuid}).all()
    if not rows:
        return None
    return rows[0][0], [Trait._make(row[1:]) for row in rows if row[1] is not None]


def make(connection: Connection, name: str) -> None:
    with duplicate_is_lost_race():
        connection.execute(traits.insert().values(name=name))


def is_in_use(connection: Connection, trait_id: int) -> bool:
    columns = resource_provider_traits.c
    found = select(columns.trait_id).where(columns.trait_id == trait_id).limit(1)
    return connection.scalar(found) is not None


def remove(connection: Connection, trait_id: int) -> bool:
    """Whether there was such a trait."""
    return connection.execute(traits.delete().where(traits.c.id == trait_id)).rowcount > 0


def provider_trait_ids(connection: Connection, provider_id: int) -> set[int]:
    columns = resource_provider_traits.c
    return set(
        connection.scalars(
            select(columns.trait_id).where(columns.resource_provider_id == provider_id)
        )
    )


def give(connection: Connection, provider_id: int, trait_ids: Iterable[int]) -> None:
    rows = [{"resource_provider_id": provider_id, "trait_id": id_} for id_ in trait_ids]
    if rows:
        # A trait that was deleted meanwhile is refused like a duplicate: then it is looked for again.
        with duplicate_is_lost_race():
            connection.execute(resource_provider_traits.insert(), rows)


def take(connection: Connection, provider_id: int, trait_ids: Iterable[int]) -> None:
    wanted = list(trait_ids)
    if wanted:
        columns = resource_provider_traits.c
        connection.execute(
            resource_provider_traits.delete().where(
                columns.resource_provider_id == provider_id, columns.trait_id.in_(wanted)
            )
        )
