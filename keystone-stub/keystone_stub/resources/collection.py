# SPDX-License-Identifier: Apache-2.0
"""The part that the collections and records of all nouns share: list, create, show, change, delete.

A noun sets its names, fields and rules as class attributes, and overrides the steps in which it differs.
"""

import uuid
from typing import Any, ClassVar

import falcon

from keystone_stub import access, directory, schemas
from keystone_stub.access import Target
from keystone_stub.errors import BadRequest, Forbidden, NotFound
from keystone_stub.resources import Resource, answer, linked, listing, matching
from keystone_stub.store import Record


class Collection(Resource):
    """/v3/{plural}, and with the suffix `item` /v3/{plural}/{key}"""

    singular: ClassVar[str]
    plural: ClassVar[str]
    fields: ClassVar[schemas.Schema]
    required: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Record] = {}
    filters: ClassVar[tuple[str, ...]] = ()
    # The fields that Keystone keeps in columns of their own. After a change it shows the other fields a second time, under
    # `extra`.
    columns: ClassVar[frozenset[str]] = frozenset()
    read: ClassVar[access.Rule] = access.CLOUD_READ
    write: ClassVar[access.Rule] = access.CLOUD_WRITE

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        caller = self.caller(req)
        self.require_list(req, caller)
        records = self.visible(req, caller, list(self.store[self.plural].values()))
        records = [self.shown(req, record) for record in records]
        listing(req, resp, self.plural, matching(req, records, self.filters))

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        wanted = self.wanted(req, schemas.creates(self.singular, self.fields, *self.required))
        caller = self.require(req, self.write, f"create_{self.singular}", self.target(wanted))
        wanted = self.placed(req, wanted)
        self.answer_created(req, resp, caller, wanted | {"id": self.new_id(wanted)})

    def answer_created(
        self, req: falcon.Request, resp: falcon.Response, caller: access.Caller, wanted: Record
    ) -> None:
        record = self.stored(self.defaults | wanted, caller)
        self.check(record, None)
        self.store.put(self.plural, record["id"], record)
        self.after_change(None, record, wanted)
        answer(resp, {self.singular: self.shown(req, record)}, 201)

    def on_get_item(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        record = self.permitted(req, self.read, "get", key)
        answer(resp, {self.singular: self.shown(req, record)})

    def on_patch_item(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        wanted = self.wanted(req, schemas.changes(self.singular, self.fields))
        before = self.permitted(req, self.write, "update", key)
        if wanted.get("id") not in (None, key):
            raise BadRequest("Cannot change ID")
        self.check_not_immutable("update", before, wanted)
        after = before | {
            name: value for name, value in self.stored(wanted, None).items() if name != "id"
        }
        if "options" in wanted and "options" in self.fields:
            options = before.get("options", {}) | (wanted["options"] or {})
            after["options"] = {name: value for name, value in options.items() if value is not None}
        self.check(after, before)
        self.store.put(self.plural, key, after)
        self.after_change(before, after, wanted)
        shown = self.shown(req, after)
        if self.columns:
            shown["extra"] = {name: after[name] for name in after if name not in self.columns}
        answer(resp, {self.singular: shown})

    def on_delete_item(self, req: falcon.Request, resp: falcon.Response, key: str) -> None:
        record = self.permitted(req, self.write, "delete", key)
        self.check_not_immutable("delete", record, {})
        self.remove(record)
        resp.status = 204

    def permitted(self, req: falcon.Request, rule: access.Rule, verb: str, key: str) -> Record:
        """The record, when the caller has the right. A caller without it does not learn whether the record exists."""
        caller = self.caller(req)
        record = self.store[self.plural].get(key)
        action = f"{verb}_{self.singular}"
        access.require(rule, action, caller, self.target(record) if record else Target())
        if record is None:
            raise NotFound(f"Could not find {directory.NOUNS[self.plural]}: {key}.")
        return record

    def wanted(self, req: falcon.Request, schema: schemas.Schema) -> dict[str, Any]:
        return dict(self.body(req, schema)[self.singular])

    def check_not_immutable(self, verb: str, record: Record, wanted: Record) -> None:
        """Raise Forbidden for a change of an immutable record, unless the change makes it mutable."""
        if "options" not in self.fields:
            return
        options = wanted.get("options", {})
        wants_mutable = "immutable" in options and not options["immutable"]
        harmless = wants_mutable or set(wanted) == {"options"}
        if record["options"].get("immutable") and not harmless:
            raise Forbidden(
                f"Unable to {verb} immutable {self.singular} resource: `{record['id']}. "
                'Set resource option "immutable" to false first.'
            )

    # Nouns override the steps below.

    def require_list(self, req: falcon.Request, caller: access.Caller) -> None:
        access.require(self.read, f"list_{self.plural}", caller, Target(domain_id=caller.domain_id))

    def visible(
        self, req: falcon.Request, caller: access.Caller, records: list[Record]
    ) -> list[Record]:
        """Require the right to list. A token for a domain lists the records of that domain."""
        if caller.domain_id and self.plural in ("users", "groups", "projects"):
            return [record for record in records if record["domain_id"] == caller.domain_id]
        return records

    def target(self, record: Record) -> Target:
        return Target(domain_id=record.get("domain_id"))

    def placed(self, req: falcon.Request, wanted: Record) -> Record:
        """`wanted` with the domain of the new record."""
        return wanted

    def new_id(self, wanted: Record) -> str:
        return uuid.uuid4().hex

    def stored(self, wanted: Record, caller: access.Caller | None) -> Record:
        """The part of a body that goes into the record."""
        return wanted

    def check(self, record: Record, before: Record | None) -> None:
        """Raise an error when the record conflicts with other records."""

    def after_change(self, before: Record | None, after: Record, wanted: Record) -> None:
        """Change the records that belong to the record."""

    def remove(self, record: Record) -> None:
        self.store.remove(self.plural, [record["id"]])

    def shown(self, req: falcon.Request, record: Record) -> Record:
        return linked(req, self.plural, record)


def domain_of_new(resource: Resource, req: falcon.Request, wanted: Record) -> str:
    """The domain of a new record: that of the body, else the caller's, else the default one."""
    if wanted.get("domain_id"):
        return str(wanted["domain_id"])
    token = resource.caller(req).token
    if token.scope == "domain":
        return token.scope_id
    if token.scope == "project":
        return str(resource.store["projects"][token.scope_id]["domain_id"])
    return "default"


def boolean(value: Any) -> bool:
    """A boolean of a body, for which Keystone also accepts words."""
    return (
        value
        if isinstance(value, bool)
        else str(value).lower() in ("1", "t", "true", "on", "y", "yes")
    )
