# SPDX-License-Identifier: Apache-2.0
"""/reshaper"""

from placedock import errors
from placedock.api.controller import Controller
from placedock.api.controllers.allocations import incomplete, read_claim
from placedock.api.controllers.inventories import read
from placedock.api.marks import refuses, takes_json
from placedock.api.requests import Request, Response
from placedock.api.schemas import allocations as schemas
from placedock.operations import reshaper as operations


class ReshaperController(Controller):
    @takes_json(schemas.RESHAPE)
    @refuses(errors.UnknownProviderInReshape, errors.InventoryInUse, errors.Conflict)
    def post(self, request: Request, response: Response) -> None:
        body = request.read_body()
        inventories = {
            uuid: (
                one["resource_provider_generation"],
                [read(name, fields) for name, fields in one["inventories"].items()],
            )
            for uuid, one in body["inventories"].items()
        }
        claims = [
            read_claim(one, wanted, request.version) for one, wanted in body["allocations"].items()
        ]
        request.db.write(operations.reshape, inventories, claims, incomplete(request))
        response.no_content()
