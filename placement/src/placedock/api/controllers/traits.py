# SPDX-License-Identifier: Apache-2.0
"""/traits, /traits/{name} and /resource_providers/{uuid}/traits"""

import datetime
from collections.abc import Iterable

from placedock import errors
from placedock.api import representations
from placedock.api.controller import Controller
from placedock.api.controllers.of_provider import OfProvider
from placedock.api.marks import (
    Outcome,
    ignores_accept,
    refuses,
    responds,
    shows,
    takes_json,
    takes_query,
)
from placedock.api.requests import Request, Response
from placedock.api.schemas import traits as schemas
from placedock.model.trait import Trait
from placedock.operations import traits as operations


def _latest(traits: Iterable[Trait]) -> datetime.datetime | None:
    return max((trait.modified for trait in traits if trait.modified), default=None)


class TraitsController(Controller):
    @takes_query(schemas.LIST)
    @shows(schemas.TRAITS)
    def get(self, request: Request, response: Response) -> None:
        names, prefix = _name_filter(request.GET.get("name"))
        associated = _associated_filter(request.GET.get("associated"))
        found = request.db.query(operations.listed, names, prefix, associated)
        response.send(representations.traits(one.name for one in found), _latest(found))


def _name_filter(value: str | None) -> tuple[list[str] | None, str | None]:
    """`in:A,B` or `startswith:A`, as names and prefix; another word before the colon filters nothing."""
    if value is None:
        return None, None
    operator, colon, text = value.partition(":")
    if not colon:
        raise errors.Invalid(
            reason="Badly formatted name parameter. Expected name query string parameter in form: "
            f'?name=[in|startswith]:[name1,name2|prefix]. Got: "{value}"'
        )
    return (
        text.split(",") if operator == "in" else None,
        text if operator == "startswith" else None,
    )


def _associated_filter(value: str | None) -> bool | None:
    if value is None:
        return None
    if value.lower() not in ("true", "false"):
        raise errors.Invalid(
            reason='The query parameter "associated" only accepts "true" or "false"'
        )
    return value.lower() == "true"


class TraitController(Controller):
    def __init__(self, name: str) -> None:
        self.name = name

    @ignores_accept
    @responds(Outcome(204, dated=True))
    @refuses(errors.NotFound)
    def get(self, request: Request, response: Response) -> None:
        found = request.db.query(operations.get, self.name)
        response.no_content()
        response.date(found.modified)

    @responds(Outcome(201, located=True, dated=True), Outcome(204, located=True, dated=True))
    def put(self, request: Request, response: Response) -> None:
        if schemas.CUSTOM.problem(self.name, request.version) is not None:
            raise errors.Invalid(
                reason="The trait is invalid. A valid trait must be no longer than 255 characters, start "
                'with the prefix "CUSTOM_" and use following characters: "A"-"Z", "0"-"9" and "_"'
            )
        found, new = request.db.write(operations.ensure, self.name)
        response.status_int = 201 if new else 204
        response.location = f"{request.script_name}/traits/{self.name}"
        response.date(found.modified)

    @refuses(errors.NotFound, errors.Conflict)
    def delete(self, request: Request, response: Response) -> None:
        request.db.write(operations.delete, self.name)
        response.no_content()


class ProviderTraitsController(OfProvider):
    @shows(schemas.OF_PROVIDER)
    def get(self, request: Request, response: Response) -> None:
        generation, found = request.db.query(operations.of_provider, self.uuid)
        names = [trait.name for trait in found]
        response.send(representations.provider_traits(names, generation), _latest(found))

    @takes_json(schemas.PUT_OF_PROVIDER)
    @shows(schemas.OF_PROVIDER)
    def put(self, request: Request, response: Response) -> None:
        body = request.read_body()
        generation, found = request.db.write(
            operations.replace, self.uuid, body["resource_provider_generation"], body["traits"]
        )
        names = [trait.name for trait in found]
        response.send(representations.provider_traits(names, generation), _latest(found))

    def delete(self, request: Request, response: Response) -> None:
        request.db.write(operations.remove_all, self.uuid)
        response.no_content()
