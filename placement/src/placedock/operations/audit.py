# SPDX-License-Identifier: Apache-2.0
"""The audit: what a healthy cloud does not have, each with the command that would mend it. It changes nothing.

What the commands do is up to the person who reads them: some findings have a good reason, and a move that goes on looks like
one that never ended. Commands for `openstack` need osc-placement; where the API has no way to mend something, the command
is SQL, which asks again whether it is still right.
"""

import shlex
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from placedock.model import capacity
from placedock.model.audit import KINDS, Audit, Finding, LargeHolder
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import SHARES
from placedock.model.inventory import Inventory
from placedock.store import audit as store
from placedock.store import unused

HOLDERS = 5
"""The number of the largest holders of a class that a finding names."""


def audit(
    connection: Connection, live: Collection[str] | None = None, deadline: Deadline = NEVER
) -> Audit:
    """Everything that is found. `live` are the uuids of the consumers that exist, None when nobody said which these are.

    Raises `RequestTookTooLong` after the deadline.
    """
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
        deadline.check()
        for finding in look(connection):
            deadline.check()
            findings.append(finding)
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
    for consumer in unused.consumer_uuids(connection):
        yield Finding(
            "consumer-without-allocations",
            consumer,
            f"{consumer} holds nothing",
            f"DELETE FROM consumers WHERE uuid = {_quoted(consumer)} AND NOT EXISTS "
            f"(SELECT 1 FROM allocations WHERE consumer_id = {_quoted(consumer)});",
            "sql",
        )


def _amounts(connection: Connection) -> Iterator[Finding]:
    over: list[tuple[store.Stocked, int]] = []
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
        # A claim is granted up to this limit.
        limit = max(0, capacity.stock(inventory).limit)
        if one.used > limit:
            over.append((one, limit))
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

    yield from _over_capacity(connection, over)


def _over_capacity(
    connection: Connection, over: Sequence[tuple[store.Stocked, int]]
) -> Iterator[Finding]:
    """Each inventory with its limit, of which more is held, and the newest allocations without which it would fit."""
    newest: dict[tuple[str, str], list[store.Held]] = {}
    for held in store.held_of(connection, {one.provider for one, _ in over}):
        newest.setdefault((held.provider, held.resource_class), []).append(held)
    for one, limit in over:
        beyond: list[store.Held] = []
        for held in newest.get((one.provider, one.resource_class), ()):
            if one.used - sum(each.used for each in beyond) <= limit:
                break
            beyond.append(held)
        named = ", ".join(f"{held.consumer} ({held.used:,})" for held in beyond[:HOLDERS])
        more = f" and {len(beyond) - HOLDERS:,} more" if len(beyond) > HOLDERS else ""
        unset = "resource provider allocation unset"
        words = ("--provider", one.provider, "--resource-class", one.resource_class)
        mend = _openstack(unset, *words, *(held.consumer for held in beyond[:1]))
        if len(beyond) > 1:
            listed = shlex.join(held.consumer for held in beyond)
            mend = f'for each in {listed}; do {_openstack(unset, *words)} "$each"; done'
        yield Finding(
            "over-capacity",
            one.provider,
            f"{one.name} has a capacity of {limit:,} {one.resource_class} "
            f"({one.total:,} total, {one.reserved:,} reserved, ratio {one.allocation_ratio:g}), and "
            f"{one.used:,} are held: {one.used - limit:,} too many; it would fit without the newest: {named}{more}",
            f"{mend}  # once they are moved away, or gone",
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
    for name in unused.trait_names(connection):
        yield Finding(
            "unused-trait", name, f"no provider has {name}", _openstack("trait delete", name)
        )
    for name in unused.class_names(connection):
        mend = _openstack("resource class delete", name)
        yield Finding("unused-resource-class", name, f"nobody uses {name}", mend)
    for uuid in unused.aggregate_uuids(connection):
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
        ("project", unused.project_ids(connection)),
        ("user", unused.user_ids(connection)),
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
