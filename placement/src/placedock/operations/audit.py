# SPDX-License-Identifier: Apache-2.0
"""The audit: what a healthy cloud does not have, each with the command that would mend it. It changes nothing.

What the commands do is up to the person who reads them: some findings have a good reason, and a move that goes on looks like
one that never ended. Commands for `openstack` need osc-placement; where the API has no way to mend something, the command
is SQL, which asks again whether it is still right.
"""

import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from placedock.model.forest import SHARES
from placedock.model.inventory import Inventory
from placedock.store import audit as store

HOLDERS = 5
"""How many of the largest holders of a class are named."""


class Finding(NamedTuple):
    """One thing that is odd. `mend_with` is `openstack` or `sql`, and says where the command `mend` is to be run."""

    kind: str
    subject: str
    says: str
    mend: str
    mend_with: str = "openstack"


class LargeHolder(NamedTuple):
    """A consumer that holds much of a class."""

    resource_class: str
    consumer: str
    project: str | None
    used: int


@dataclass(frozen=True)
class Audit:
    """The findings by kind, in the order of `KINDS`, and the largest holders of each class, which are no fault."""

    findings: Sequence[Finding]
    largest_holders: Sequence[LargeHolder]
    live: bool


KINDS = {
    "consumer-not-live": "Allocations of consumers that are not in the list of live ones",
    "consumer-without-allocations": "Consumers that hold nothing",
    "over-capacity": "Providers of which more is held than they have",
    "reserved-exceeds-total": "Inventories that reserve more than they have",
    "provider-without-root": "Providers without a root, or with a root that is gone",
    "name-differs-by-case": "Root providers whose names differ by case only",
    "unused-trait": "Custom traits that no provider has",
    "unused-resource-class": "Custom resource classes that nobody uses",
    "unused-aggregate": "Aggregates that no provider is in",
    "unused-project": "Projects that no consumer belongs to",
    "unused-user": "Users that no consumer belongs to",
    "sharing-without-borrowers": "Sharing providers that no tree can borrow from",
    "consumer-on-several-roots": "Consumers that hold parts of several trees, as after a move that never ended",
}
"""Every kind of finding, with a heading."""


def audit(connection: Connection, live: Collection[str] | None = None) -> Audit:
    """Everything that is found. `live` are the uuids of the consumers that exist, None when nobody said which these are."""
    findings: list[Finding] = []
    if live is not None:
        findings += _not_live(connection, frozenset(map(str.lower, live)))
    for look in (
        _idle_consumers,
        _amounts,
        _strays,
        _same_names,
        _unused,
        _lonely_sharing,
        _spread,
    ):
        findings += look(connection)
    order = list(KINDS)
    return Audit(
        sorted(findings, key=lambda finding: order.index(finding.kind)),
        [LargeHolder(*row) for row in store.largest_holders(connection, HOLDERS)],
        live is not None,
    )


def _not_live(connection: Connection, live: frozenset[str]) -> Iterator[Finding]:
    for consumer, held in groupby(store.held(connection), lambda one: one.consumer):
        if consumer.lower() in live:
            continue
        rows = list(held)
        amounts = ", ".join(
            f"{one.used:,} {one.resource_class} of {one.provider_name}" for one in rows
        )
        owner = f" of project {rows[0].project}" if rows[0].project else ""
        yield Finding(
            "consumer-not-live",
            consumer,
            f"{consumer}{owner} is not in the list and holds {amounts}",
            _openstack("resource provider allocation delete", consumer),
        )


def _idle_consumers(connection: Connection) -> Iterator[Finding]:
    for consumer in store.idle_consumers(connection):
        yield Finding(
            "consumer-without-allocations",
            consumer,
            f"{consumer} holds nothing",
            f"DELETE FROM consumers WHERE uuid = {_quoted(consumer)} AND NOT EXISTS "
            f"(SELECT 1 FROM allocations WHERE consumer_id = {_quoted(consumer)});",
            "sql",
        )


def _amounts(connection: Connection) -> Iterator[Finding]:
    for one in store.stocked(connection):
        if one.total is None:
            yield Finding(
                "over-capacity",
                one.provider,
                f"{one.name} has no inventory of {one.resource_class}, and {one.used:,} of it are held",
                _openstack(
                    "resource provider inventory set --amend",
                    "--resource",
                    f"{one.resource_class}={one.used}",
                    one.provider,
                ),
            )
            continue
        inventory = Inventory(
            one.resource_class, one.total, one.reserved, allocation_ratio=one.allocation_ratio
        )
        capacity = max(0, inventory.exact_capacity)
        if one.used > capacity:
            yield Finding(
                "over-capacity",
                one.provider,
                f"{one.name} has a capacity of {int(capacity):,} {one.resource_class} "
                f"({one.total:,} total, {one.reserved:,} reserved, ratio {one.allocation_ratio:g}), and "
                f"{one.used:,} are held: {one.used - int(capacity):,} too many",
                _openstack("resource provider show --allocations", one.provider)
                + "  # and move consumers away until it fits",
            )
        if one.reserved > one.total:
            yield Finding(
                "reserved-exceeds-total",
                one.provider,
                f"{one.name} reserves {one.reserved:,} of {one.total:,} {one.resource_class}",
                _openstack(
                    "resource provider inventory set --amend",
                    "--resource",
                    f"{one.resource_class}:reserved={one.total}",
                    one.provider,
                ),
            )


def _strays(connection: Connection) -> Iterator[Finding]:
    for one in store.strays(connection):
        missing = "no root" if one.root_id is None else f"a root that is gone (id {one.root_id})"
        root = one.id if one.parent_root_id is None else one.parent_root_id
        yield Finding(
            "provider-without-root",
            one.provider,
            f"{one.name} has {missing}",
            f"UPDATE resource_providers SET root_provider_id = {root} WHERE id = {one.id};",
            "sql",
        )


def _same_names(connection: Connection) -> Iterator[Finding]:
    by_name: dict[str, list[store.Node]] = {}
    for node in store.roots(connection):
        by_name.setdefault(node.name.casefold(), []).append(node)
    for nodes in by_name.values():
        if len(nodes) < 2:
            continue
        *poorer, kept = sorted(nodes, key=lambda node: node.allocations)
        for node in poorer:
            yield Finding(
                "name-differs-by-case",
                node.provider,
                f"{node.name} ({node.allocations:,} allocations) and {kept.name} ({kept.allocations:,} "
                "allocations) differ by case only",
                _openstack("resource provider delete", node.provider)
                + ("  # once its allocations are gone" if node.allocations else ""),
            )


def _unused(connection: Connection) -> Iterator[Finding]:
    for name in store.unused_traits(connection):
        yield Finding(
            "unused-trait", name, f"no provider has {name}", _openstack("trait delete", name)
        )
    for name in store.unused_classes(connection):
        mend = _openstack("resource class delete", name)
        yield Finding("unused-resource-class", name, f"nobody uses {name}", mend)
    for uuid in store.unused_aggregates(connection):
        where = "aggregate_id = placement_aggregates.id"
        yield Finding(
            "unused-aggregate",
            uuid,
            f"no provider is in the aggregate {uuid}",
            f"DELETE FROM placement_aggregates WHERE uuid = {_quoted(uuid)} AND NOT EXISTS "
            f"(SELECT 1 FROM resource_provider_aggregates WHERE {where});",
            "sql",
        )
    for one, names in (
        ("project", store.unused_projects(connection)),
        ("user", store.unused_users(connection)),
    ):
        for name in names:
            yield Finding(
                f"unused-{one}",
                name,
                f"no consumer belongs to the {one} {name}",
                f"DELETE FROM {one}s WHERE external_id = {_quoted(name)} AND NOT EXISTS "
                f"(SELECT 1 FROM consumers WHERE {one}_id = {one}s.id);",
                "sql",
            )


def _lonely_sharing(connection: Connection) -> Iterator[Finding]:
    for one in store.lonely_sharing_providers(connection):
        mend = _openstack("resource provider trait delete", one.provider)
        if one.other_traits:
            kept = [word for name in one.other_traits for word in ("--trait", name)]
            mend = _openstack("resource provider trait set", *kept, one.provider)
        yield Finding(
            "sharing-without-borrowers",
            one.provider,
            f"{one.name} has {SHARES}, and no provider of another tree is in an aggregate with it",
            mend,
        )


def _spread(connection: Connection) -> Iterator[Finding]:
    for consumer, shares in groupby(store.on_several_roots(connection), lambda one: one.consumer):
        *older, newest = sorted(shares, key=lambda share: share.newest)
        left = [word for one in older for uuid in one.providers for word in ("--provider", uuid)]
        names = ", ".join(one.root_name for one in (*older, newest))
        yield Finding(
            "consumer-on-several-roots",
            consumer,
            f"{consumer} holds something of {names}; the newest is on {newest.root_name}",
            _openstack("resource provider allocation unset", *left, consumer),
        )


def _openstack(command: str, *words: str) -> str:
    return f"openstack {command} {shlex.join(words)}"


def _quoted(text: str) -> str:
    """A text as a literal of SQL, on both kinds of database."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
