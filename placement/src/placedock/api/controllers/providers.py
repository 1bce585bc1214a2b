# SPDX-License-Identifier: Apache-2.0
"""/resource_providers and /resource_providers/{uuid}"""

import uuid as uuids

from placedock import errors
from placedock.api import parameters, representations
from placedock.api.controller import Controller
from placedock.api.controllers.of_provider import OfProvider
from placedock.api.marks import Outcome, refuses, responds, shows, takes_json, takes_query
from placedock.api.microversion import Feature
from placedock.api.requests import Request, Response
from placedock.api.schemas import providers as schemas
from placedock.model.provider import ProviderFilters
from placedock.operations import providers as operations


class ProvidersController(Controller):
    @takes_query(schemas.LIST)
    @shows(schemas.PROVIDERS)
    def get(self, request: Request, response: Response) -> None:
        query = request.GET
        filters = ProviderFilters(
            name=query.get("name"),
            uuid=query.get("uuid"),
            in_tree=query.get("in_tree"),
            aggregates=parameters.aggregates(query.getall("member_of"), request.version),
            traits=parameters.traits(query.getall("required"), request.version),
            resources=parameters.resources(query["resources"]) if "resources" in query else {},
        )
        found = request.db.query(operations.find, filters)
        shown = representations.providers(found.providers, request.version, request.script_name)
        response.send(shown, found.modified)

    @takes_json(schemas.POST)
    @responds(
        Outcome(200, schemas.PROVIDER, located=True, since=Feature.PROVIDER_RETURNED),
        Outcome(201, located=True, until=Feature.PROVIDER_RETURNED),
    )
    @refuses(errors.DuplicateProvider)
    def post(self, request: Request, response: Response) -> None:
        wanted = request.read_body()
        given = wanted.get("uuid")
        uuid = str(uuids.UUID(given) if given else uuids.uuid4())
        parent = wanted.get("parent_provider_uuid")
        made = request.db.write(operations.create, uuid, wanted["name"], parent)
        response.location = f"{request.script_name}/resource_providers/{uuid}"
        if Feature.PROVIDER_RETURNED in request.version:
            shown = representations.provider(made, request.version, request.script_name)
            response.send(shown, made.modified)
        else:
            response.status_int = 201


class ProviderController(OfProvider):
    @shows(schemas.PROVIDER)
    def get(self, request: Request, response: Response) -> None:
        found = request.db.query(operations.get, self.uuid)
        response.send(
            representations.provider(found, request.version, request.script_name), found.modified
        )

    @takes_json(schemas.PUT)
    @shows(schemas.PROVIDER)
    @refuses(errors.DuplicateProvider)
    def put(self, request: Request, response: Response) -> None:
        wanted = self.read_body(request)
        if "parent_provider_uuid" in wanted:
            saved = request.db.write(
                operations.update,
                self.uuid,
                wanted["name"],
                wanted["parent_provider_uuid"],
                reparent=Feature.REPARENTING in request.version,
            )
        else:
            saved = request.db.write(operations.rename, self.uuid, wanted["name"])
        response.send(
            representations.provider(saved, request.version, request.script_name), saved.modified
        )

    @refuses(errors.ProviderInUse, errors.ProviderHasChildren)
    def delete(self, request: Request, response: Response) -> None:
        request.db.write(operations.delete, self.uuid)
        response.no_content()
