# SPDX-License-Identifier: Apache-2.0
"""Traits, and which providers have them."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.model.trait import Trait
from placedock.store import packed
from placedock.store.driver_errors import duplicate_is_lost_race
from placedock.store.tables import resource_provider_traits, resource_providers, traits


class Holdings(NamedTuple):
    """A provider with the ids of its traits, and the traits that were asked for, as far as they exist, by id."""

    provider_id: int
    generation: int
    present: set[int]
    named: list[Trait]


_MODIFIED = func.coalesce(traits.c.updated_at, traits.c.created_at)
_TRAITS = select(traits.c.id, traits.c.name, _MODIFIED)
_BY_NAME = _TRAITS.where(traits.c.name.in_(bindparam("names", expanding=True)))
_PACKED_OF_PROVIDER = (
    select(
        packed.Packed(
            traits.c.id, packed.quoted(traits.c.name), packed.or_null(packed.quoted(_MODIFIED))
        )
    )
    .select_from(
        resource_providers.join(
            resource_provider_traits,
            resource_provider_traits.c.resource_provider_id == resource_providers.c.id,
        ).join(traits, traits.c.id == resource_provider_traits.c.trait_id)
    )
    .where(resource_providers.c.uuid == bindparam("uuid"))
)
_OF_PROVIDER = select(
    resource_providers.c.generation, _PACKED_OF_PROVIDER.correlate(None).scalar_subquery()
).where(resource_providers.c.uuid == bindparam("uuid"))
# The traits come first, because the types of the first are those of all.
_HOLDINGS = sa.union_all(
    select(sa.null(), sa.null(), traits.c.id, traits.c.name, _MODIFIED).where(
        traits.c.name.in_(bindparam("names", expanding=True))
    ),
    select(
        resource_providers.c.id,
        resource_providers.c.generation,
        resource_provider_traits.c.trait_id,
        sa.null(),
        sa.null(),
    )
    .outerjoin(
        resource_provider_traits,
        resource_provider_traits.c.resource_provider_id == resource_providers.c.id,
    )
    .where(resource_providers.c.uuid == bindparam("uuid")),
)
_GIVE = resource_provider_traits.insert()
_TAKE = resource_provider_traits.delete().where(
    resource_provider_traits.c.resource_provider_id == bindparam("provider_id"),
    resource_provider_traits.c.trait_id.in_(bindparam("trait_ids", expanding=True)),
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
        # As upstream asks for it: the wildcards of LIKE are wildcards in the prefix, too.
        query = query.where(traits.c.name.like(prefix + "%"))
    if associated is not None:
        used = traits.c.id.in_(select(resource_provider_traits.c.trait_id))
        query = query.where(used if associated else ~used)
    return [Trait._make(row) for row in connection.execute(query)]


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Trait]] | None:
    """The provider's generation and its traits, or None when there is no such provider."""
    asked = {"uuid": uuid}
    found = connection.execute(_OF_PROVIDER, asked).first()
    if found is None:
        return None
    generation, text = found
    rows = packed.rows(connection, text, _PACKED_OF_PROVIDER, asked)
    return generation, [
        Trait(number, name, packed.moment(date)) for number, name, date in sorted(rows)
    ]


def holdings(connection: Connection, uuid: str, asked: Collection[str]) -> Holdings | None:
    """The provider's traits, and the traits called `asked`, or None when there is no such provider.

    One statement reads both, because each statement is a round trip. Nothing is locked.
    """
    wanted = set(asked)
    rows = connection.execute(_HOLDINGS, {"uuid": uuid, "names": list(wanted)}).all()
    providers = {(row[0], row[1]) for row in rows if row[0] is not None}
    if not providers:
        return None
    ((provider_id, generation),) = providers
    present = {row[2] for row in rows if row[0] is not None and row[2] is not None}
    named_ = sorted(Trait._make(row[2:]) for row in rows if row[0] is None and row[3] in wanted)
    return Holdings(provider_id, generation, present, named_)


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


def give(connection: Connection, provider_id: int, trait_ids: Iterable[int]) -> None:
    rows = [{"resource_provider_id": provider_id, "trait_id": id_} for id_ in trait_ids]
    if rows:
        # A trait that was deleted meanwhile is refused like a duplicate: then it is looked for again.
        with duplicate_is_lost_race():
            connection.execute(_GIVE, rows)


def take(connection: Connection, provider_id: int, trait_ids: Iterable[int]) -> None:
    wanted = list(trait_ids)
    if wanted:
        connection.execute(_TAKE, {"provider_id": provider_id, "trait_ids": wanted})
