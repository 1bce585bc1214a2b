# SPDX-License-Identifier: Apache-2.0
"""Sets a scene: makes its data through the API and exports the names by which a file calls it.

Generations are part of what the files look at, so the number of requests matters: every inventory
is a request of its own, setting traits is one more, and setting aggregates must not count.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpx

from .drawing import Provider, providers
from .scenes import FRESH_UUIDS, NAMES, Claim, Scene

# The newest version in which consumers have no type.
VERSION = "placement 1.37"
# The newest version in which setting aggregates leaves the provider's generation alone.
AGGREGATES_VERSION = "placement 1.18"


@contextmanager
def exported(scene: Scene) -> Iterator[None]:
    """The environment that a file interpolates, for as long as the file runs."""
    before = dict(os.environ)
    fresh = {name: str(uuid.uuid4()) for name in FRESH_UUIDS}
    os.environ.update(fresh | NAMES | dict(scene.names))
    for provider in providers(scene.drawing):
        os.environ.setdefault(_variable(scene, provider.name), str(uuid.uuid4()))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def make(scene: Scene, url: str) -> None:
    """Make the scene's data through the API at `url`."""
    headers = {"X-Auth-Token": "admin", "OpenStack-API-Version": VERSION}
    with httpx.Client(base_url=url, headers=headers, verify=False) as client:
        made_traits: set[str] = set()
        made_classes: set[str] = set()
        for provider in providers(scene.drawing):
            for name in _custom(provider.traits) - made_traits:
                _done(client.put(f"/traits/{name}"))
                made_traits.add(name)
            for name in _custom(i["resource_class"] for i in provider.inventories) - made_classes:
                _done(client.put(f"/resource_classes/{name}"))
                made_classes.add(name)
            _make_provider(client, scene, provider)
        for claim in scene.claims:
            _make_claim(client, scene, claim)


def _make_provider(client: httpx.Client, scene: Scene, provider: Provider) -> None:
    body = {"name": provider.name, "uuid": os.environ[_variable(scene, provider.name)]}
    if provider.parent:
        body["parent_provider_uuid"] = os.environ[_variable(scene, provider.parent)]
    _done(client.post("/resource_providers", json=body))
    path = f"/resource_providers/{body['uuid']}"
    if provider.aggregates:
        uuids = [os.environ[name] for name in provider.aggregates]
        version = {"OpenStack-API-Version": AGGREGATES_VERSION}
        _done(client.put(f"{path}/aggregates", json=uuids, headers=version))
    for inventory in provider.inventories:
        _done(client.post(f"{path}/inventories", json=inventory))
    if provider.traits:
        traits = {
            "traits": provider.traits,
            "resource_provider_generation": len(provider.inventories),
        }
        _done(client.put(f"{path}/traits", json=traits))


def _make_claim(client: httpx.Client, scene: Scene, claim: Claim) -> None:
    consumer = os.environ[claim.consumer] if claim.consumer else str(uuid.uuid4())
    provider = os.environ[_variable(scene, claim.provider)]
    body = {
        "allocations": {provider: {"resources": dict(claim.resources)}},
        "consumer_generation": None,
        "project_id": os.environ["PROJECT_ID"],
        "user_id": os.environ[claim.user],
    }
    _done(client.put(f"/allocations/{consumer}", json=body))


def _variable(scene: Scene, provider: str) -> str:
    return scene.exported_as.format(name=provider, upper=provider.upper())


def _custom(names: Iterable[str]) -> set[str]:
    return {name for name in names if name.startswith("CUSTOM_")}


def _done(response: httpx.Response) -> None:
    if not response.is_success:
        request = response.request
        raise RuntimeError(
            f"setting the scene: {request.method} {request.url} {request.content.decode()}\n"
            f"answered {response.status_code}: {response.text}"
        )
