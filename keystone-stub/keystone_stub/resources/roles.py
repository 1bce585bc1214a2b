# SPDX-License-Identifier: Apache-2.0
"""/v3/roles, the roles that they imply, and /v3/role_inferences"""

from typing import Any, ClassVar

import falcon

from keystone_stub import access, directory, schemas
from keystone_stub.access import Target
from keystone_stub.errors import Conflict, Forbidden, NotFound
from keystone_stub.resources import Resource, answer, base_url
from keystone_stub.resources.collection import Collection
from keystone_stub.roles import implication_key, implied_by
from keystone_stub.store import Record

# The roles that a manager of a domain may see one by one and grant.
MANAGED = ("manager", "member", "reader")


class Roles(Collection):
    singular, plural = "role", "roles"
    fields = schemas.ROLE
    required = ("name",)
    defaults: ClassVar[Record] = {
        "id": None,
        "name": None,
        "domain_id": None,
        "description": None,
        "options": {},
    }
    filters = ("name", "domain_id")
    read = access.CLOUD_READ | access.any_manager

    def require_list(self, req: falcon.Request, caller: access.Caller) -> None:
        rule = access.CLOUD_READ | access.any_domain_manager
        if req.get_param("domain_id"):
            access.require(access.CLOUD_READ, "list_domain_roles", caller)
        else:
            access.require(rule, "list_roles", caller)

    def target(self, record: Record) -> Target:
        return Target(managed=record.get("name") in MANAGED and not record.get("domain_id"))

    def visible(
        self, req: falcon.Request, caller: access.Caller, records: list[Record]
    ) -> list[Record]:
        """The roles of the domain that the query names, or the roles without a domain."""
        if req.get_param("domain_id"):
            return records
        return [record for record in records if record["domain_id"] is None]

    def check(self, record: Record, before: Record | None) -> None:
        directory.claim_name(self.store, "roles", record, changed=before is not None)

    def remove(self, record: Record) -> None:
        directory.remove_role(self.store, record["id"])


class ImpliedRoles(Resource):
    """/v3/roles/{key}/implies, /v3/roles/{key}/implies/{implied}, and /v3/role_inferences for all."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        self.require(req, access.CLOUD_READ, "list_implied_roles")
        directory.get(self.store, "roles", key)
        self._answer(
            req,
            resp,
            key,
            [self._linked(req, role_id) for role_id in implied_by(self.store, key)],
            "",
        )

    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, implied: str
    ) -> None:
        self.require(req, access.CLOUD_READ, "get_implied_role")
        self._require_implied(key, implied)
        self._answer(req, resp, key, self._linked(req, implied), f"/{implied}")

    def on_head_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, implied: str
    ) -> None:
        self.require(req, access.CLOUD_READ, "check_implied_role")
        self._require_implied(key, implied)
        resp.status = 204

    def on_put_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, implied: str
    ) -> None:
        self.require(req, access.CLOUD_WRITE, "create_implied_role")
        directory.get(self.store, "roles", key)
        if directory.get(self.store, "roles", implied)["name"] == "admin":
            raise Forbidden(f"{implied} cannot be an implied roles.")
        if implication_key(key, implied) in self.store["implications"]:
            raise Conflict("Conflict occurred attempting to store implied_role - Duplicate entry.")
        record = {"prior_role_id": key, "implied_role_id": implied}
        self.store.put("implications", implication_key(key, implied), record)
        self._answer(req, resp, key, self._linked(req, implied), f"/{implied}", 201)

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, implied: str
    ) -> None:
        self.require(req, access.CLOUD_WRITE, "delete_implied_role")
        self._require_implied(key, implied)
        self.store.remove("implications", [implication_key(key, implied)])
        resp.status = 204

    def on_get_all(self, req: falcon.Request, resp: falcon.Response) -> None:
        self.require(req, access.CLOUD_READ, "list_role_inference_rules")
        rules = self.store["implications"].values()
        inferences = []
        for prior in dict.fromkeys(rule["prior_role_id"] for rule in rules):
            implied = [self._linked(req, role_id) for role_id in implied_by(self.store, prior)]
            inferences.append({"prior_role": self._linked(req, prior), "implies": implied})
        answer(resp, {"role_inferences": inferences})

    def _require_implied(self, key: str, implied: str) -> None:
        directory.get(self.store, "roles", key)
        directory.get(self.store, "roles", implied)
        if implication_key(key, implied) not in self.store["implications"]:
            raise NotFound(f"{key} does not imply {implied}.")

    def _linked(self, req: falcon.Request, role_id: str) -> Record:
        links = {"self": base_url(req, f"/roles/{role_id}")}
        return {"id": role_id, "links": links, "name": self.store["roles"][role_id]["name"]}

    def _answer(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        key: str,
        implied: Any,
        place: str,
        status: int = 200,
    ) -> None:
        inference = {"prior_role": self._linked(req, key), "implies": implied}
        links = {"self": base_url(req, f"/roles/{key}/implies{place}")}
        answer(resp, {"role_inference": inference, "links": links}, status)
