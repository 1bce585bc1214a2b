# SPDX-License-Identifier: Apache-2.0
"""The application: its routes, and the parts that all answers share."""

import json
import logging
import time
import uuid
from typing import Any
from wsgiref.types import WSGIApplication

import falcon

from keystone_stub.errors import IdentityError, Unauthorized
from keystone_stub.guesses import Guesses
from keystone_stub.resources import (
    application_credentials,
    base_url,
    credentials,
    discovery,
    domains,
    grants,
    groups,
    projects,
    role_assignments,
    roles,
    services,
    tokens,
    users,
)
from keystone_stub.settings import Settings
from keystone_stub.store import Store
from keystone_stub.tokens import Tokens

_LOG = logging.getLogger("keystone_stub.requests")

# Each row has a path, a resource, and the suffix of the resource's responders.
_ROUTES = [
    ("/", discovery.Versions, None),
    ("/v3", discovery.Version3, None),
    ("/v3/auth/tokens", tokens.AuthTokens, None),
    ("/v3/auth/catalog", tokens.AuthCatalog, None),
    ("/v3/auth/projects", tokens.AuthScopes, "projects"),
    ("/v3/auth/domains", tokens.AuthScopes, "domains"),
    ("/v3/auth/system", tokens.AuthSystem, None),
    ("/v3/domains", domains.Domains, None),
    ("/v3/domains/{key}", domains.Domains, "item"),
    ("/v3/projects", projects.Projects, None),
    ("/v3/projects/{key}", projects.Projects, "item"),
    ("/v3/projects/{key}/tags", projects.ProjectTags, None),
    ("/v3/projects/{key}/tags/{tag}", projects.ProjectTags, "one"),
    ("/v3/users", users.Users, None),
    ("/v3/users/{key}", users.Users, "item"),
    ("/v3/users/{key}/password", users.UserPassword, None),
    ("/v3/users/{key}/projects", projects.UserProjects, None),
    ("/v3/users/{key}/groups", groups.UserGroups, None),
    ("/v3/users/{key}/tokens", users.UserTokens, None),
    (
        "/v3/users/{key}/application_credentials",
        application_credentials.ApplicationCredentials,
        None,
    ),
    (
        "/v3/users/{key}/application_credentials/{credential}",
        application_credentials.ApplicationCredentials,
        "one",
    ),
    ("/v3/users/{key}/access_rules", application_credentials.AccessRules, None),
    ("/v3/users/{key}/access_rules/{rule}", application_credentials.AccessRules, "one"),
    ("/v3/groups", groups.Groups, None),
    ("/v3/groups/{key}", groups.Groups, "item"),
    ("/v3/groups/{key}/users", groups.GroupUsers, None),
    ("/v3/groups/{key}/users/{user}", groups.GroupUsers, "one"),
    ("/v3/roles", roles.Roles, None),
    ("/v3/roles/{key}", roles.Roles, "item"),
    ("/v3/roles/{key}/implies", roles.ImpliedRoles, None),
    ("/v3/roles/{key}/implies/{implied}", roles.ImpliedRoles, "one"),
    ("/v3/role_inferences", roles.ImpliedRoles, "all"),
    ("/v3/role_assignments", role_assignments.RoleAssignments, None),
    ("/v3/credentials", credentials.Credentials, None),
    ("/v3/credentials/{key}", credentials.Credentials, "item"),
    ("/v3/policies", credentials.Policies, None),
    ("/v3/policies/{key}", credentials.Policies, "item"),
    ("/v3/regions", services.Regions, None),
    ("/v3/regions/{key}", services.Regions, "item"),
    ("/v3/services", services.Services, None),
    ("/v3/services/{key}", services.Services, "item"),
    ("/v3/endpoints", services.Endpoints, None),
    ("/v3/endpoints/{key}", services.Endpoints, "item"),
]


class _EveryAnswer:
    """Adds the headers, writes the log line, and keeps or drops the changes of the request."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.context.started = time.monotonic()

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: Any, req_succeeded: bool
    ) -> None:
        self._store.settle(succeeded=req_succeeded)
        request_id = f"req-{uuid.uuid4()}"
        resp.set_header("Vary", "X-Auth-Token")
        resp.set_header("x-openstack-request-id", request_id)
        milliseconds = (time.monotonic() - req.context.started) * 1000
        status = falcon.code_to_http_status(resp.status).split()[0]
        _LOG.info(
            "%s %s %s %.1f ms %s", req.method, req.relative_uri, status, milliseconds, request_id
        )


def _on_error(
    req: falcon.Request, resp: falcon.Response, error: IdentityError, params: Any
) -> None:
    resp.status = error.code
    body = {"code": error.code, **error.extra, "message": error.message, "title": error.title}
    resp.text = json.dumps({"error": body})
    if isinstance(error, Unauthorized):
        resp.set_header("WWW-Authenticate", f'Keystone uri="{base_url(req)}"')


def _on_http_error(
    req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, params: Any
) -> None:
    """Answer for the errors of the router: an unknown path, or a method that the path does not have."""
    resp.status = error.status
    resp.set_headers(error.headers or {})
    if error.status_code == 405:
        resp.text = json.dumps({"message": "The method is not allowed for the requested URL."})
    else:
        title = falcon.code_to_http_status(error.status).partition(" ")[2]
        message = error.description or "The requested URL was not found on the server."
        resp.text = json.dumps(
            {"error": {"code": error.status_code, "message": message, "title": title}}
        )


def _on_bug(req: falcon.Request, resp: falcon.Response, error: Exception, params: Any) -> None:
    _LOG.exception("%s %s", req.method, req.relative_uri)
    _on_error(req, resp, IdentityError(), params)


def application(store: Store, service_tokens: Tokens, settings: Settings) -> WSGIApplication:
    app = falcon.App(middleware=[_EveryAnswer(store)])
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.keep_blank_qs_values = True
    app.add_error_handler(Exception, _on_bug)
    app.add_error_handler(falcon.HTTPError, _on_http_error)
    app.add_error_handler(IdentityError, _on_error)
    shared = store, service_tokens, settings, Guesses(settings.guesses)
    resources: dict[type, Any] = {}
    for path, kind, suffix in _ROUTES:
        resource = resources.setdefault(kind, kind(*shared))
        app.add_route(path, resource, suffix=suffix)
    for path, resource, suffix in grants.routes(*shared):
        app.add_route(path, resource, suffix=suffix)
    return app
