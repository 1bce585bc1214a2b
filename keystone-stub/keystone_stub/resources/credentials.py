# SPDX-License-Identifier: Apache-2.0
"""/v3/credentials and /v3/policies: texts that Keystone keeps for other services and does not read."""

import hashlib
import json
from typing import ClassVar

import falcon

from keystone_stub import access, schemas
from keystone_stub.access import Target
from keystone_stub.errors import BadRequest, forbidden_action, missing
from keystone_stub.resources.collection import Collection
from keystone_stub.store import Record


class Credentials(Collection):
    singular, plural = "credential", "credentials"
    fields = schemas.CREDENTIAL
    required = ("blob", "type", "user_id")
    defaults: ClassVar[Record] = {
        "id": None,
        "user_id": None,
        "project_id": None,
        "type": None,
        "blob": None,
    }
    filters = ("user_id", "type")
    read = access.OWNED_READ
    write = access.OWNED_WRITE

    def require_list(self, req: falcon.Request, caller: access.Caller) -> None:
        """Require nothing: every user may list their own credentials."""

    def target(self, record: Record) -> Target:
        return Target(user_id=record.get("user_id"))

    def visible(
        self, req: falcon.Request, caller: access.Caller, records: list[Record]
    ) -> list[Record]:
        if caller.token.application_credential_id:
            return []
        return [
            record for record in records if access.OWNED_READ.holds(caller, self.target(record))
        ]

    def placed(self, req: falcon.Request, wanted: Record) -> Record:
        self._refuse_delegated(req)
        return wanted

    def permitted(self, req: falcon.Request, rule: access.Rule, verb: str, key: str) -> Record:
        record = super().permitted(req, rule, verb, key)
        self._refuse_delegated(req)
        return record

    def _refuse_delegated(self, req: falcon.Request) -> None:
        if self.caller(req).token.application_credential_id:
            raise forbidden_action("Delegated tokens cannot access credentials directly")

    def new_id(self, wanted: Record) -> str:
        """The id of a new credential. That of an EC2 credential follows from its access key, by which clients find it."""
        if wanted["type"].lower() != "ec2":
            return super().new_id(wanted)
        if not wanted.get("project_id"):
            raise BadRequest("'project_id' is a required property")
        try:
            blob = json.loads(wanted["blob"])
        except ValueError as error:
            raise BadRequest("Invalid blob in credential") from error
        if not blob or not isinstance(blob, dict):
            raise missing("blob", "credential")
        if blob.get("access") is None:
            raise missing("access", "credential")
        return hashlib.sha256(str(blob["access"]).encode()).hexdigest()


class Policies(Collection):
    singular, plural = "policy", "policies"
    fields = schemas.POLICY
    required = ("blob", "type")
    filters = ("type",)
