# SPDX-License-Identifier: Apache-2.0
"""/v3/users, /v3/users/{user}/password and /v3/users/{user}/tokens"""

from typing import ClassVar

import falcon

from keystone_stub import access, directory, passwords, schemas
from keystone_stub.access import Target
from keystone_stub.errors import BadRequest, Unauthorized
from keystone_stub.resources import Resource
from keystone_stub.resources.collection import Collection, boolean, domain_of_new
from keystone_stub.store import Record


class Users(Collection):
    singular, plural = "user", "users"
    fields = schemas.USER
    required = ("name",)
    defaults: ClassVar[Record] = {"enabled": True, "password_expires_at": None, "options": {}}
    filters = ("domain_id", "enabled", "name")
    columns = frozenset(defaults) | {"id", "name", "domain_id", "default_project_id"}
    read = access.DOMAIN_READ | access.owner
    write = access.DOMAIN_WRITE

    def require_list(self, req: falcon.Request, caller: access.Caller) -> None:
        access.require(access.DOMAIN_READ, "list_users", caller, Target(domain_id=caller.domain_id))

    def target(self, record: Record) -> Target:
        return Target(domain_id=record.get("domain_id"), user_id=record.get("id"))

    def placed(self, req: falcon.Request, wanted: Record) -> Record:
        return wanted | {"domain_id": domain_of_new(self, req, wanted)}

    def stored(self, wanted: Record, caller: access.Caller | None) -> Record:
        kept = {
            name: value
            for name, value in wanted.items()
            if name not in ("password", "original_password")
        }
        if "enabled" in kept:
            kept["enabled"] = boolean(kept["enabled"])
        return kept

    def check(self, record: Record, before: Record | None) -> None:
        if before and record["domain_id"] != before["domain_id"]:
            raise BadRequest("Cannot change Domain ID")
        directory.get(self.store, "domains", record["domain_id"])
        directory.claim_name(self.store, "users", record, changed=before is not None)

    def after_change(self, before: Record | None, after: Record, wanted: Record) -> None:
        if wanted.get("password") is not None:
            self.store.put(
                "passwords", after["id"], {"sealed": passwords.sealed(wanted["password"])}
            )
        was_enabled = before is not None and before["enabled"]
        if before and ("password" in wanted or (was_enabled and not after["enabled"])):
            self.tokens.revoke_all_of(after["id"])

    def remove(self, record: Record) -> None:
        directory.remove_user(self.store, record["id"])


class UserPassword(Resource):
    """/v3/users/{key}/password: a caller who knows the old password may set a new one, without a token."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        wanted = self.body(req).get("user", {})
        schemas.check(schemas.PASSWORD_CHANGE, wanted)
        user = self.store["users"].get(key)
        kept = self.store["passwords"].get(key, {}).get("sealed")
        if user is None or not user["enabled"]:
            self.guesses.refuse_an_unknown_user()
            raise Unauthorized()
        if not self.guesses.match(key, wanted["original_password"], kept):
            raise Unauthorized()
        self.store.put("passwords", key, {"sealed": passwords.sealed(wanted["password"])})
        self.tokens.revoke_all_of(key)
        resp.status = 204


class UserTokens(Resource):
    """/v3/users/{key}/tokens: revokes all tokens of the user."""

    def on_delete(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        self.require(req, access.OWNED_WRITE, "revoke_tokens_for_user", Target(user_id=key))
        directory.get(self.store, "users", key)
        self.tokens.revoke_all_of(key)
        resp.status = 204
