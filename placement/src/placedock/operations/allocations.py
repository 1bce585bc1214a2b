# SPDX-License-Identifier: Apache-2.0
"""Allocations: to read, claim and release.

A claim replaces all that its consumer holds. Several claims are written together or not at all. New consumers are made first,
then providers are locked, so that claims on one provider queue and none can overcommit it, then the consumers that exist.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from placedock import errors
from placedock.model import capacity
from placedock.model.claim import Allocation, Claim, Holder
from placedock.model.refusal import Reason, Refusal
from placedock.store import allocations, consumers, names, providers
from placedock.store.consumers import StoredConsumer


@dataclass(frozen=True)
class Incomplete:
    """The project and user of consumers whose client named none; settings."""

    project: str
    user: str


def of_consumer(connection: Connection, uuid: str) -> tuple[Holder, list[Allocation]] | None:
    """The consumer and its allocations, or None when it holds nothing."""
    return allocations.of_consumer(connection, uuid)


def of_provider(connection: Connection, uuid: str) -> tuple[int, list[Allocation]]:
    """The provider's generation and what is held of it."""
    found = allocations.of_provider(connection, uuid)
    if found is None:
        with errors.doing(f"Resource provider '{uuid}' not found"):
            raise errors.ProviderNotFound(uuid=uuid)
    return found


def release(connection: Connection, consumer: str) -> None:
    """Delete all that a consumer holds, and with it the consumer: that first, because it keeps claims out."""
    consumers.remove(connection, consumer)
    if not allocations.remove(connection, [consumer]):
        raise errors.NoAllocations(consumer=consumer)


class Owner(NamedTuple):
    """The ids of whom a consumer belongs to; a type of None leaves it the one it has."""

    project_id: int
    user_id: int
    type_id: int | None


@dataclass(frozen=True)
class Prepared:
    """The facts that a write of claims needs. They are looked up before anything is locked.

    `known` are the consumers that exist, by lower-case uuid. Nothing keeps others from them until `write` changes them, which
    starts again when they are not as they are here. `owners` is by the consumer's uuid as it was claimed, and has those that
    shall hold something. `touched` are the uuids of the providers whose allocations change hands.
    """

    known: Mapping[str, StoredConsumer]
    owners: Mapping[str, Owner]
    touched: frozenset[str]


def claim(connection: Connection, claims: Sequence[Claim], incomplete: Incomplete) -> None:
    """Give every consumer exactly what it claims."""
    prepared = prepare(connection, claims, incomplete)
    check(connection, claims, prepared.known)
    write(connection, claims, prepared)


def prepare(connection: Connection, claims: Sequence[Claim], incomplete: Incomplete) -> Prepared:
    """Look up what `claims` name, and make the projects, users and types that do not exist yet."""
    holding = [one for one in claims if one.allocations]
    uuids = [one.consumer for one in claims]
    projects = {one.project or incomplete.project for one in holding}
    users = {one.user or incomplete.user for one in holding}
    types = {one.consumer_type for one in holding if one.consumer_type is not None}
    found = consumers.named(connection, uuids, projects, users, types)
    new = (projects - found.projects.keys(), users - found.users.keys(), types - found.types.keys())
    if any(new):
        consumers.add_names(connection, *new)
        found = consumers.named(connection, uuids, projects, users, types)
    owners = {
        one.consumer: Owner(
            found.projects[one.project or incomplete.project],
            found.users[one.user or incomplete.user],
            None if one.consumer_type is None else found.types[one.consumer_type],
        )
        for one in holding
    }
    emptied = [one.consumer for one in claims if not one.allocations]
    given_back = allocations.providers_of(connection, emptied)
    claimed = {uuid for one in holding for uuid in one.allocations}
    return Prepared(found.consumers, owners, frozenset(claimed | given_back))


def check(
    connection: Connection, claims: Sequence[Claim], known: Mapping[str, StoredConsumer]
) -> None:
    """Refuse claims whose client does not know its consumer as it is now.

    A consumer that holds nothing is as good as none, and no client can see its generation. We leave none behind, but
    upstream does, when it serves the same database now or did so before.
    """
    for one in claims:
        consumer = known.get(one.consumer.lower())
        expected = None if consumer is None else consumer.generation
        if one.guarded and one.generation != expected:
            if one.generation is None and not allocations.providers_of(connection, [one.consumer]):
                continue
            raise errors.ConsumerChanged(
                expected="null" if expected is None else expected, got=one.generation
            )


def check_providers(claims: Sequence[Claim], places: Container[str]) -> None:
    """Refuse claims on providers that are not among `places`, which are lower-case uuids."""
    for one in claims:
        for uuid in one.allocations:
            if uuid.lower() not in places:
                raise errors.UnknownProviderInAllocations(uuid=uuid)


def write(connection: Connection, claims: Sequence[Claim], prepared: Prepared) -> None:
    """Replace what the consumers hold, when it fits, and count the generations up.

    The providers are locked by counting them up, and in as few statements as may be before the commit: others wait for them.
    """
    known, owners = prepared.known, prepared.owners
    new = [uuid for uuid in owners if uuid.lower() not in known]
    consumers.add(connection, [(uuid, *owners[uuid]) for uuid in new], generation=1)
    providers.advance(connection, prepared.touched)
    rows = _fit(connection, claims, known)
    if known:
        _write_known(connection, known, owners)
        allocations.remove(connection, [consumer.uuid for consumer in known.values()])
    allocations.add(connection, rows)


class Part(NamedTuple):
    """The amount of one class of one provider that one consumer claims. `provider` is a lower-case uuid."""

    consumer: str
    provider: str
    resource_class: str
    amount: int


def parts(claims: Sequence[Claim]) -> list[Part]:
    """All that is claimed, in the order of the claims."""
    return [
        Part(one.consumer, uuid.lower(), name, amount)
        for one in claims
        for uuid, resources in one.allocations.items()
        for name, amount in resources.items()
    ]


def refusals(
    wanted: Sequence[Part], places: Mapping[str, allocations.AvailableProvider]
) -> list[Refusal | None]:
    """For each part why there is no room for it, or None. A part takes its amount before those that follow it.

    What the consumers hold now is given back first. A provider that holds too much already may be drained: what does not
    increase its use passes.
    """
    totals: dict[tuple[str, str], int] = {}
    found: list[Refusal | None] = []
    for _, uuid, name, amount in wanted:
        available = places[uuid].room.get(name)
        if available is None:
            found.append(capacity.refusal(None, 0, amount, what=name))
            continue
        _, inventory, used, given_back = available
        before = used - (given_back or 0) + totals.get((uuid, name), 0)
        totals[uuid, name] = totals.get((uuid, name), 0) + amount
        refusal = capacity.refusal(capacity.stock(inventory), before, amount, what=name)
        drained = given_back is not None and before + amount <= used
        if refusal and refusal.reason is Reason.NOT_ENOUGH_LEFT and drained:
            refusal = None
        found.append(refusal)
    return found


def _fit(
    connection: Connection, claims: Sequence[Claim], known: Mapping[str, StoredConsumer]
) -> list[tuple[str, int, int, int]]:
    """The rows of allocations that the claims come to, once it is sure that there is room for all of them."""
    wanted = parts(claims)
    if not wanted:
        return []
    places = allocations.room(
        connection,
        {uuid for one in claims for uuid in one.allocations},
        {part.resource_class for part in wanted},
        [consumer.uuid for consumer in known.values()],
    )
    check_providers(claims, places)
    with errors.doing("Unable to allocate inventory"):
        if any(part.resource_class not in places[part.provider].room for part in wanted):
            _check_classes(connection, wanted, places)
        rows = []
        for part, refusal in zip(wanted, refusals(wanted, places), strict=True):
            place = places[part.provider]
            if refusal is not None:
                error = _REFUSED.get(refusal.reason, errors.ConstraintsViolated)
                raise error(resource_class=part.resource_class, provider=place.uuid)
            known_as = known.get(part.consumer.lower())
            class_id = place.room[part.resource_class].class_id
            consumer = known_as.uuid if known_as else part.consumer
            rows.append((consumer, place.id, class_id, part.amount))
    return rows


_REFUSED = {
    Reason.NO_INVENTORY: errors.CannotAllocate,
    Reason.NOT_ENOUGH_LEFT: errors.CapacityExceeded,
}
"""The error that a claim raises for each reason. A refusal because of units raises `ConstraintsViolated`."""


def _check_classes(
    connection: Connection,
    wanted: Sequence[Part],
    places: Mapping[str, allocations.AvailableProvider],
) -> None:
    """Refuse classes that do not exist, and providers that have none of those that do."""
    class_ids = names.class_ids(connection, {part.resource_class for part in wanted})
    for consumer, _, name, _ in wanted:
        if name not in class_ids:
            with errors.doing(f"Unable to allocate inventory for consumer {consumer}"):
                raise errors.UnknownResourceClass(name=name)
    bare = sorted({place.uuid for place in places.values() if not place.room})
    if bare:
        asked = sorted(class_ids, key=class_ids.__getitem__)
        raise errors.CannotAllocate(
            resource_class=errors.listed(asked), provider=errors.listed(bare)
        )


def _write_known(
    connection: Connection, known: Mapping[str, StoredConsumer], owners: Mapping[str, Owner]
) -> None:
    """Count up the consumers that go on holding something, and delete the others.

    It fails when one is not as it was looked up any more, and then what it holds may not be what was looked up either.
    """
    kept = {uuid.lower(): owner for uuid, owner in owners.items()}
    consumers.change(
        connection,
        [
            (
                consumer,
                kept[uuid].project_id,
                kept[uuid].user_id,
                consumer.type_id if kept[uuid].type_id is None else kept[uuid].type_id,
            )
            for uuid, consumer in known.items()
            if uuid in kept
        ],
    )
    consumers.remove_as_known(
        connection, [consumer for uuid, consumer in known.items() if uuid not in kept]
    )
