# SPDX-License-Identifier: Apache-2.0
"""Who exists in a development stack beside what Keystone's bootstrap makes: the people of the stub, under the same names.

They are made by Keystone's own API, asked inside this process: before anybody else can ask, and without an address. What is
there already stays as it is, but for the passwords that the stack knows and the addresses in the catalog.
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
"""For each user the project, and the roles on it. Who is given no password has the own name for one."""


def endpoints(outside: str, inside: str) -> Endpoints:
    """Keystone shows everybody one list: `public` is for the host, the other two for the stack's own network."""
    return {"public": outside, "internal": inside, "admin": inside}


class Directory:
    """The admin's view of a Keystone that is called as a function."""

    def __init__(self, application: Callable[..., Any], admin_password: str) -> None:
        self.application = application
        self.token = ""
        scope = {"project": {"name": "admin", "domain": {"id": DOMAIN}}}
        answer = self._log_in("admin", admin_password, scope)
        self.token = answer.headers["X-Subject-Token"]

    def settle(self, passwords: Mapping[str, str], placement: Endpoints, region: str) -> None:
        """Make who and what is missing."""
        projects = {name: self._the("project", name=name, domain_id=DOMAIN) for name in PROJECTS}
        role_ids = {role["name"]: role["id"] for role in self._ask("GET", "roles").json["roles"]}
        for name, (project, roles) in PEOPLE.items():
            password = passwords.get(name, name)
            known = self._the("user", {"password": password}, name=name, domain_id=DOMAIN)
            # Another password ends all tokens of a user, so that it is not set where it is the same.
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
        """The id of the only one of this description, which is made, with `more`, when there is none."""
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
