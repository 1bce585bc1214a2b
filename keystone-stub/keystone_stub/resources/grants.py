# SPDX-License-Identifier: Apache-2.0
"""Grants of roles: /v3/{projects|domains}/{key}/{users|groups}/{actor}/roles/{role}, and the same paths for the system.

The paths below /v3/OS-INHERIT grant roles that apply to all projects below a domain or project.
"""

from collections.abc import Iterator

import falcon

from keystone_stub import access, directory
from keystone_stub.access import Target
from keystone_stub.errors import NotFound
from keystone_stub.guesses import Guesses
from keystone_stub.resources import Resource, base_url, listing
from keystone_stub.resources.roles import MANAGED
from keystone_stub.roles import Assignment, assignments
from keystone_stub.settings import Settings
from keystone_stub.store import Store
from keystone_stub.tokens import Tokens


def routes(
    store: Store, tokens: Tokens, settings: Settings, guesses: Guesses
) -> Iterator[tuple[str, "Grants", str | None]]:
    """(path, resource, suffix) for every scope and actor."""
    shared = store, tokens, settings, guesses
    for actor in ("user", "group"):
        for scope in ("project", "domain"):
            grants = Grants(*shared, scope, actor, inherited=False)
            place = f"/{scope}s/{{key}}/{actor}s/{{actor}}/roles"
            yield f"/v3{place}", grants, None
            yield f"/v3{place}/{{role}}", grants, "one"
            inherited = Grants(*shared, scope, actor, inherited=True)
            yield f"/v3/OS-INHERIT{place}/inherited_to_projects", inherited, None
            yield f"/v3/OS-INHERIT{place}/{{role}}/inherited_to_projects", inherited, "one"
        on_system = Grants(*shared, "system", actor, inherited=False)
        yield f"/v3/system/{actor}s/{{actor}}/roles", on_system, None
        yield f"/v3/system/{actor}s/{{actor}}/roles/{{role}}", on_system, "one"


class Grants(Resource):
    """The roles of one kind of actor on one kind of scope."""

    def __init__(
        self,
        store: Store,
        tokens: Tokens,
        settings: Settings,
        guesses: Guesses,
        scope: str,
        actor: str,
        inherited: bool,
    ) -> None:
        super().__init__(store, tokens, settings, guesses)
        self._scope = scope
        self._actor = actor
        self._inherited = inherited

    def on_get(
        self, req: falcon.Request, resp: falcon.Response, actor: str, key: str = "all"
    ) -> None:
        self._permit(req, access.DOMAIN_READ, "list", actor, key, None)
        self._require_there(actor, key)
        records = []
        for each in assignments(self.store):
            if each == Assignment(
                self._actor, actor, self._scope, key, each.role_id, self._inherited
            ):
                links = {"links": {"self": base_url(req, f"/roles/{each.role_id}")}}
                records.append(self.store["roles"][each.role_id] | links)
        listing(req, resp, "roles", records, pages=False)

    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, actor: str, role: str, key: str = "all"
    ) -> None:
        self._permit(req, access.DOMAIN_READ, "check", actor, key, role)
        directory.get(self.store, "roles", role)
        self._require_there(actor, key)
        self._require_granted(actor, role, key)
        resp.status = 204

    def on_put_one(
        self, req: falcon.Request, resp: falcon.Response, actor: str, role: str, key: str = "all"
    ) -> None:
        self._permit(req, access.DOMAIN_WRITE, "create", actor, key, role)
        directory.get(self.store, "roles", role)
        self._require_there(actor, key)
        assignment = self._assignment(actor, role, key)
        self.store.put("assignments", assignment.key, assignment._asdict())
        resp.status = 204

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, actor: str, role: str, key: str = "all"
    ) -> None:
        self._permit(req, access.DOMAIN_WRITE, "revoke", actor, key, role)
        directory.get(self.store, "roles", role)
        self._require_granted(actor, role, key)
        self.store.remove("assignments", [self._assignment(actor, role, key).key])
        resp.status = 204

    def _assignment(self, actor: str, role: str, key: str) -> Assignment:
        return Assignment(self._actor, actor, self._scope, key, role, self._inherited)

    def _permit(
        self,
        req: falcon.Request,
        rule: access.Rule,
        verb: str,
        actor: str,
        key: str,
        role: str | None,
    ) -> None:
        """Require the right to see or change a grant.

        A caller with a role on a domain may do so when actor and scope are both in that domain. Grants on the system need
        a role for the whole cloud.
        """
        if self._scope == "system":
            verb_of_system = (
                f"{verb}_system_grants_for_{self._actor}"
                if verb == "list"
                else (f"{verb}_system_grant_for_{self._actor}")
            )
            rule = access.CLOUD_READ if rule is access.DOMAIN_READ else access.CLOUD_WRITE
            self.require(req, rule, verb_of_system)
            return
        actor_domain = self.store[f"{self._actor}s"].get(actor, {}).get("domain_id")
        scope_domain = (
            key if self._scope == "domain" else self.store["projects"].get(key, {}).get("domain_id")
        )
        role_name = self.store["roles"].get(role or "", {}).get("name")
        common = actor_domain if actor_domain == scope_domain else None
        target = Target(domain_id=common, managed=role_name in MANAGED)
        self.require(req, rule, "list_grants" if verb == "list" else f"{verb}_grant", target)

    def _require_there(self, actor: str, key: str) -> None:
        directory.get(self.store, f"{self._actor}s", actor)
        if self._scope != "system":
            directory.get(self.store, f"{self._scope}s", key)

    def _require_granted(self, actor: str, role: str, key: str) -> None:
        if self._assignment(actor, role, key).key not in self.store["assignments"]:
            place = "system" if self._scope == "system" else key
            raise NotFound(
                f"Could not find role assignment with role: {role}, user or group: {actor}, "
                f"project, domain, or system: {place}."
            )
