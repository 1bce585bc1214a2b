# SPDX-License-Identifier: Apache-2.0
"""/v3/domains"""

from typing import ClassVar

import falcon

from keystone_stub import access, directory, schemas
from keystone_stub.access import Target
from keystone_stub.errors import Forbidden, conflict
from keystone_stub.resources.collection import Collection, boolean
from keystone_stub.store import Record


class Domains(Collection):
    singular, plural = "domain", "domains"
    fields = schemas.DOMAIN
    required = ("name",)
    defaults: ClassVar[Record] = {"description": "", "enabled": True, "tags": [], "options": {}}
    filters = ("name", "enabled")
    read = access.admin | access.system_reader | access.in_the_domain

    def require_list(self, req: falcon.Request, caller: access.Caller) -> None:
        access.require(
            access.DOMAIN_READ, "list_domains", caller, Target(domain_id=caller.domain_id)
        )

    def target(self, record: Record) -> Target:
        return Target(domain_id=record.get("id"))

    def visible(
        self, req: falcon.Request, caller: access.Caller, records: list[Record]
    ) -> list[Record]:
        if caller.domain_id:
            return [record for record in records if record["id"] == caller.domain_id]
        return records

    def new_id(self, wanted: Record) -> str:
        return wanted.get("explicit_domain_id") or super().new_id(wanted)

    def stored(self, wanted: Record, caller: access.Caller | None) -> Record:
        kept = {name: value for name, value in wanted.items() if name != "explicit_domain_id"}
        if "enabled" in kept:
            kept["enabled"] = boolean(kept["enabled"])
        return kept

    def check(self, record: Record, before: Record | None) -> None:
        other = directory.named(self.store, "domains", record["name"])
        if other and other["id"] != record["id"]:
            raise conflict(
                "project",
                "it is not permitted to have two projects acting as domains with the same name: "
                + record["name"],
            )

    def remove(self, record: Record) -> None:
        if record["enabled"]:
            raise Forbidden("Cannot delete a domain that is enabled, please disable it first.")
        directory.remove_domain(self.store, record["id"])
