# SPDX-License-Identifier: Apache-2.0
"""The users and projects of a development stack: those of the stub, under the same names, beside those of Keystone's bootstrap.

This module makes them through Keystone's own API, which it calls inside this process: before any client can call it, and
without an address. It leaves existing records as they are, except for the passwords that the stack knows and the addresses in
the catalog.
"""

import json
from collections.abc import Callable, Container, Mapping
from typing import Any

import webob

Endpoints = Mapping[str, str]
"""An address for each interface of a service."""

DOMAIN = "default"
PROJECTS = ("service", "demo")
PEOPLE = {
    "demo": ("demo", ["member"]),
    "placement": ("service", ["admin", "service"]),
    "nova": ("service", ["admin", "service"]),
    "neutron": ("service", ["admin", "service"]),
}
"""The project of each user, and the user's roles on it. The password of a user that is given none is the user's name."""


def endpoints(outside: str, inside: str) -> Endpoints:
    """The addresses of a service. Every caller sees all three: `public` is for the host, the others for the stack's network."""
    return {"public": outside, "internal": inside, "admin": inside}


class Directory:
    """A client of Keystone with the rights of its administrator. It calls Keystone's WSGI application as a function."""

    def __init__(self, application: Callable[..., Any], admin_password: str) -> None:
        self.application = application
        self.token = ""
        scope = {"project": {"name": "admin", "domain": {"id": DOMAIN}}}
        answer = self._log_in("admin", admin_password, scope)
        self.token = answer.headers["X-Subject-Token"]

    def settle(self, passwords: Mapping[str, str], placement: Endpoints, region: str) -> None:
        """Make the users, projects, roles and catalog entries that are missing."""
        projects = {name: self._the("project", name=name, domain_id=DOMAIN) for name in PROJECTS}
        role_ids = {role["name"]: role["id"] for role in self._ask("GET", "roles").json["roles"]}
        for name, (project, roles) in PEOPLE.items():
            password = passwords.get(name, name)
            known = self._the("user", {"password": password}, name=name, domain_id=DOMAIN)
            # A new password ends all tokens of a user, so the same password is not set again.
            if name in passwords and self._log_in(name, password).status_int == 401:
                self._ask("PATCH", f"users/{known}", {"user": {"password": password}})
            for role in roles:
                path = f"projects/{projects[project]}/users/{known}/roles/{role_ids[role]}"
                self._ask("PUT", path)
        service = self._the("service", {"type": "placement"}, name="placement")
        for interface, url in placement.items():
            place = {"service_id": service, "interface": interface, "region_id": region}
            known = self._the("endpoint", {"url": url}, **place)
            self._ask("PATCH", f"endpoints/{known}", {"endpoint": {"url": url}})

    def _the(self, noun: str, more: Mapping[str, str] | None = None, **which: str) -> str:
        """The id of the record with these properties. When there is none, makes it, with the properties of `more` too."""
        query = "&".join(f"{name}={value}" for name, value in which.items())
        found = self._ask("GET", f"{noun}s?{query}").json[f"{noun}s"]
        if not found:
            found = [self._ask("POST", f"{noun}s", {noun: which | dict(more or {})}).json[noun]]
        return found[0]["id"]

    def _log_in(self, name: str, password: str, scope: object = None) -> webob.Response:
        user = {"name": name, "domain": {"id": DOMAIN}, "password": password}
        wanted = {"identity": {"methods": ["password"], "password": {"user": user}}}
        wanted |= {"scope": scope} if scope else {}
        return self._ask("POST", "auth/tokens", {"auth": wanted}, expected=(201, 401))

    def _ask(
        self, method: str, path: str, body: object = None, expected: Container[int] = range(400)
    ) -> webob.Response:
        headers = {"Content-Type": "application/json", "X-Auth-Token": self.token}
        sent = b"" if body is None else json.dumps(body).encode()
        request = webob.Request.blank(f"/v3/{path}", method=method, headers=headers, body=sent)
        answer = request.get_response(self.application)
        if answer.status_int not in expected:
            raise SystemExit(f"keystone: {method} {path}: {answer.status}: {answer.text}")
        return answer
