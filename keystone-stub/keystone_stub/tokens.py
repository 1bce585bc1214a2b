# SPDX-License-Identifier: Apache-2.0
"""Tokens: their contents, their signature, their expiry and their revocation.

A token carries its own contents, signed, so the store keeps nothing about it, and it stays valid after a restart. The roles
are not in it. The stub looks them up at every use, so the removal of a user's last role on a scope ends the tokens for that
scope. A revocation ends a token early, and the store keeps revocations.
"""

import base64
import os
import time
from datetime import UTC, datetime
from typing import NamedTuple

import itsdangerous

from keystone_stub import roles
from keystone_stub.errors import NotFound
from keystone_stub.settings import Settings
from keystone_stub.store import Record, Store


class Token(NamedTuple):
    """The contents of a token. Times are seconds since 1970."""

    user_id: str
    methods: list[str]
    scope: str | None
    """`project`, `domain`, `system`, or None for an unscoped token."""
    scope_id: str
    """`all` for the system, and empty for an unscoped token."""
    audit_ids: list[str]
    """The token's own id, and the id of the first token of its chain when it was made from another token."""
    issued_at: float
    expires_at: float
    application_credential_id: str | None = None


def new_audit_id() -> str:
    return base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()


def as_text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Tokens:
    def __init__(self, store: Store, settings: Settings, key: str) -> None:
        self._store = store
        self._settings = settings
        self._sealer = itsdangerous.URLSafeSerializer(key, salt="keystone-stub token")
        self._drop_old_revocations()

    def seal(self, token: Token) -> str:
        return self._sealer.dumps(list(token))

    def open(self, text: str | None, allow_expired: bool = False) -> Token:
        """The contents of a valid token. Raises NotFound with Keystone's text when it is not valid."""
        if not text:
            raise NotFound("No token in the request")
        try:
            token = Token(*self._sealer.loads(text))
        except (itsdangerous.BadData, TypeError) as error:
            raise NotFound("Could not recognize Fernet token") from error
        window = self._settings.expired_window_seconds if allow_expired else 0
        if time.time() >= token.expires_at + window or self._revoked(token):
            raise NotFound("Failed to validate token")
        if not self.holds(token):
            raise NotFound(f"Could not find token: {text}.")
        return token

    def holds(self, token: Token) -> bool:
        """Whether the user and the scope of the token exist and are enabled, and the user has a role on the scope."""
        store = self._store
        user = store["users"].get(token.user_id)
        if user is None or not user["enabled"] or not self._domain_enabled(user["domain_id"]):
            return False
        credential_id = token.application_credential_id
        if credential_id and credential_id not in store["application_credentials"]:
            return False
        if token.scope == "project":
            project = store["projects"].get(token.scope_id)
            if (
                project is None
                or not project["enabled"]
                or not self._domain_enabled(project["domain_id"])
            ):
                return False
        if token.scope == "domain" and not self._domain_enabled(token.scope_id):
            return False
        return token.scope is None or bool(self.role_ids(token))

    def _domain_enabled(self, domain_id: str) -> bool:
        domain = self._store["domains"].get(domain_id)
        return domain is not None and domain["enabled"]

    def role_ids(self, token: Token) -> list[str]:
        if token.scope is None:
            return []
        found = roles.of_user(self._store, token.user_id, token.scope, token.scope_id)
        if credential := self.application_credential(token):
            allowed = {role["id"] for role in credential["roles"]}
            found = [role_id for role_id in found if role_id in allowed]
        return found

    def application_credential(self, token: Token) -> Record | None:
        return self._store["application_credentials"].get(token.application_credential_id or "")

    def revoke(self, token: Token, cascade: bool) -> None:
        """Revoke this token, and with `cascade` also the tokens that were made from it."""
        kind = "chain" if cascade else "one"
        record = {
            "kind": kind,
            "of": token.audit_ids[0],
            "before": time.time(),
            "until": self._forgettable(),
        }
        self._store.put("revocations", token.audit_ids[0], record)

    def revoke_all_of(self, user_id: str) -> None:
        """Revoke every token that this user has now."""
        record = {
            "kind": "user",
            "of": user_id,
            "before": time.time(),
            "until": self._forgettable(),
        }
        self._store.put("revocations", f"user/{user_id}", record)

    def _forgettable(self) -> float:
        """The time after which no token that is revoked now can be valid, not even with `allow_expired`."""
        return time.time() + self._settings.token_seconds + self._settings.expired_window_seconds

    def _revoked(self, token: Token) -> bool:
        revocations = self._store["revocations"]
        if token.audit_ids[0] in revocations:
            return True
        chain = revocations.get(token.audit_ids[-1])
        if chain is not None and chain["kind"] == "chain":
            return True
        user = revocations.get(f"user/{token.user_id}")
        return user is not None and token.issued_at <= user["before"]

    def _drop_old_revocations(self) -> None:
        now = time.time()
        old = [key for key, record in self._store["revocations"].items() if record["until"] < now]
        self._store.remove("revocations", old)
        self._store.settle(succeeded=True)
