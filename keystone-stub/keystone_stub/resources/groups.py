# SPDX-License-Identifier: Apache-2.0
"""/v3/groups, their members, and /v3/users/{user}/groups"""

from typing import ClassVar

import falcon

from keystone_stub import access, directory, roles, schemas
from keystone_stub.access import Target
from keystone_stub.errors import BadRequest, NotFound
from keystone_stub.resources import Resource, linked, listing, matching
from keystone_stub.resources.collection import Collection, domain_of_new
from keystone_stub.resources.users import Users
from keystone_stub.store import Record


class Groups(Collection):
    singular, plural = "group", "groups"
    fields = schemas.GROUP
    required = ("name",)
    defaults: ClassVar[Record] = {"id": None, "name": None, "domain_id": None, "description": ""}
    filters = ("domain_id", "name")
    read = access.DOMAIN_READ
    write = access.DOMAIN_WRITE

    def placed(self, req: falcon.Request, wanted: Record) -> Record:
        return wanted | {"domain_id": domain_of_new(self, req, wanted)}

    def check(self, record: Record, before: Record | None) -> None:
        if before and record["domain_id"] != before["domain_id"]:
            raise BadRequest("Cannot change Domain ID")
        directory.get(self.store, "domains", record["domain_id"])
        directory.claim_name(self.store, "groups", record, changed=before is not None)

    def remove(self, record: Record) -> None:
        directory.remove_group(self.store, record["id"])


class GroupUsers(Resource):
    """/v3/groups/{key}/users and /v3/groups/{key}/users/{user}"""

    def on_get(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        self._permit(req, access.DOMAIN_READ, "list_users_in_group", key)
        members = [self.store["users"][user_id] for user_id in roles.members_of(self.store, key)]
        records = [linked(req, "users", record) for record in members]
        listing(req, resp, "users", matching(req, records, Users.filters))

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, key: str, user: str) -> None:
        membership = self._membership(req, access.DOMAIN_READ, "check_user_in_group", key, user)
        if membership not in self.store["memberships"]:
            raise NotFound(f"User '{user}' not found in group '{key}'")
        resp.status = 204

    def on_put_one(self, req: falcon.Request, resp: falcon.Response, key: str, user: str) -> None:
        membership = self._membership(req, access.DOMAIN_WRITE, "add_user_to_group", key, user)
        self.store.put("memberships", membership, {"group_id": key, "user_id": user})
        resp.status = 204

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, user: str
    ) -> None:
        membership = self._membership(req, access.DOMAIN_WRITE, "remove_user_from_group", key, user)
        if membership not in self.store["memberships"]:
            raise NotFound(f"User '{user}' not found in group '{key}'")
        self.store.remove("memberships", [membership])
        self.tokens.revoke_all_of(user)
        resp.status = 204

    def _permit(self, req: falcon.Request, rule: access.Rule, action: str, group: str) -> None:
        domain_id = self.store["groups"].get(group, {}).get("domain_id")
        self.require(req, rule, action, Target(domain_id=domain_id))
        directory.get(self.store, "groups", group)

    def _membership(
        self, req: falcon.Request, rule: access.Rule, action: str, group: str, user: str
    ) -> str:
        self._permit(req, rule, action, group)
        domain_id = directory.get(self.store, "users", user)["domain_id"]
        self.require(req, rule, action, Target(domain_id=domain_id))
        return roles.membership_key(group, user)


class UserGroups(Resource):
    """/v3/users/{key}/groups"""

    def on_get(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        user = self.store["users"].get(key, {})
        rule = access.DOMAIN_READ | access.owner
        target = Target(domain_id=user.get("domain_id"), user_id=user.get("id"))
        caller = self.require(req, rule, "list_groups_for_user", target)
        directory.get(self.store, "users", key)
        found = [self.store["groups"][group_id] for group_id in roles.groups_of(self.store, key)]
        records = [
            linked(req, "groups", group) | {"membership_expires_at": None}
            for group in found
            if caller.domain_id in (None, group["domain_id"])
        ]
        listing(req, resp, "groups", matching(req, records, ("name",)))
