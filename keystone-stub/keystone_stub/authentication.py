# SPDX-License-Identifier: Apache-2.0
"""Authentication: makes a token of the `auth` of a request, or raises an error that does not help a guesser.

The methods are password, token and application_credential. The scopes are project, domain, system and unscoped. Without a
scope the token is for the user's default project, when the user has one and a role on it.
"""

import time
from typing import Any, NamedTuple

from keystone_stub import directory, roles, schemas
from keystone_stub.errors import BadRequest, NotFound, Unauthorized, forbidden_action, missing
from keystone_stub.guesses import Guesses
from keystone_stub.settings import Settings
from keystone_stub.store import Record, Store
from keystone_stub.tokens import Token, Tokens, new_audit_id

# Keystone lists these methods in its answer to an unknown one. The stub supports three of them.
_KNOWN_METHODS = (
    "external",
    "password",
    "token",
    "oauth1",
    "mapped",
    "application_credential",
    "ec2credential",
)
_SCOPES = ("system", "project", "domain", "unscoped", "OS-TRUST:trust")


class Proof(NamedTuple):
    """The result of one successful method."""

    user_id: str
    methods: list[str]
    token: Token | None = None
    """The token that the caller sent."""
    credential: Record | None = None
    """The application credential that the caller sent."""


class Scope(NamedTuple):
    kind: str | None
    id: str = ""


def authenticate(
    store: Store, tokens: Tokens, settings: Settings, guesses: Guesses, auth: dict[str, Any] | None
) -> Token:
    """The new token for a request body's `auth`. Raises BadRequest, Unauthorized, Forbidden or NotFound as Keystone does."""
    if auth is not None:
        schemas.check(schemas.AUTH, auth)
        _check_references(auth)
    if not auth:
        raise missing("auth", "request body")
    request = _Request(store, tokens, settings, guesses, auth)
    try:
        return request.token()
    except Unauthorized:
        if not request.compared:
            guesses.refuse_an_unknown_user()
        raise


def _check_references(auth: dict[str, Any]) -> None:
    """Raise BadRequest for a reference that has neither an id nor a name."""
    user = auth["identity"].get("password", {}).get("user")
    scope = auth["scope"] if isinstance(auth.get("scope"), dict) else {}
    project = scope.get("project")
    named = {
        "identity/password/user": user,
        "identity/password/user/domain": user and user.get("domain"),
        "scope/project": project,
        "scope/project/domain": project and project.get("domain"),
        "scope/domain": scope.get("domain"),
    }
    for place, reference in named.items():
        if reference is not None and not {"id", "name"} & set(reference):
            raise BadRequest(f"Invalid input for field {place}: id or name must be present.")


class _Request:
    compared = False
    """Whether a secret was compared, which takes most of the time of a login."""

    def __init__(
        self,
        store: Store,
        tokens: Tokens,
        settings: Settings,
        guesses: Guesses,
        auth: dict[str, Any],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._settings = settings
        self._guesses = guesses
        self._identity = auth["identity"]
        self._scope = auth.get("scope")

    def token(self) -> Token:
        methods = list(dict.fromkeys(self._identity["methods"]))
        for method in methods:
            if method not in self._identity:
                raise missing(method, "identity")
        for method in methods:
            if method not in ("password", "token", "application_credential"):
                raise Unauthorized(
                    "Attempted to authenticate with an unsupported method.",
                    identity={"methods": _KNOWN_METHODS},
                )
        scope = self._requested_scope()
        proofs = [getattr(self, f"_by_{method}")(self._identity[method]) for method in methods]
        if len({proof.user_id for proof in proofs}) != 1:
            raise Unauthorized()
        return self._issue(proofs, scope or self._default_scope(proofs[0]))

    def _issue(self, proofs: list[Proof], scope: Scope) -> Token:
        parent = next((proof.token for proof in proofs if proof.token), None)
        credential = next((proof.credential for proof in proofs if proof.credential), None)
        now = time.time()
        expires = parent.expires_at if parent else now + self._settings.token_seconds
        if credential and credential["expires_at_seconds"]:
            expires = min(expires, credential["expires_at_seconds"])
        token = Token(
            user_id=proofs[0].user_id,
            methods=list(dict.fromkeys(method for proof in proofs for method in proof.methods)),
            scope=scope.kind,
            scope_id=scope.id,
            audit_ids=[new_audit_id()] + ([parent.audit_ids[-1]] if parent else []),
            issued_at=now,
            expires_at=expires,
            application_credential_id=credential["id"] if credential else None,
        )
        if not self._tokens.holds(token):
            raise Unauthorized()
        return token

    def _by_password(self, shown: dict[str, Any]) -> Proof:
        user = self._user(shown.get("user"))
        kept = self._store["passwords"].get(user["id"], {}).get("sealed")
        password = shown["user"].get("password")
        if password is None or not self._match(user["id"], password, kept):
            raise Unauthorized()
        return Proof(user["id"], ["password"])

    def _match(self, user_id: str, secret: str, kept: str | None) -> bool:
        self.compared = True
        return self._guesses.match(user_id, secret, kept)

    def _by_token(self, shown: dict[str, Any]) -> Proof:
        token = self._tokens.open(shown["id"])
        wanted = self._scope if isinstance(self._scope, dict) else {}
        if token.scope == "system" and {"project", "domain"} & set(wanted):
            raise forbidden_action(
                "Using a system-scoped token to create a project-scoped or domain-scoped token "
                "is not allowed."
            )
        if token.application_credential_id:
            raise forbidden_action(
                "Using a delegated token to create another token is not allowed."
            )
        return Proof(token.user_id, ["token", *token.methods], token=token)

    def _by_application_credential(self, shown: dict[str, Any]) -> Proof:
        credential = self._credential(shown)
        self._user({"id": credential["user_id"]})
        expires = credential["expires_at_seconds"]
        kept = credential["sealed_secret"]
        if not self._match(credential["user_id"], shown.get("secret") or "", kept) or (
            expires and expires <= time.time()
        ):
            raise Unauthorized()
        return Proof(credential["user_id"], ["application_credential"], credential=credential)

    def _credential(self, shown: dict[str, Any]) -> Record:
        if shown.get("id"):
            return directory.get(self._store, "application_credentials", shown["id"])
        if not shown.get("name"):
            raise missing("name or ID", "application credential")
        if not shown.get("user"):
            raise missing("user", "application credential")
        user = self._user(shown["user"])
        for credential in self._store["application_credentials"].values():
            if (credential["user_id"], credential["name"]) == (user["id"], shown["name"]):
                return credential
        raise Unauthorized()

    def _user(self, reference: dict[str, Any] | None) -> Record:
        if reference is None:
            raise missing("user", "None")
        if reference.get("name"):
            if "domain" not in reference:
                raise missing("domain", "user")
            domain = self._domain(reference["domain"])
            user = directory.named(self._store, "users", reference["name"], domain["id"])
        elif reference.get("id"):
            user = self._store["users"].get(reference["id"])
        else:
            raise missing("id or name", "user")
        if user is None or not user["enabled"]:
            raise Unauthorized()
        return user

    def _domain(self, reference: dict[str, Any]) -> Record:
        if reference.get("name"):
            domain = directory.named(self._store, "domains", reference["name"])
        else:
            domain = self._store["domains"].get(reference.get("id", ""))
        if domain is None or not domain["enabled"]:
            raise Unauthorized()
        return domain

    def _project(self, reference: dict[str, Any]) -> Record:
        if reference.get("name"):
            if "domain" not in reference:
                raise missing("domain", "project")
            domain = self._domain(reference["domain"])
            project = directory.named(self._store, "projects", reference["name"], domain["id"])
        else:
            project = self._store["projects"].get(reference.get("id", ""))
        if project is None or not project["enabled"]:
            raise Unauthorized()
        return project

    def _requested_scope(self) -> Scope | None:
        """The scope that the request names, or None when it names none."""
        if "application_credential" in self._identity["methods"]:
            if self._scope is not None:
                raise Unauthorized(
                    "Error authenticating with application credential: "
                    "Application credentials cannot request a scope.",
                    identity={},
                )
            return Scope(
                "project", self._credential(self._identity["application_credential"])["project_id"]
            )
        if self._scope is None:
            return None
        chosen = [
            scope for scope in _SCOPES if scope in self._scope
        ]  # the scope may be the bare word "unscoped"
        if len(chosen) != 1:
            raise missing("system, project, domain, OS-TRUST:trust or unscoped", "scope")
        if chosen == ["unscoped"]:
            return Scope(None)
        if chosen == ["system"]:
            return Scope("system", "all")
        if chosen == ["project"]:
            return Scope("project", self._project(self._scope["project"])["id"])
        if chosen == ["domain"]:
            return Scope("domain", self._domain(self._scope["domain"])["id"])
        raise NotFound("Could not find trust.")

    def _default_scope(self, proof: Proof) -> Scope:
        project_id = self._store["users"][proof.user_id].get("default_project_id")
        project = self._store["projects"].get(project_id or "")
        if (
            project
            and project["enabled"]
            and roles.of_user(self._store, proof.user_id, "project", project["id"])
        ):
            return Scope("project", project["id"])
        return Scope(None)
