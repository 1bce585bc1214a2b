# SPDX-License-Identifier: Apache-2.0
"""/resource_classes and /resource_classes/{name}"""

from placedock import errors
from placedock.api import representations
from placedock.api.controller import Controller
from placedock.api.marks import Outcome, refuses, responds, shows, takes_json
from placedock.api.microversion import Feature
from placedock.api.requests import Request, Response
from placedock.api.schemas import resource_classes as schemas
from placedock.operations import resource_classes as operations
from placedock.web.errors import MalformedBody


class ResourceClassesController(Controller):
    @shows(schemas.CLASSES)
    def get(self, request: Request, response: Response) -> None:
        found = request.db.query(operations.listed)
        # A class that came with the tables counts as changed now.
        dates = [one.modified for one in found]
        modified = None if None in dates else max(filter(None, dates), default=None)
        names = [one.name for one in found]
        response.send(representations.resource_classes(names, request.script_name), modified)

    @takes_json(schemas.CUSTOM)
    @responds(Outcome(201, located=True))
    @refuses(errors.Conflict)
    def post(self, request: Request, response: Response) -> None:
        name = request.read_body()["name"]
        request.db.write(operations.create, name)
        response.status_int = 201
        response.location = f"{request.script_name}/resource_classes/{name}"


class ResourceClassController(Controller):
    def __init__(self, name: str) -> None:
        self.name = name

    @shows(schemas.CLASS)
    @refuses(errors.NotFound)
    def get(self, request: Request, response: Response) -> None:
        found = request.db.query(operations.get, self.name)
        response.send(
            representations.resource_class(found.name, request.script_name), found.modified
        )

    @takes_json(schemas.CUSTOM, until=Feature.ENSURE_RESOURCE_CLASS)
    @responds(
        Outcome(200, schemas.CLASS, until=Feature.ENSURE_RESOURCE_CLASS),
        Outcome(201, located=True, since=Feature.ENSURE_RESOURCE_CLASS),
        Outcome(204, located=True, since=Feature.ENSURE_RESOURCE_CLASS),
    )
    @refuses(errors.NotFound, errors.Conflict)
    def put(self, request: Request, response: Response) -> None:
        if Feature.ENSURE_RESOURCE_CLASS in request.version:
            self._ensure(request, response)
        else:
            self._rename(request, response)

    def _ensure(self, request: Request, response: Response) -> None:
        problem = schemas.CUSTOM.problem({"name": self.name}, request.version)
        if problem is not None:
            raise MalformedBody(reason=problem)
        new = request.db.write(operations.ensure, self.name)
        response.status_int = 201 if new else 204
        response.location = f"{request.script_name}/resource_classes/{self.name}"

    def _rename(self, request: Request, response: Response) -> None:
        new_name = request.read_body()["name"]
        request.db.write(operations.rename, self.name, new_name)
        response.send(representations.resource_class(new_name, request.script_name))

    @refuses(errors.NotFound, errors.Conflict)
    def delete(self, request: Request, response: Response) -> None:
        request.db.write(operations.delete, self.name)
        response.no_content()
