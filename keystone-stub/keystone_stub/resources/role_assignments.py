# SPDX-License-Identifier: Apache-2.0
"""/v3/role_assignments: the roles of users and groups on scopes, as granted or, with `effective`, as they take effect."""

from collections.abc import Iterable
from typing import Any

import falcon

from keystone_stub import access, roles
from keystone_stub.access import Target
from keystone_stub.errors import BadRequest
from keystone_stub.resources import Resource, base_url, is_true, listing
from keystone_stub.roles import Assignment, Effective
from keystone_stub.store import Record
from keystone_stub.token_document import reference

_EXCLUSIVE = [
    ("scope.domain.id", "scope.project.id", "Specify a domain or project, not both"),
    ("scope.domain.id", "scope.system", "Specify system or domain, not both"),
    ("scope.project.id", "scope.system", "Specify system or project, not both"),
    ("user.id", "group.id", "Specify a user or group, not both"),
]


class RoleAssignments(Resource):
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        tree = is_true(req.get_param("include_subtree"))
        caller = self._permit(req, tree)
        effective = is_true(req.get_param("effective"))
        self._check_filters(req, tree, effective)
        if effective:
            rows = [self._effective_row(req, each) for each in self._wanted_effective(req, tree)]
        else:
            rows = [self._given_row(req, each) for each in self._wanted(req, tree)]
        if caller.domain_id:
            rows = [row for row in rows if self._domain_of(row["scope"]) == caller.domain_id]
        if is_true(req.get_param("include_names")):
            rows = [self._named(row) for row in rows]
        listing(req, resp, "role_assignments", rows, pages=False)

    def _permit(self, req: falcon.Request, tree: bool) -> access.Caller:
        caller = self.caller(req)
        domain_id, action = caller.domain_id, "list_role_assignments"
        if tree:
            project = self.store["projects"].get(req.get_param("scope.project.id", default=""), {})
            domain_id, action = project.get("domain_id"), "list_role_assignments_for_tree"
        access.require(access.DOMAIN_READ, action, caller, Target(domain_id=domain_id))
        return caller

    def _check_filters(self, req: falcon.Request, tree: bool, effective: bool) -> None:
        for one, other, message in _EXCLUSIVE:
            if req.get_param(one) and req.get_param(other):
                raise BadRequest(message)
        if tree and not req.get_param("scope.project.id"):
            raise BadRequest("'scope.project.id' is a dependency of 'include_subtree'")
        if effective and req.get_param("group.id"):
            raise BadRequest(
                "Combining effective and group filter will always result in an empty list."
            )
        if effective and self._inherited(req) and req.get_param("scope.domain.id"):
            raise BadRequest(
                "Combining effective, domain and inherited filters will always result in an empty "
                "list."
            )

    def _inherited(self, req: falcon.Request) -> bool | None:
        wanted = req.get_param("scope.OS-INHERIT:inherited_to")
        return None if wanted is None else wanted == "projects"

    def _scopes(self, req: falcon.Request, tree: bool) -> set[tuple[str, str]] | None:
        """The scopes that the query names, or None when it names none."""
        if project_id := req.get_param("scope.project.id"):
            projects = [project_id, *(roles.below(self.store, project_id) if tree else [])]
            return {("project", each) for each in projects}
        if domain_id := req.get_param("scope.domain.id"):
            return {("domain", domain_id)}
        return None

    def _wanted(self, req: falcon.Request, tree: bool) -> Iterable[Assignment]:
        scopes, inherited = self._scopes(req, tree), self._inherited(req)
        if req.get_param("scope.system") == "all":
            scopes = {("system", "all")}
        actors = {("user", req.get_param("user.id")), ("group", req.get_param("group.id"))}
        actors = {actor for actor in actors if actor[1]}
        role_id = req.get_param("role.id")
        for each in roles.assignments(self.store):
            # Keystone lists the roles on the system for every value of the query's inheritance.
            inheritance = inherited is None or each.inherited == inherited or each.scope == "system"
            if (
                inheritance
                and (scopes is None or (each.scope, each.scope_id) in scopes)
                and (not actors or (each.actor, each.actor_id) in actors)
                and role_id in (None, each.role_id)
            ):
                yield each

    def _wanted_effective(self, req: falcon.Request, tree: bool) -> Iterable[Effective]:
        """The effective roles. Keystone leaves those on the system out."""
        scopes, inherited = self._scopes(req, tree), self._inherited(req)
        user_id, role_id = req.get_param("user.id"), req.get_param("role.id")
        for each in roles.effective(self.store):
            if (
                each.scope != "system"
                and (inherited is None or each.granted.inherited == inherited)
                and (scopes is None or (each.scope, each.scope_id) in scopes)
                and user_id in (None, each.user_id)
                and role_id in (None, each.role_id)
            ):
                yield each

    def _given_row(self, req: falcon.Request, given: Assignment) -> Record:
        scope = {given.scope: {"all": True} if given.scope == "system" else {"id": given.scope_id}}
        return {
            "links": {"assignment": self._link(req, given)},
            "scope": scope | ({"OS-INHERIT:inherited_to": "projects"} if given.inherited else {}),
            given.actor: {"id": given.actor_id},
            "role": {"id": given.role_id},
        }

    def _effective_row(self, req: falcon.Request, each: Effective) -> Record:
        links = {
            "assignment": self._link(
                req, each.granted._replace(role_id=each.prior_role_id or each.role_id)
            )
        }
        if each.group_id:
            links["membership"] = base_url(req, f"/groups/{each.group_id}/users/{each.user_id}")
        if each.prior_role_id:
            # Keystone's own link has these two in the wrong order.
            links["prior_role"] = base_url(
                req, f"/prior_role/{each.role_id}/implies/{each.prior_role_id}"
            )
        scope: Record = {each.scope: {"id": each.scope_id}}
        return {
            "links": links,
            "scope": scope
            | ({"OS-INHERIT:inherited_to": "projects"} if each.granted.inherited else {}),
            "user": {"id": each.user_id},
            "role": {"id": each.role_id},
        }

    def _link(self, req: falcon.Request, given: Assignment) -> str:
        place = "/system" if given.scope == "system" else f"/{given.scope}s/{given.scope_id}"
        path = f"{place}/{given.actor}s/{given.actor_id}/roles/{given.role_id}"
        return base_url(
            req, f"/OS-INHERIT{path}/inherited_to_projects" if given.inherited else path
        )

    def _domain_of(self, scope: dict[str, Any]) -> str | None:
        found: str | None
        if "project" in scope:
            found = self.store["projects"][scope["project"]["id"]]["domain_id"]
        else:
            found = scope.get("domain", {}).get("id")
        return found

    def _named(self, row: Record) -> Record:
        named = row | {"role": self._name("roles", row["role"])}
        for noun in ("user", "group"):
            if noun in row:
                named[noun] = self._name(f"{noun}s", row[noun])
        scope = dict(row["scope"])
        for noun in ("project", "domain"):
            if noun in scope:
                scope[noun] = self._name(f"{noun}s", scope[noun])
        return named | {"scope": scope}

    def _name(self, table: str, short: Record) -> Record:
        record = self.store[table][short["id"]]
        domain = self.store["domains"].get(record.get("domain_id") or "")
        return reference(record) | ({"domain": reference(domain)} if domain else {})
