# SPDX-License-Identifier: Apache-2.0
"""/v3/projects, their tags, and /v3/users/{user}/projects"""

from collections.abc import Callable
from typing import ClassVar

import falcon

from keystone_stub import access, directory, roles, schemas
from keystone_stub.access import Target
from keystone_stub.errors import BadRequest, Forbidden, NotFound, conflict
from keystone_stub.resources import Resource, answer, base_url, is_true, linked, listing, matching
from keystone_stub.resources.collection import Collection, boolean, domain_of_new
from keystone_stub.store import Record

_READ = access.DOMAIN_READ | access.in_the_project


class Projects(Collection):
    singular, plural = "project", "projects"
    fields = schemas.PROJECT
    required = ("name",)
    defaults: ClassVar[Record] = {
        "id": None, "name": None, "domain_id": None, "description": "", "enabled": True,
        "parent_id": None, "is_domain": False, "tags": [], "options": {},
    }  # fmt: skip
    filters = ("domain_id", "enabled", "name", "parent_id", "is_domain")
    columns = frozenset(defaults)
    read = _READ
    write = access.DOMAIN_WRITE

    def require_list(self, req: falcon.Request, caller: access.Caller) -> None:
        access.require(
            access.DOMAIN_READ, "list_projects", caller, Target(domain_id=caller.domain_id)
        )

    def target(self, record: Record) -> Target:
        return Target(domain_id=record.get("domain_id"), project_id=record.get("id"))

    def visible(
        self, req: falcon.Request, caller: access.Caller, records: list[Record]
    ) -> list[Record]:
        if is_true(req.get_param("is_domain")):
            records = [_as_project(domain) for domain in self.store["domains"].values()]
        for parameter, keep in _TAG_FILTERS.items():
            if wanted := req.get_param(parameter):
                tags = set(wanted.split(","))
                records = [record for record in records if keep(tags, set(record["tags"]))]
        return super().visible(req, caller, records)

    def on_get_item(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        project = self.permitted(req, self.read, "get", key)
        shown = self.shown(req, project)
        if req.has_param("parents_as_ids"):
            shown["parents"] = self._parents(project)
        if req.has_param("subtree_as_ids"):
            shown["subtree"] = self._subtree(key)
        answer(resp, {"project": shown})

    def _parents(self, project: Record) -> Record:
        """The ids of the projects above this one, nested, up to the domain."""
        parent = self.store["projects"].get(project["parent_id"])
        return {project["parent_id"]: self._parents(parent) if parent else None}

    def _subtree(self, project_id: str) -> Record | None:
        """The ids of the projects below this one, nested."""
        children = [
            each["id"]
            for each in self.store["projects"].values()
            if each["parent_id"] == project_id
        ]
        return {child: self._subtree(child) for child in children} or None

    def placed(self, req: falcon.Request, wanted: Record) -> Record:
        parent_id = wanted.get("parent_id")
        parent = self.store["projects"].get(parent_id or "")
        domain_id = wanted.get("domain_id")
        if domain_id is None and parent:
            domain_id = parent["domain_id"]
        elif domain_id is None and parent_id in self.store["domains"]:
            domain_id = parent_id
        domain_id = domain_id or domain_of_new(self, req, wanted)
        return wanted | {"domain_id": domain_id, "parent_id": parent_id or domain_id}

    def stored(self, wanted: Record, caller: access.Caller | None) -> Record:
        if boolean(wanted.get("is_domain", False)):
            raise BadRequest("A domain is made at /v3/domains, not as a project.")
        wanted = wanted | ({"is_domain": False} if "is_domain" in wanted else {})
        return wanted | ({"enabled": boolean(wanted["enabled"])} if "enabled" in wanted else {})

    def check(self, record: Record, before: Record | None) -> None:
        if before and record["domain_id"] != before["domain_id"]:
            raise BadRequest("Cannot change Domain ID")
        if before and record["parent_id"] != before["parent_id"]:
            raise Forbidden("Update of `parent_id` is not allowed.")
        if record["domain_id"] not in self.store["domains"]:
            raise BadRequest(f"Could not find domain: {record['domain_id']}.")
        other = directory.named(self.store, "projects", record["name"], record["domain_id"])
        if other and other["id"] != record["id"]:
            raise conflict(
                "project",
                "it is not permitted to have two projects with either the same name or same id in "
                f"the same domain: name is {record['name']}, project id {record['id']}",
            )
        self._check_branch(record, before)

    def _check_branch(self, record: Record, before: Record | None) -> None:
        """Raise Forbidden when an enabled project would be below a disabled one."""
        projects = self.store["projects"]
        if before is None and record["parent_id"] not in self.store["domains"]:
            if record["parent_id"] not in projects:
                raise BadRequest(f"Could not find project: {record['parent_id']}.")
            above = record["parent_id"]
            while above in projects:
                if not projects[above]["enabled"]:
                    raise BadRequest(
                        "cannot create a project in a branch containing a disabled project: "
                        f"{record['parent_id']}"
                    )
                above = projects[above]["parent_id"]
        if before and before["enabled"] and not record["enabled"]:
            below = roles.below(self.store, record["id"])
            if any(projects[each]["enabled"] for each in below):
                raise Forbidden(
                    f"Cannot disable project {record['id']} since its subtree contains "
                    "enabled projects."
                )

    def remove(self, record: Record) -> None:
        if any(roles.below(self.store, record["id"])):
            raise Forbidden(
                f"Cannot delete the project {record['id']} since it is not a leaf in the hierarchy. "
                "Use the cascade option if you want to delete a whole subtree."
            )
        directory.remove_project(self.store, record["id"])


def _as_project(domain: Record) -> Record:
    """A domain in the form of a project, because Keystone lists domains as projects too."""
    return domain | {"domain_id": None, "parent_id": None, "is_domain": True}


_TAG_FILTERS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "tags": lambda wanted, has: wanted <= has,
    "tags-any": lambda wanted, has: bool(wanted & has),
    "not-tags": lambda wanted, has: not wanted <= has,
    "not-tags-any": lambda wanted, has: not wanted & has,
}


class ProjectTags(Resource):
    """/v3/projects/{key}/tags and /v3/projects/{key}/tags/{tag}"""

    def on_get(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        self._answer(req, resp, self._project(req, _READ, "get", key))

    def on_put(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        wanted = self.body(
            req, {"type": "object", "properties": {"tags": schemas.TAGS}, "required": ["tags"]}
        )
        self._answer(req, resp, self._replace(req, key, sorted(wanted["tags"])))

    def on_delete(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        self._replace(req, key, [])
        resp.status = 204

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, key: str, tag: str) -> None:
        self._require_tag(self._project(req, _READ, "get", key), tag)
        resp.status = 204

    def on_put_one(self, req: falcon.Request, resp: falcon.Response, key: str, tag: str) -> None:
        schemas.check(schemas.TAG, tag)
        project = self._project(req, access.DOMAIN_WRITE, "update", key)
        self._replace(req, key, sorted({*project["tags"], tag}))
        resp.status = 201
        resp.set_header("Location", base_url(req, f"/projects/{key}/tags/{tag}"))

    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, key: str, tag: str) -> None:
        project = self._project(req, access.DOMAIN_WRITE, "update", key)
        self._require_tag(project, tag)
        self._replace(req, key, [each for each in project["tags"] if each != tag])
        resp.status = 204

    def _project(self, req: falcon.Request, rule: access.Rule, verb: str, key: str) -> Record:
        return Projects(self.store, self.tokens, self.settings, self.guesses).permitted(
            req, rule, verb, key
        )

    def _require_tag(self, project: Record, tag: str) -> None:
        if tag not in project["tags"]:
            raise NotFound(f"Could not find project tag: {tag}.")

    def _replace(self, req: falcon.Request, key: str, tags: list[str]) -> Record:
        project = self._project(req, access.DOMAIN_WRITE, "update", key) | {"tags": tags}
        self.store.put("projects", key, project)
        return project

    def _answer(self, req: falcon.Request, resp: falcon.Response, project: Record) -> None:
        answer(resp, {"links": {"self": base_url(req)}, "tags": project["tags"]})


class UserProjects(Resource):
    """/v3/users/{key}/projects: the projects on which the user has a role."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        user = self.store["users"].get(key, {})
        target = Target(domain_id=user.get("domain_id"), user_id=user.get("id"))
        rule = access.DOMAIN_READ | access.owner
        self.require(req, rule, "list_user_projects", target)
        directory.get(self.store, "users", key)
        wanted = roles.scopes_of_user(self.store, key, "project")
        records = [linked(req, "projects", self.store["projects"][each]) for each in wanted]
        listing(req, resp, "projects", matching(req, records, ("domain_id", "enabled", "name")))
