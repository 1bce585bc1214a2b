# SPDX-License-Identifier: Apache-2.0
"""Microversions: one table, and the two questions the code asks of it.

`Feature` has a member per microversion, in the API reference's words. The rest of the code says
`Feature.MAPPINGS in version` and never compares numbers; the range at `/`, the 406 body and the documentation derive from
the table.

Source: the Placement API's version history, 1.0 to 1.39.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import microversion_parse
from placedock import errors
from placedock.web.errors import NotAcceptable

SERVICE_TYPE = "placement"
HEADER = microversion_parse.STANDARD_HEADER


class Feature(Enum):
    """A feature that a minor version brought: its number, and a sentence for people."""

    def __init__(self, minor: int, sentence: str) -> None:
        self.minor = minor
        self.sentence = sentence

    AGGREGATES = 1, "Providers' aggregates can be read and set"
    RESOURCE_CLASSES = 2, "Custom resource classes"
    PROVIDERS_BY_AGGREGATE = 3, "`member_of` filters providers"
    PROVIDERS_BY_RESOURCES = 4, "`resources` filters providers"
    DELETE_ALL_INVENTORIES = 5, "DELETE of all inventories of a provider"
    TRAITS = 6, "Traits, and providers' traits"
    ENSURE_RESOURCE_CLASS = 7, "PUT of a resource class makes or confirms it, without a body"
    PROJECT_AND_USER = 8, "Allocations name a project and a user"
    USAGES = 9, "Usages of a project"
    CANDIDATES = 10, "Allocation candidates"
    ALLOCATIONS_LINK = 11, "Providers link to their allocations"
    ALLOCATIONS_BY_PROVIDER = 12, "Allocations are written as they are read, keyed by provider"
    POST_ALLOCATIONS = 13, "Allocations of several consumers at once"
    TREES = 14, "Providers have parents and roots; `in_tree` filters them"
    LAST_MODIFIED = 15, "`Last-Modified` and `Cache-Control` headers"
    LIMIT = 16, "`limit` bounds the candidates"
    CANDIDATES_BY_TRAIT = 17, "`required` filters candidates; summaries show traits"
    PROVIDERS_BY_TRAIT = 18, "`required` filters providers"
    AGGREGATES_GENERATION = 19, "Aggregates are guarded by the provider's generation"
    PROVIDER_RETURNED = 20, "POST of a provider answers 200 with the provider"
    CANDIDATES_BY_AGGREGATE = 21, "`member_of` filters candidates"
    FORBIDDEN_TRAITS = 22, "`required=!TRAIT` forbids a trait"
    ERROR_CODES = 23, "Errors carry a code"
    REPEATED_MEMBER_OF = 24, "`member_of` may be repeated"
    GRANULAR_GROUPS = 25, "Numbered request groups and `group_policy`"
    RESERVED_MAY_BE_TOTAL = 26, "Inventory may reserve all it has"
    ALL_CLASSES_IN_SUMMARIES = 27, "Summaries show every class of a provider"
    CONSUMER_GENERATION = 28, "Consumers have generations"
    NESTED_CANDIDATES = 29, "Candidates span the providers of a tree"
    RESHAPER = 30, "Inventories and allocations move together, at once"
    CANDIDATES_IN_TREE = 31, "`in_tree` filters candidates"
    FORBIDDEN_AGGREGATES = 32, "`member_of=!AGGREGATE` forbids an aggregate"
    NAMED_GROUPS = 33, "Request groups have names instead of numbers"
    MAPPINGS = 34, "Candidates say which provider serves which group"
    ROOT_REQUIRED = 35, "`root_required` filters by the root's traits"
    SAME_SUBTREE = 36, "`same_subtree`, and groups without resources"
    REPARENTING = 37, "Providers can change or leave their parent"
    CONSUMER_TYPES = 38, "Consumers have types; usages are grouped by them"
    ANY_TRAITS = 39, "`required=in:A,B` asks for any of several traits"


@dataclass(frozen=True, order=True)
class Version:
    """The microversion that a request is served at; `feature in version` asks whether it has it."""

    major: int
    minor: int

    def __contains__(self, feature: object) -> bool:
        return isinstance(feature, Feature) and feature.minor <= self.minor

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


MINIMUM = Version(1, 0)
MAXIMUM = Version(1, max(feature.minor for feature in Feature))
NAMES = [str(Version(1, minor)) for minor in range(MAXIMUM.minor + 1)]


class UnacceptableVersion(NotAcceptable):
    """The request asks for a microversion that is not served."""

    sentence = "Invalid microversion: {reason}"


class MalformedVersion(errors.Invalid):
    """The request's version header cannot be read."""

    sentence = "Invalid microversion: {reason}"


@lru_cache(maxsize=256)
def requested(header: str | None) -> Version:
    """The version that a header `placement 1.36` (or `placement latest`, or none) asks for."""
    try:
        found = microversion_parse.extract_version(
            {HEADER: header} if header else {}, SERVICE_TYPE, NAMES
        )
    except ValueError as error:
        raise UnacceptableVersion(reason=error) from None
    except TypeError as error:
        raise MalformedVersion(reason=error) from None
    return Version(found.major, found.minor)
