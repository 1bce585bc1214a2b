# SPDX-License-Identifier: Apache-2.0
"""Allocation candidates: what is asked, and what is answered.

The API fills the request and renders the answer. Names that need not exist (traits, resource classes, aggregates, the
provider of `in_tree`) are taken as the client sent them; the operation says what is unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict


@dataclass(frozen=True)
class Group:
    """Resources that belong together, and what the providers that serve them must be like.

    The group with the empty suffix may be served by several providers of one tree, and by providers that share with it;
    a group with any other suffix by exactly one provider. `required` and `member_of` are ANDs of ORs: of every set, at
    least one. Only a suffixed group may have no resources.
    """

    suffix: str = ""
    resources: Mapping[str, int] = field(default_factory=dict)
    required: tuple[frozenset[str], ...] = ()
    forbidden: frozenset[str] = frozenset()
    member_of: tuple[frozenset[str], ...] = ()
    forbidden_aggregates: frozenset[str] = frozenset()
    in_tree: str | None = None

    @property
    def suffixed(self) -> bool:
        return bool(self.suffix)


@dataclass(frozen=True)
class CandidatesRequest:
    """The request of `GET /allocation_candidates`.

    `isolate`: no two suffixed groups on one provider. `same_subtree`: of the providers that serve each set of suffixes,
    one must be the ancestor of all the others. `root_required` and `root_forbidden` speak of the traits of the root that
    a candidate hangs on. `limit` is the most candidates wanted, None for all. Clients that know nothing of trees
    (`nested` False) get no candidate that takes from two providers of one tree.
    """

    groups: tuple[Group, ...]
    isolate: bool = False
    same_subtree: tuple[frozenset[str], ...] = ()
    root_required: frozenset[str] = frozenset()
    root_forbidden: frozenset[str] = frozenset()
    limit: int | None = None
    nested: bool = True


class Taken(TypedDict):
    """Amounts taken from one provider, by class."""

    resources: Mapping[str, int]


class Candidate(TypedDict):
    """One way to meet the request: what is taken, by provider uuid, and by group suffix the uuids of who serves it."""

    allocations: Mapping[str, Taken]
    mappings: Mapping[str, Sequence[str]]


class ResourceSummary(TypedDict):
    """The capacity of one class, and the amount that is used."""

    capacity: int
    used: int


class Summary(TypedDict):
    """The resources and traits of one provider, which serves the request or stands in the tree of one that does."""

    resources: Mapping[str, ResourceSummary]
    traits: Sequence[str]
    parent_provider_uuid: str | None
    root_provider_uuid: str


class Candidates(NamedTuple):
    """The answer: candidates in no order, and the summaries of all providers in the trees they use, by uuid.

    Its parts are plain dictionaries in the shape of the newest API's JSON, so that thousands of them are serialised as
    they are. Candidates that take the same from a provider share the inner ones: not to be changed, therefore.
    Capacities can be too large for 64 bits.
    """

    candidates: Sequence[Candidate]
    summaries: Mapping[str, Summary]
