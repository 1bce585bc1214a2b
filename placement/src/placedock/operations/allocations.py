# SPDX-License-Identifier: Apache-2.0
"""Allocations: to read, claim and release.

A claim replaces all that its consumer holds. Several claims are written together or not at all. Providers are locked first,
always, so that claims on one provider queue and none can overcommit it; then the consumers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from placedock import errors
from placedock.model.claim import Allocation, Claim, Holder
from placedock.store import allocations, consumers, names, providers
from placedock.store.consumers import Consumer
from placedock.store.faults import LostRace


@dataclass(frozen=True)
class Incomplete:
    """The project and user of consumers whose client named none; settings."""

    project: str
    user: str


def of_consumer(connection: Connection, uuid: str) -> tuple[Holder, list[Allocation]] | None:
    """Who the consumer is and what it holds, or None when it holds nothing."""
    return allocations.of_consumer(connection, uuid)


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Allocation]]:
    """The provider's generation and what is held of it."""
    found = allocations.of_provider(connection, uuid)
    if found is None:
        with errors.doing(f"Resource provider '{uuid}' not found"):
            raise errors.ProviderNotFound(uuid=uuid)
    return found


def release(connection: Connection, consumer: str) -> None:
    """Delete all that a consumer holds, and with it the consumer."""
    consumers.lock(connection, [consumer])
    if not allocations.remove(connection, [consumer]):
        raise errors.NoAllocations(consumer=consumer)
    consumers.remove_idle(connection, [consumer])


@dataclass(frozen=True)
class Locked:
    """What a write of claims works on, held against other writers.

    `places` are the providers that are claimed from, given back to or named beside, by lower-case uuid; `known` the
    consumers that exist, likewise; `touched` the ids of the providers whose allocations change hands by this write.
    """

    places: Mapping[str, providers.Place]
    known: Mapping[str, Consumer]
    touched: frozenset[int]


def lock(connection: Connection, claims: Sequence[Claim], also: Iterable[str] = ()) -> Locked:
    """Lock what `claims` touch and the providers `also`: providers first, then consumers.

    What a consumer gives back is only read before the locks; when it changed meanwhile, the write starts again.
    """
    emptied = [one.consumer for one in claims if not one.allocations]
    claimed = {uuid for one in claims for uuid in one.allocations}
    held = allocations.providers_of(connection, emptied)
    given_back = set().union(*held.values())
    places = providers.lock(
        connection, claimed | set(also) | providers.uuids(connection, given_back)
    )
    known = consumers.lock(connection, [one.consumer for one in claims])
    if emptied and allocations.providers_of(connection, emptied) != held:
        raise LostRace
    taken_from = {places[uuid.lower()].id for uuid in claimed if uuid.lower() in places}
    return Locked(places, known, frozenset(taken_from | given_back))


def claim(connection: Connection, claims: Sequence[Claim], incomplete: Incomplete) -> None:
    """Give every consumer exactly what it claims."""
    locked = lock(connection, claims)
    check(connection, claims, locked)
    write(connection, claims, locked, incomplete)


def check(connection: Connection, claims: Sequence[Claim], locked: Locked) -> None:
    """Refuse claims whose client does not know its consumer as it is now, and those on no provider.

    A consumer that holds nothing is as good as none, and no client can see its generation. We leave none behind, but
    upstream does, beside us or before us.
    """
    for one in claims:
        consumer = locked.known.get(one.consumer.lower())
        expected = None if consumer is None else consumer.generation
        if one.guarded and one.generation != expected:
            if one.generation is None and not allocations.providers_of(connection, [one.consumer]):
                continue
            raise errors.ConsumerChanged(
                expected="null" if expected is None else expected, got=one.generation
            )
    for one in claims:
        for uuid in one.allocations:
            if uuid.lower() not in locked.places:
                raise errors.UnknownProviderInAllocations(uuid=uuid)


def write(
    connection: Connection, claims: Sequence[Claim], locked: Locked, incomplete: Incomplete
) -> None:
    """Replace what the consumers hold, when it fits, and count the generations up."""
    with errors.doing("Unable to allocate inventory"):
        rows = _fit(connection, claims, locked.known, locked.places)
    allocations.remove(connection, [consumer.uuid for consumer in locked.known.values()])
    allocations.add(connection, rows)
    _write_consumers(connection, claims, locked.known, incomplete)
    consumers.remove_idle(connection, [one.consumer for one in claims if not one.allocations])
    providers.advance(connection, locked.touched)


def _fit(
    connection: Connection,
    claims: Sequence[Claim],
    known: Mapping[str, Consumer],
    places: Mapping[str, providers.Place],
) -> list[tuple[str, int, int, int]]:
    """The rows of allocations that the claims come to, once it is sure that there is room for all of them.

    A provider that holds too much already may be drained: what does not increase its use passes.
    """
    wanted = [
        (one.consumer, places[uuid.lower()], name, amount)
        for one in claims
        for uuid, resources in one.allocations.items()
        for name, amount in resources.items()
    ]
    if not wanted:
        return []
    class_ids = names.class_ids(connection, {name for _, _, name, _ in wanted})
    for consumer, _, name, _ in wanted:
        if name not in class_ids:
            with errors.doing(f"Unable to allocate inventory for consumer {consumer}"):
                raise errors.UnknownResourceClass(name=name)
    room = allocations.room(
        connection,
        {place.id for _, place, _, _ in wanted},
        class_ids.values(),
        [consumer.uuid for consumer in known.values()],
    )
    stocked = {provider_id for provider_id, _ in room}
    bare = {place.uuid for _, place, _, _ in wanted if place.id not in stocked}
    if bare:
        asked = sorted(class_ids, key=class_ids.__getitem__)
        raise errors.CannotAllocate(
            resource_class=errors.listed(asked), provider=errors.listed(sorted(bare))
        )
    totals: dict[tuple[int, int], int] = {}
    rows = []
    for consumer, place, name, amount in wanted:
        key = (place.id, class_ids[name])
        if key not in room:
            raise errors.CannotAllocate(resource_class=name, provider=place.uuid)
        inventory, used, given_back = room[key]
        if not inventory.allows(amount):
            raise errors.ConstraintsViolated(resource_class=name, provider=place.uuid)
        totals[key] = totals.get(key, 0) + amount
        after = used - (given_back or 0) + totals[key]
        drained = given_back is not None and after <= used
        if after > inventory.exact_capacity and not drained:
            raise errors.CapacityExceeded(resource_class=name, provider=place.uuid)
        known_as = known.get(consumer.lower())
        rows.append((known_as.uuid if known_as else consumer, *key, amount))
    return rows


def _write_consumers(
    connection: Connection,
    claims: Sequence[Claim],
    known: Mapping[str, Consumer],
    incomplete: Incomplete,
) -> None:
    """Make or count up the consumers that hold something now."""
    holding = [one for one in claims if one.allocations]
    if not holding:
        return
    project_ids = consumers.project_ids(
        connection, {one.project or incomplete.project for one in holding}
    )
    user_ids = consumers.user_ids(connection, {one.user or incomplete.user for one in holding})
    types = {one.consumer_type for one in holding if one.consumer_type is not None}
    type_ids = consumers.type_ids(connection, types) if types else {}
    for one in holding:
        project_id = project_ids[one.project or incomplete.project]
        user_id = user_ids[one.user or incomplete.user]
        type_id = None if one.consumer_type is None else type_ids[one.consumer_type]
        consumer = known.get(one.consumer.lower())
        if consumer is None:
            consumers.add(connection, one.consumer, 1, project_id, user_id, type_id)
        else:
            kept = consumer.type_id if type_id is None else type_id
            consumers.change(
                connection, consumer.id, consumer.generation + 1, project_id, user_id, kept
            )
