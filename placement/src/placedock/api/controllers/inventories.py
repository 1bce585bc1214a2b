# SPDX-License-Identifier: Apache-2.0
"""/resource_providers/{uuid}/inventories and /resource_providers/{uuid}/inventories/{resource_class}"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from placedock import errors
from placedock.api import representations
from placedock.api.controllers.of_provider import OfProvider
from placedock.api.marks import Outcome, refuses, responds, shows, takes_json
from placedock.api.microversion import Feature
from placedock.api.requests import Request, Response
from placedock.api.schemas import inventories as schemas
from placedock.model.inventory import Inventory
from placedock.operations import inventories as operations


def read(resource_class: str, fields: Mapping[str, Any]) -> Inventory:
    """An inventory from a body, with the defaults of what it leaves out."""
    given = {name: fields[name] for name in Inventory._fields if name in fields}
    whole = {name: int(value) for name, value in given.items() if name not in _NOT_WHOLE}
    return Inventory(**(given | whole | {"resource_class": resource_class}))


# jsonschema takes 2.0 for an integer; the database should not have to.
_NOT_WHOLE = {"resource_class", "allocation_ratio"}


class ProviderInventoriesController(OfProvider):
    @shows(schemas.INVENTORIES)
    def get(self, request: Request, response: Response) -> None:
        generation, found = request.db.query(operations.of_provider, self.uuid)
        modified = max((one.modified for one in found if one.modified), default=None)
        response.send(representations.inventories(found, generation), modified)

    @takes_json(schemas.POST)
    @responds(Outcome(201, schemas.INVENTORY, located=True))
    def post(self, request: Request, response: Response) -> None:
        body = self.read_body(request)
        wanted = read(body["resource_class"], body)
        generation = request.db.write(
            operations.add,
            self.uuid,
            wanted,
            reserved_may_be_total=Feature.RESERVED_MAY_BE_TOTAL in request.version,
        )
        url = f"{request.script_name}/resource_providers/{quote(self.uuid)}/inventories"
        response.location = f"{url}/{wanted.resource_class}"
        response.send(representations.one_inventory(wanted, generation), status=201)

    @takes_json(schemas.PUT)
    @shows(schemas.INVENTORIES)
    @refuses(errors.InventoryInUse)
    def put(self, request: Request, response: Response) -> None:
        body = self.read_body(request)
        wanted = [read(name, fields) for name, fields in body["inventories"].items()]
        generation = request.db.write(
            operations.replace,
            self.uuid,
            body["resource_provider_generation"],
            wanted,
            reserved_may_be_total=Feature.RESERVED_MAY_BE_TOTAL in request.version,
        )
        response.send(representations.inventories(wanted, generation))

    @refuses(errors.InventoryInUse)
    def delete(self, request: Request, response: Response) -> None:
        request.db.write(operations.remove_all, self.uuid)
        response.no_content()


class ProviderInventoryController(OfProvider):
    def __init__(self, uuid: str, resource_class: str) -> None:
        super().__init__(uuid)
        self.resource_class = resource_class

    @shows(schemas.INVENTORY)
    def get(self, request: Request, response: Response) -> None:
        generation, found = request.db.query(operations.one, self.uuid, self.resource_class)
        response.send(representations.one_inventory(found, generation), found.modified)

    @takes_json(schemas.PUT_ONE)
    @shows(schemas.INVENTORY)
    def put(self, request: Request, response: Response) -> None:
        body = self.read_body(request)
        wanted = read(self.resource_class, body)
        generation = request.db.write(
            operations.change,
            self.uuid,
            body["resource_provider_generation"],
            wanted,
            reserved_may_be_total=Feature.RESERVED_MAY_BE_TOTAL in request.version,
        )
        response.send(representations.one_inventory(wanted, generation))

    def delete(self, request: Request, response: Response) -> None:
        request.db.write(operations.remove, self.uuid, self.resource_class)
        response.no_content()
