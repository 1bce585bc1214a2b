# SPDX-License-Identifier: Apache-2.0
"""Traits: to list, make and delete them, and to give them to providers."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from placedock import errors
from placedock.model.trait import Trait
from placedock.operations import providers as provider_operations
from placedock.operations.aggregates import ProviderAlreadyChanged
from placedock.store import providers, traits
from placedock.store.driver_errors import LostRace

CUSTOM = "CUSTOM_"


def listed(
    connection: Connection,
    names: Sequence[str] | None,
    prefix: str | None,
    associated: bool | None,
) -> list[Trait]:
    return traits.listed(connection, names, prefix, associated)


def get(connection: Connection, name: str) -> Trait:
    found = traits.named(connection, [name])
    if not found:
        raise errors.TraitNotFound(name=name)
    return found[0]


def ensure(connection: Connection, name: str) -> tuple[Trait, bool]:
    """The trait of that name, and whether it was made now."""
    found = traits.named(connection, [name])
    if found:
        return found[0], False
    traits.make(connection, name)
    return get(connection, name), True


def delete(connection: Connection, name: str) -> None:
    """Delete a custom trait that no provider has."""
    trait = get(connection, name)
    if not name.startswith(CUSTOM):
        raise errors.StandardTrait(name=name)
    if traits.is_in_use(connection, trait.id):
        raise errors.TraitInUse(name=name)
    traits.remove(connection, trait.id)


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Trait]]:
    """The provider's generation and its traits."""
    found = traits.of_provider(connection, uuid)
    if found is None:
        raise errors.ProviderNotFound(uuid=uuid)
    return found


def replace(
    connection: Connection, uuid: str, generation: int, wanted: Collection[str]
) -> tuple[int, list[Trait]]:
    """Give the provider exactly `wanted`; its generation afterwards, which counts only a change, and the traits."""
    holdings = _holdings(connection, uuid, wanted)
    if generation != holdings.generation:
        raise ProviderAlreadyChanged()
    unknown = set(wanted) - {trait.name for trait in holdings.named}
    if unknown:
        raise errors.UnknownTraitsForProvider(names=errors.listed(sorted(unknown)))
    return _write(connection, uuid, holdings), holdings.named


def remove_all(connection: Connection, uuid: str) -> None:
    """Leave the provider without traits."""
    provider_operations.lock(connection, uuid)
    _write(connection, uuid, _holdings(connection, uuid, ()))


def _holdings(connection: Connection, uuid: str, wanted: Collection[str]) -> traits.Holdings:
    found = traits.holdings(connection, uuid, wanted)
    if found is None:
        raise errors.ProviderNotFound(uuid=uuid)
    return found


def _write(connection: Connection, uuid: str, holdings: traits.Holdings) -> int:
    """Give the provider those named and no others, when it is as it was looked up; its generation afterwards."""
    present, wanted = holdings.present, {trait.id for trait in holdings.named}
    if wanted == present:
        return holdings.generation
    if not providers.advance_at(connection, uuid, holdings.generation):
        raise LostRace
    traits.take(connection, holdings.provider_id, present - wanted)
    traits.give(connection, holdings.provider_id, wanted - present)
    return holdings.generation + 1
