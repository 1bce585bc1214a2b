# SPDX-License-Identifier: Apache-2.0
"""/allocations, /allocations/{consumer_uuid} and /resource_providers/{uuid}/allocations"""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from oslo_utils import uuidutils
from placedock import errors
from placedock.api import representations
from placedock.api.controller import Controller
from placedock.api.controllers.of_provider import OfProvider
from placedock.api.marks import refuses, shows, takes_json
from placedock.api.microversion import Feature, Version
from placedock.api.requests import Request, Response
from placedock.api.schemas import allocations as schemas
from placedock.model.claim import Allocation, Claim
from placedock.operations import allocations as operations


def read_claim(consumer: str, body: Mapping[str, Any], version: Version) -> Claim:
    """A claim from a body that is valid at `version`."""
    wanted = body["allocations"]
    if isinstance(wanted, list):
        wanted = {one["resource_provider"]["uuid"]: one for one in wanted}
    return Claim(
        consumer=consumer,
        allocations={
            provider: {name: int(amount) for name, amount in one["resources"].items()}
            for provider, one in wanted.items()
        },
        project=body.get("project_id"),
        user=body.get("user_id"),
        guarded=Feature.CONSUMER_GENERATION in version,
        generation=body.get("consumer_generation"),
        consumer_type=body.get("consumer_type"),
    )


def incomplete(request: Request) -> operations.Incomplete:
    settings = request.settings.placement
    return operations.Incomplete(
        settings.incomplete_consumer_project_id, settings.incomplete_consumer_user_id
    )


def _latest(held: Iterable[Allocation]) -> datetime.datetime | None:
    return max((one.modified for one in held if one.modified), default=None)


class AllocationsController(Controller):
    @takes_json(schemas.POST)
    @refuses(errors.Conflict)
    def post(self, request: Request, response: Response) -> None:
        body = request.read_body()
        claims = [read_claim(one, wanted, request.version) for one, wanted in body.items()]
        request.db.write(operations.claim, claims, incomplete(request))
        response.no_content()


class ConsumerAllocationsController(Controller):
    def __init__(self, consumer_uuid: str) -> None:
        self.consumer = consumer_uuid

    @shows(schemas.OF_CONSUMER)
    def get(self, request: Request, response: Response) -> None:
        found = request.db.query(operations.of_consumer, self.consumer)
        if found is None:
            response.send(representations.no_allocations())
        else:
            shown = representations.consumer_allocations(*found, request.version)
            response.send(shown, _latest(found[1]))

    @takes_json(schemas.PUT)
    @refuses(errors.Conflict)
    def put(self, request: Request, response: Response) -> None:
        if not uuidutils.is_uuid_like(self.consumer):
            raise errors.Invalid(reason=f"Malformed consumer_uuid: {self.consumer}")
        body = request.read_body()
        claim = read_claim(str(uuid.UUID(self.consumer)), body, request.version)
        request.db.write(operations.claim, [claim], incomplete(request))
        response.no_content()

    @refuses(errors.NotFound)
    def delete(self, request: Request, response: Response) -> None:
        request.db.write(operations.release, self.consumer)
        response.no_content()


class ProviderAllocationsController(OfProvider):
    @shows(schemas.OF_PROVIDER)
    def get(self, request: Request, response: Response) -> None:
        generation, held = request.db.query(operations.of_provider, self.uuid)
        shown = representations.provider_allocations(held, generation, request.version)
        response.send(shown, _latest(held))
