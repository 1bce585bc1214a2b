# SPDX-License-Identifier: Apache-2.0
"""/v3/auth/...: makes, validates and revokes tokens, and lists the scopes that their users may have."""

import falcon

from keystone_stub import access, access_rules, roles
from keystone_stub.access import Target
from keystone_stub.authentication import authenticate
from keystone_stub.catalog import catalog
from keystone_stub.errors import Forbidden, NotFound
from keystone_stub.resources import Resource, answer, base_url, is_true, linked, listing
from keystone_stub.token_document import token_document
from keystone_stub.tokens import Token

_SUBJECT = "X-Subject-Token"


class AuthTokens(Resource):
    """/v3/auth/tokens"""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        auth = self.body(req).get("auth")
        token = authenticate(self.store, self.tokens, self.settings, self.guesses, auth)
        self._answer(req, resp, token, self.tokens.seal(token), 201)

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        self._validate(req, resp, access.TOKEN_READ, "validate_token")

    def on_head(self, req: falcon.Request, resp: falcon.Response) -> None:
        self._validate(req, resp, access.TOKEN_CHECK, "check_token")

    def on_delete(self, req: falcon.Request, resp: falcon.Response) -> None:
        subject = self._subject(req, access.OWNED_WRITE, "revoke_token", False)
        self.tokens.revoke(subject, cascade=is_true(req.get_param("cascade", default="true")))
        resp.status = 204

    def _validate(
        self, req: falcon.Request, resp: falcon.Response, rule: access.Rule, action: str
    ) -> None:
        subject = self._subject(req, rule, action, is_true(req.get_param("allow_expired")))
        self._answer(req, resp, subject, req.get_header(_SUBJECT, default=""), 200)

    def _subject(
        self, req: falcon.Request, rule: access.Rule, action: str, allow_expired: bool
    ) -> Token:
        """The token of the header X-Subject-Token. Every caller with a valid token may learn that this one is not."""
        caller = self.caller(req)
        text = req.get_header(_SUBJECT)
        owner = self.tokens.open(text, allow_expired).user_id if text else None
        access.require(rule, action, caller, Target(user_id=owner))
        token = self.tokens.open(text, allow_expired)
        credential = self.tokens.application_credential(token)
        version = req.get_header(access_rules.VERSION_HEADER)
        if credential and "access_rules" in credential and not access_rules.understood(version):
            raise NotFound("Failed to validate token")
        return token

    def _answer(
        self, req: falcon.Request, resp: falcon.Response, token: Token, text: str, status: int
    ) -> None:
        with_catalog = not req.has_param("nocatalog")
        document = token_document(
            self.store, self.tokens, self.settings, token, req.netloc, with_catalog
        )
        answer(resp, document, status)
        resp.set_header(_SUBJECT, text)


class AuthCatalog(Resource):
    """/v3/auth/catalog"""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        caller = self.caller(req)
        if not caller.project_id:
            raise Forbidden()
        services = catalog(
            self.store, req.netloc, self.settings, caller.project_id, caller.token.user_id
        )
        answer(resp, {"catalog": services, "links": {"self": base_url(req, "/auth/catalog")}})


class AuthScopes(Resource):
    """/v3/auth/projects and /v3/auth/domains: the projects and domains on which the caller has a role."""

    def on_get_projects(self, req: falcon.Request, resp: falcon.Response) -> None:
        self._list(req, resp, "project", "projects")

    def on_get_domains(self, req: falcon.Request, resp: falcon.Response) -> None:
        self._list(req, resp, "domain", "domains")

    def _list(self, req: falcon.Request, resp: falcon.Response, scope: str, plural: str) -> None:
        wanted = roles.scopes_of_user(self.store, self.caller(req).token.user_id, scope)
        records = [self.store[plural][key] for key in wanted]
        shown = [linked(req, plural, record) for record in records if record["enabled"]]
        listing(req, resp, plural, shown)


class AuthSystem(Resource):
    """/v3/auth/system: whether the caller has a role on the system."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        found = roles.of_user(self.store, self.caller(req).token.user_id, "system", "all")
        body = {
            "system": [{"all": True}] if found else [],
            "links": {"self": base_url(req, "/auth/system")},
        }
        answer(resp, body)
