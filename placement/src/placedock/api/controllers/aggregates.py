# SPDX-License-Identifier: Apache-2.0
"""/resource_providers/{uuid}/aggregates"""

from placedock.api import representations
from placedock.api.controllers.of_provider import OfProvider
from placedock.api.marks import shows, takes_json
from placedock.api.microversion import Feature
from placedock.api.requests import Request, Response
from placedock.api.schemas import aggregates as schemas
from placedock.operations import aggregates as operations


class ProviderAggregatesController(OfProvider):
    @shows(schemas.AGGREGATES)
    def get(self, request: Request, response: Response) -> None:
        generation, uuids = request.db.query(operations.of_provider, self.uuid)
        response.send(representations.aggregates(uuids, generation, request.version))

    @takes_json(schemas.PUT)
    @shows(schemas.AGGREGATES)
    def put(self, request: Request, response: Response) -> None:
        body = self.read_body(request)
        if Feature.AGGREGATES_GENERATION in request.version:
            wanted, generation = body["aggregates"], body["resource_provider_generation"]
        else:
            wanted, generation = body, None
        generation = request.db.write(operations.replace, self.uuid, wanted, generation)
        response.send(representations.aggregates(wanted, generation, request.version))
