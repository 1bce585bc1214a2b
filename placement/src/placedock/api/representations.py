# SPDX-License-Identifier: Apache-2.0
"""The bodies of responses: plain dicts for JSON, in the shapes of the API reference at the request's version.

Nowhere else does the content of a response depend on a microversion.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from placedock.api.microversion import MAXIMUM, MINIMUM, Feature, Version
from placedock.model.candidates import Candidate, Candidates, Summary
from placedock.model.claim import Allocation, Holder
from placedock.model.inventory import Inventory
from placedock.model.provider import ListedProvider, Provider
from placedock.model.usage import Usage

_LINKS = [
    ("inventories", None),
    ("usages", None),
    ("aggregates", Feature.AGGREGATES),
    ("traits", Feature.TRAITS),
    ("allocations", Feature.ALLOCATIONS_LINK),
]


def root() -> dict[str, Any]:
    """The version document; its link is relative, so that it holds behind any proxy."""
    return {
        "versions": [
            {
                "id": f"v{MINIMUM}",
                "max_version": str(MAXIMUM),
                "min_version": str(MINIMUM),
                "status": "CURRENT",
                "links": [{"rel": "self", "href": ""}],
            }
        ]
    }


def links(version: Version) -> list[str]:
    """The links of a provider at `version`."""
    return [rel for rel, feature in _LINKS if feature is None or feature in version]


def provider(one: Provider, version: Version, prefix: str) -> dict[str, Any]:
    shown: dict[str, Any] = providers([one], version, prefix)["resource_providers"][0]
    return shown


def providers(
    found: Iterable[Provider | ListedProvider], version: Version, prefix: str
) -> dict[str, Any]:
    """`prefix` is the path under which the service is mounted.

    The links of each provider are JSON that has been written already: a list may show thousands of providers, and their links
    differ in the uuid only.
    """
    around_uuid = _around_uuid(version, prefix)
    trees = Feature.TREES in version
    listed = []
    for one in found:
        shown: dict[str, Any] = {
            "uuid": one.uuid,
            "name": one.name,
            "generation": one.generation,
            "links": orjson.Fragment(one.uuid.join(around_uuid)),
        }
        if trees:
            shown["parent_provider_uuid"] = one.parent_uuid
            shown["root_provider_uuid"] = one.root_uuid
        listed.append(shown)
    return {"resource_providers": listed}


def _around_uuid(version: Version, prefix: str) -> list[str]:
    """The JSON of a provider's links, cut where its uuid belongs."""
    start = orjson.dumps(f"{prefix}/resource_providers/").decode().removesuffix('"')
    below = [("self", ""), *((rel, f"/{rel}") for rel in links(version))]
    heads = [f'{{"rel":"{rel}","href":{start}' for rel, _ in below]
    tails = [f'{path}"}}' for _, path in below]
    inner = [f"{tail},{head}" for tail, head in zip(tails, heads[1:], strict=False)]
    return ["[" + heads[0], *inner, tails[-1] + "]"]


def inventory(one: Inventory) -> dict[str, Any]:
    return {
        "total": one.total,
        "reserved": one.reserved,
        "min_unit": one.min_unit,
        "max_unit": one.max_unit,
        "step_size": one.step_size,
        "allocation_ratio": one.allocation_ratio,
    }


def one_inventory(one: Inventory, generation: int) -> dict[str, Any]:
    return inventory(one) | {"resource_provider_generation": generation}


def inventories(found: Iterable[Inventory], generation: int) -> dict[str, Any]:
    return {
        "resource_provider_generation": generation,
        "inventories": {one.resource_class: inventory(one) for one in found},
    }


def aggregates(uuids: Sequence[str], generation: int, version: Version) -> dict[str, Any]:
    shown: dict[str, Any] = {"aggregates": uuids}
    if Feature.AGGREGATES_GENERATION in version:
        shown["resource_provider_generation"] = generation
    return shown


def traits(names: Iterable[str]) -> dict[str, Any]:
    return {"traits": list(names)}


def provider_traits(names: Iterable[str], generation: int) -> dict[str, Any]:
    return traits(names) | {"resource_provider_generation": generation}


def resource_class(name: str, prefix: str) -> dict[str, Any]:
    return {"name": name, "links": [{"rel": "self", "href": f"{prefix}/resource_classes/{name}"}]}


def resource_classes(names: Iterable[str], prefix: str) -> dict[str, Any]:
    return {"resource_classes": [resource_class(name, prefix) for name in names]}


def provider_usages(used: Mapping[str, int], generation: int) -> dict[str, Any]:
    return {"resource_provider_generation": generation, "usages": used}


def usages(used: Mapping[str, int]) -> dict[str, Any]:
    return {"usages": used}


def usages_by_type(found: Iterable[Usage]) -> dict[str, Any]:
    by_type: dict[str, dict[str, int]] = {}
    for one in found:
        of_type = by_type.setdefault(one.consumer_type, {"consumer_count": one.consumer_count})
        of_type[one.resource_class] = one.used
    return {"usages": by_type}


def consumer_allocations(
    holder: Holder, held: Iterable[Allocation], version: Version
) -> dict[str, Any]:
    by_provider: dict[str, dict[str, Any]] = {}
    for one in held:
        of_provider = by_provider.setdefault(
            one.provider, {"generation": one.provider_generation, "resources": {}}
        )
        of_provider["resources"][one.resource_class] = one.used
    shown: dict[str, Any] = {"allocations": by_provider}
    if Feature.ALLOCATIONS_BY_PROVIDER in version:
        shown |= {"project_id": holder.project, "user_id": holder.user}
    if Feature.CONSUMER_GENERATION in version:
        shown["consumer_generation"] = holder.generation
    if Feature.CONSUMER_TYPES in version:
        shown["consumer_type"] = holder.consumer_type
    return shown


def no_allocations() -> dict[str, Any]:
    return {"allocations": {}}


def provider_allocations(
    held: Iterable[Allocation], generation: int, version: Version
) -> dict[str, Any]:
    generations = Feature.CONSUMER_GENERATION in version
    by_consumer: dict[str, dict[str, Any]] = {}
    for one in held:
        of_consumer = by_consumer.setdefault(one.consumer, {"resources": {}})
        of_consumer["resources"][one.resource_class] = one.used
        if generations:
            of_consumer["consumer_generation"] = one.consumer_generation
    return {"allocations": by_consumer, "resource_provider_generation": generation}


def candidates(found: Candidates, requested: Collection[str], version: Version) -> dict[str, Any]:
    """`requested` are the classes that some group asks for: all that summaries show before 1.27."""
    requests: Sequence[Any] = found.candidates
    if Feature.ALLOCATIONS_BY_PROVIDER not in version:
        requests = [_allocations_in_list(one) for one in requests]
    elif Feature.MAPPINGS not in version:
        requests = [{"allocations": one["allocations"]} for one in requests]
    summaries: Mapping[str, Any] = found.summaries
    if Feature.NESTED_CANDIDATES not in version:
        summaries = {
            uuid: _flat_summary(one, requested, version) for uuid, one in summaries.items()
        }
    return {"allocation_requests": requests, "provider_summaries": summaries}


def _allocations_in_list(one: Candidate) -> dict[str, Any]:
    return {
        "allocations": [
            {"resource_provider": {"uuid": uuid}, "resources": taken["resources"]}
            for uuid, taken in one["allocations"].items()
        ]
    }


def _flat_summary(one: Summary, requested: Collection[str], version: Version) -> dict[str, Any]:
    resources: Mapping[str, Any] = one["resources"]
    if Feature.ALL_CLASSES_IN_SUMMARIES not in version:
        resources = {name: room for name, room in resources.items() if name in requested}
    shown: dict[str, Any] = {"resources": resources}
    if Feature.CANDIDATES_BY_TRAIT in version:
        shown["traits"] = one["traits"]
    return shown
