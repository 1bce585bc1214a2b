# SPDX-License-Identifier: Apache-2.0
"""Explains what would become of a claim. It is judged by the code that judges a real one, and nothing is changed or locked."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from placedock import errors
from placedock.model.claim import Claim
from placedock.model.refusal import Refusal
from placedock.operations import allocations, sentences
from placedock.operations.allocations import Part
from placedock.store import allocations as stored
from placedock.store import consumers, names, providers

UNKNOWN_PROVIDER = "UNKNOWN_PROVIDER"
UNKNOWN_CLASS = "UNKNOWN_CLASS"


class JudgedPart(NamedTuple):
    """A part of the claim; `reason` is None when it would be accepted.

    `reason` is the name of a `Reason`, `UNKNOWN_PROVIDER` or `UNKNOWN_CLASS`. `refusal` has the figures, where there are some.
    """

    part: Part
    name: str
    reason: str | None
    text: str
    refusal: Refusal | None


class JudgedClaim(NamedTuple):
    """`conflict` says why the consumer's generation would be refused, None when it would not."""

    conflict: str | None
    parts: Sequence[JudgedPart]

    @property
    def refused(self) -> bool:
        return self.conflict is not None or any(one.reason for one in self.parts)


def of_claim(connection: Connection, claim: Claim) -> JudgedClaim:
    """Judge all parts of the claim, also those after the first that would be refused."""
    known = consumers.named(connection, [claim.consumer], (), (), ()).consumers
    conflict = None
    try:
        allocations.check(connection, [claim], known)
    except errors.ConsumerChanged as error:
        conflict = str(error)
    return JudgedClaim(conflict, _judged(connection, claim, [one.uuid for one in known.values()]))


def _judged(connection: Connection, claim: Claim, holders: Sequence[str]) -> list[JudgedPart]:
    wanted = allocations.parts([claim])
    if not wanted:
        return []
    classes = {part.resource_class for part in wanted}
    places = stored.room(connection, claim.allocations, classes, holders)
    known = names.class_ids(connection, classes)
    called = {one.uuid.lower(): one.name for one in providers.called(connection, claim.allocations)}

    def is_sound(part: Part) -> bool:
        return part.provider in places and part.resource_class in known

    refusals = iter(allocations.refusals(list(filter(is_sound, wanted)), places))
    return [
        _part(part, called, known, next(refusals) if is_sound(part) else None) for part in wanted
    ]


def _part(
    part: Part, called: Mapping[str, str], known: Mapping[str, int], refusal: Refusal | None
) -> JudgedPart:
    name = called.get(part.provider, part.provider)
    if part.provider not in called:
        text = f"There is no resource provider {part.provider}."
        return JudgedPart(part, name, UNKNOWN_PROVIDER, text, None)
    if part.resource_class not in known:
        text = f"There is no resource class {part.resource_class}."
        return JudgedPart(part, name, UNKNOWN_CLASS, text, None)
    if refusal is not None:
        text = sentences.of_refusal(name, refusal)
        return JudgedPart(part, name, refusal.reason.name, text, refusal)
    text = f"{name} has room for {part.amount:,} {part.resource_class}."
    return JudgedPart(part, name, None, text, None)
