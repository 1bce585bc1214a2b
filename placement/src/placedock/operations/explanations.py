# SPDX-License-Identifier: Apache-2.0
"""Explains why there are so many candidates for a request, or none. The whole cloud is read for it, and nothing changed."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from placedock import errors
from placedock.candidates import explaining
from placedock.candidates.explaining import EXAMPLES, MANY, MOST_SHOWN, TREES, Explanation
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import NEVER, Deadline
from placedock.operations import candidates, sentences
from placedock.store import providers
from placedock.store.providers import Called

MOST_HOSTS = 20
"""So many hosts are looked at, clause by clause, at most."""


class NoSuchHost(errors.Invalid):
    sentence = "There is no resource provider with the uuid or name '{host}'."


class TooManyHosts(errors.Invalid):
    sentence = "At most {most} hosts can be explained at once, and these are {given}."


class Explained(NamedTuple):
    """The explanation, one to three sentences that say it, and the names of the providers in it, by uuid.

    `hosts` are the providers that were asked about, in the order of `explanation.hosts`.
    """

    explanation: Explanation
    summary: str
    names: sentences.Names
    hosts: Sequence[Called]


def of_request(
    connection: Connection,
    request: CandidatesRequest,
    hosts: Sequence[str] = (),
    deadline: Deadline = NEVER,
) -> Explained:
    """Explain the request, and what becomes of it on each host, which is named by uuid or name.

    Raises what a search for its candidates would raise, `NoSuchHost` and `TooManyHosts`.
    """
    asked_about = _called(connection, hosts)
    cloud = candidates.whole(connection, request, deadline)
    there = [host for host in asked_about if host.root_id in cloud.trees]
    found = explaining.explain(cloud, request, [host.root_id for host in there], deadline)
    names = _names(connection, sentences.examples(found))
    return Explained(found, sentences.summary(found, names), names, there)


def in_lines(
    connection: Connection, request: CandidatesRequest, deadline: Deadline = NEVER
) -> list[str]:
    """Why the request has no candidates, as a log has it: the summary, and a line for each stage."""
    cloud = candidates.whole(connection, request, deadline)
    stages = explaining.stages_of(cloud, request, deadline)
    best = {stage.best[0].uuid for stage in stages if stage.best is not None}
    told = sentences.narrowed(len(cloud.trees), stages, _names(connection, best))
    return [" ".join(["No candidates.", *told]), *map(sentences.of_stage, stages)]


def _called(connection: Connection, hosts: Sequence[str]) -> list[Called]:
    if len(hosts) > MOST_HOSTS:
        raise TooManyHosts(most=MOST_HOSTS, given=len(hosts))
    exact: dict[str, Called] = {}
    known: dict[str, Called] = {}
    for one in providers.called(connection, hosts):
        exact[one.name] = one
        known[one.name.lower()] = known[one.uuid.lower()] = one
    found = {}
    for host in hosts:
        # Where the database tells `cn1` from `CN1`, there may be both.
        called = exact.get(host) or known.get(host.lower())
        if called is None:
            raise NoSuchHost(host=host)
        found[called.uuid] = called
    return list(found.values())


def _names(connection: Connection, uuids: set[str]) -> sentences.Names:
    """The names by uuid; a provider that was deleted meanwhile is called by its uuid."""
    named = {one.uuid: one.name for one in providers.called(connection, uuids)}
    return dict(zip(uuids, uuids, strict=True)) | named


__all__ = [
    "EXAMPLES",
    "MANY",
    "MOST_SHOWN",
    "TREES",
    "Explained",
    "NoSuchHost",
    "TooManyHosts",
    "in_lines",
    "of_request",
]
