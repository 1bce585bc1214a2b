# SPDX-License-Identifier: Apache-2.0
"""The parts of the catalog: /v3/regions, /v3/services, /v3/endpoints"""

import uuid
from typing import ClassVar

import falcon

from keystone_stub import access, catalog, directory, schemas
from keystone_stub.errors import BadRequest, Forbidden, conflict, missing
from keystone_stub.resources import base_url
from keystone_stub.resources.collection import Collection
from keystone_stub.store import Record


class Regions(Collection):
    singular, plural = "region", "regions"
    fields = schemas.REGION
    defaults: ClassVar[Record] = {"id": None, "description": "", "parent_region_id": None}
    filters = ("parent_region_id",)
    read = access.anyone

    def require_list(self, req: falcon.Request, caller: access.Caller) -> None:
        for parameter in set(req.params) - set(self.filters):
            raise BadRequest(
                f"Additional properties are not allowed ('{parameter}' was unexpected)"
            )

    def on_put_item(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        """Make a region with the id that the caller chose."""
        wanted = self.wanted(req, schemas.creates(self.singular, self.fields))
        if wanted.get("id") not in (None, key):
            raise BadRequest(f'Conflicting region IDs specified: "{key}" != "{wanted["id"]}"')
        caller = self.require(req, self.write, "create_region")
        self.answer_created(req, resp, caller, wanted | {"id": key})

    def new_id(self, wanted: Record) -> str:
        return wanted.get("id") or uuid.uuid4().hex

    def stored(self, wanted: Record, caller: access.Caller | None) -> Record:
        if "description" in wanted and wanted["description"] is None:
            return wanted | {"description": ""}
        return wanted

    def check(self, record: Record, before: Record | None) -> None:
        if before is None and record["id"] in self.store["regions"]:
            raise conflict("region", f"Duplicate ID, {record['id']}.")
        parent_id = record["parent_region_id"]
        if parent_id is not None:
            directory.get(self.store, "regions", parent_id)
        ancestors = [record["id"]]
        while parent_id is not None:
            if parent_id in ancestors:
                raise BadRequest(
                    f"The specified parent region {record['id']} would create a "
                    "circular region hierarchy."
                )
            ancestors.append(parent_id)
            parent_id = self.store["regions"][parent_id]["parent_region_id"]

    def remove(self, record: Record) -> None:
        if any(each["region_id"] == record["id"] for each in self.store["endpoints"].values()):
            raise Forbidden(
                f"Unable to delete region {record['id']} because it or its child regions "
                "have associated endpoints."
            )
        super().remove(record)
        for child in list(self.store["regions"].values()):
            if child["parent_region_id"] == record["id"]:
                self.remove(child)


class Services(Collection):
    singular, plural = "service", "services"
    fields = schemas.SERVICE
    required = ("type",)
    defaults: ClassVar[Record] = {"enabled": True}
    filters = ("name", "type")

    def shown(self, req: falcon.Request, record: Record) -> Record:
        return super().shown(req, {"name": ""} | record)

    def remove(self, record: Record) -> None:
        directory.remove_service(self.store, record["id"])


class Endpoints(Collection):
    singular, plural = "endpoint", "endpoints"
    fields = schemas.ENDPOINT
    required = ("interface", "service_id", "url")
    defaults: ClassVar[Record] = {"region_id": None, "enabled": True}
    filters = ("interface", "service_id", "region_id")

    def stored(self, wanted: Record, caller: access.Caller | None) -> Record:
        """The fields to store. `region` is the old name of `region_id`. A new URL replaces the addresses of both sides."""
        kept = {
            name: value for name, value in wanted.items() if name not in ("region", "inside_url")
        }
        if "region" in wanted and "region_id" not in wanted:
            kept["region_id"] = wanted["region"]
        return kept | ({"inside_url": None} if "url" in wanted else {})

    def check(self, record: Record, before: Record | None) -> None:
        if record["service_id"] not in self.store["services"]:
            raise missing("endpoint service_id", "service table")
        if record["region_id"] is not None and record["region_id"] not in self.store["regions"]:
            raise missing("endpoint region_id", "region table")

    def shown(self, req: falcon.Request, record: Record) -> Record:
        links = {"links": {"self": base_url(req, f"/endpoints/{record['id']}")}}
        return catalog.shown(record, req.netloc, self.settings) | links
