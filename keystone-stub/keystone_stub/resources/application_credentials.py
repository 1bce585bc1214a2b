# SPDX-License-Identifier: Apache-2.0
"""/v3/users/{user}/application_credentials: a secret with which a program acts as a user on one project, with some of the
user's roles."""

import re
import secrets
import time
import uuid
from datetime import UTC, datetime

import falcon

from keystone_stub import access, directory, passwords, roles, schemas
from keystone_stub.access import Target
from keystone_stub.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    forbidden_action,
    malformed,
)
from keystone_stub.resources import Resource, answer, base_url, listing, matching
from keystone_stub.store import Record

_READ = access.OWNED_READ.without_domain_tokens()
_CREATE = schemas.creates(
    "application_credential", schemas.APPLICATION_CREDENTIAL, "name", others=False
)


_RULE = ("id", "service", "path", "method")


class ApplicationCredentials(Resource):
    """/v3/users/{key}/application_credentials and /v3/users/{key}/application_credentials/{credential}"""

    def on_get(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        self.require(req, _READ, "list_application_credentials", Target(user_id=key))
        records = [
            self._shown(req, record)
            for record in self.store["application_credentials"].values()
            if record["user_id"] == key
        ]
        listing(req, resp, "application_credentials", matching(req, records, ("name",)))

    def on_post(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        wanted = self.body(req, _CREATE)["application_credential"]
        caller = self.require(
            req, access.owner_in_a_project, "create_application_credential", Target(user_id=key)
        )
        self._refuse_restricted(caller)
        secret = wanted.get("secret") or secrets.token_urlsafe(64)
        expires = _moment(wanted.get("expires_at"))
        record = {
            "id": uuid.uuid4().hex,
            "name": wanted["name"],
            "description": wanted.get("description"),
            "user_id": key,
            "project_id": caller.project_id,
            "system": None,
            "expires_at": expires and expires.strftime("%Y-%m-%dT%H:%M:%S.%f"),
            "unrestricted": wanted.get("unrestricted"),
            "roles": [{"id": role_id} for role_id in self._allowed_roles(caller, wanted)],
            "expires_at_seconds": expires and expires.timestamp(),
            "sealed_secret": passwords.sealed(secret),
        }
        if wanted.get("access_rules"):
            record["access_rules"] = [self._rule(key, rule) for rule in wanted["access_rules"]]
        self._claim_name(record)
        self.store.put("application_credentials", record["id"], record)
        answer(resp, {"application_credential": self._shown(req, record) | {"secret": secret}}, 201)

    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, credential: str
    ) -> None:
        record = self._permitted(req, _READ, "get", key, credential)
        answer(resp, {"application_credential": self._shown(req, record)})

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, credential: str
    ) -> None:
        rule = access.OWNED_WRITE.without_domain_tokens()
        self._permitted(req, rule, "delete", key, credential)
        self._refuse_restricted(self.caller(req))
        self.store.remove("application_credentials", [credential])
        resp.status = 204

    def _permitted(
        self, req: falcon.Request, rule: access.Rule, verb: str, key: str, credential: str
    ) -> Record:
        """Require a right for the user to which the credential belongs, not for the user in the path."""
        known = self.store["application_credentials"].get(credential)
        target = Target(user_id=known["user_id"] if known else key)
        self.require(req, rule, f"{verb}_application_credential", target)
        return directory.get(self.store, "application_credentials", credential)

    def _refuse_restricted(self, caller: access.Caller) -> None:
        """Raise Forbidden for the token of a restricted credential, which may not make or delete credentials."""
        credential = self.tokens.application_credential(caller.token)
        if credential and not credential["unrestricted"]:
            raise forbidden_action(
                "Using method 'application_credential' is not allowed for managing additional "
                "application credentials."
            )

    def _allowed_roles(self, caller: access.Caller, wanted: Record) -> list[str]:
        held = self.tokens.role_ids(caller.token)
        if not wanted.get("roles"):
            return held
        chosen: dict[str, None] = {}
        for reference in wanted["roles"]:
            role_id = reference.get("id") or self._role_named(reference["name"])
            directory.get(self.store, "roles", role_id)
            chosen |= dict.fromkeys(each for each, _ in roles.with_implied(self.store, role_id))
        if not set(chosen) <= set(held):
            raise BadRequest(
                "Invalid application credential: "
                "Cannot create an application credential with unassigned role"
            )
        return list(chosen)

    def _rule(self, user_id: str, wanted: Record) -> Record:
        """The user's access rule with that id or those contents. Makes it when there is none."""
        if "id" in wanted:
            rule = directory.get(self.store, "access_rules", wanted["id"])
            return {name: rule[name] for name in _RULE}
        for known in self.store["access_rules"].values():
            if known | wanted | {"user_id": user_id} == known:
                return {name: known[name] for name in _RULE}
        rule = {name: wanted.get(name) for name in _RULE} | {"id": uuid.uuid4().hex}
        self.store.put("access_rules", rule["id"], rule | {"user_id": user_id})
        return rule

    def _role_named(self, name: str) -> str:
        role = directory.named(self.store, "roles", name)
        return str((role or directory.get(self.store, "roles", name))["id"])

    def _claim_name(self, record: Record) -> None:
        for other in self.store["application_credentials"].values():
            if (other["user_id"], other["name"]) == (record["user_id"], record["name"]):
                raise Conflict(
                    "Conflict occurred attempting to store application_credential - "
                    f"Duplicate entry found with name {record['name']}."
                )

    def _shown(self, req: falcon.Request, record: Record) -> Record:
        hidden = ("sealed_secret", "expires_at_seconds")
        shown = {name: value for name, value in record.items() if name not in hidden}
        known = self.store["roles"]
        shown["roles"] = [known[role["id"]] for role in record["roles"] if role["id"] in known]
        return shown | {
            "links": {"self": base_url(req, f"/application_credentials/{record['id']}")}
        }


def _moment(text: str | None) -> datetime | None:
    """A time in the future, in UTC. Raises BadRequest for any other text."""
    if not text:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z?", text):
        raise malformed("Timestamp not in expected format")
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise malformed("Timestamp not in expected format") from error
    if moment.timestamp() <= time.time():
        raise malformed("The 'expires_at' must not be before now")
    return moment


class AccessRules(Resource):
    """/v3/users/{key}/access_rules and /v3/users/{key}/access_rules/{rule}"""

    def on_get(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        self.require(req, _READ, "list_access_rules", Target(user_id=key))
        own = [each for each in self.store["access_rules"].values() if each["user_id"] == key]
        records = [self._shown(req, each) for each in own]
        listing(req, resp, "access_rules", matching(req, records, ("service", "path", "method")))

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, key: str, rule: str) -> None:
        self.require(req, _READ, "get_access_rule", Target(user_id=key))
        answer(resp, {"access_rule": self._shown(req, self._own(key, rule))})

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, key: str, rule: str
    ) -> None:
        allowed = access.OWNED_WRITE.without_domain_tokens()
        self.require(req, allowed, "delete_access_rule", Target(user_id=key))
        self._own(key, rule)
        for credential in self.store["application_credentials"].values():
            if any(each["id"] == rule for each in credential.get("access_rules", [])):
                raise Forbidden("May not delete access rule in use")
        self.store.remove("access_rules", [rule])
        resp.status = 204

    def _own(self, user_id: str, rule_id: str) -> Record:
        rule = directory.get(self.store, "access_rules", rule_id)
        if rule["user_id"] != user_id:
            raise NotFound(f"Could not find Access Rule: {rule_id}.")
        return rule

    def _shown(self, req: falcon.Request, rule: Record) -> Record:
        shown = {name: rule[name] for name in _RULE}
        return shown | {"links": {"self": base_url(req, f"/access_rules/{rule['id']}")}}
