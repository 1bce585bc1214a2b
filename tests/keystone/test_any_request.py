# SPDX-License-Identifier: Apache-2.0
"""Requests that no client would send: drawn at random from a seed, none may break the stand-in."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from . import servers
from .servers import STUB, Server

PATHS = re.findall(r'"(/v3[^"]*)"', (STUB / "keystone_stub/app.py").read_text())
PATHS += ["/v3/projects/{key}/users/{actor}/roles/{role}", "/v3/system/groups/{key}/roles"]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NOUNS = [
    "user",
    "project",
    "group",
    "domain",
    "role",
    "region",
    "service",
    "endpoint",
    "credential",
    "policy",
]
NOUNS += ["application_credential", "auth"]
FIELDS = [
    "id",
    "name",
    "domain_id",
    "description",
    "enabled",
    "options",
    "tags",
    "parent_id",
    "password",
    "type",
    "blob",
]
FIELDS += [
    "user_id",
    "project_id",
    "service_id",
    "url",
    "interface",
    "region_id",
    "secret",
    "roles",
    "expires_at",
]
FIELDS += [
    "access_rules",
    "immutable",
    "identity",
    "methods",
    "token",
    "scope",
    "project",
    "domain",
    "system",
    "user",
]
SCALARS = ["", "x", "é", "\ud800", True, None, 0, 1e99, 2**70, "public", "http://x", "password"]
SCALARS += ["token", "application_credential", "ec2", "[]", "2030-01-01T00:00:00", "default"]
QUERIES = [
    "name",
    "limit",
    "marker",
    "enabled",
    "effective",
    "include_names",
    "user.id",
    "scope.system",
    "tags",
]


class Draw:
    def __init__(self, seed: int, known: list[str]) -> None:
        self._random = random.Random(seed)
        self._known = known

    def value(self, depth: int = 0) -> Any:
        kind = self._random.randrange(6 if depth < 4 else 3)
        if kind == 0:
            return self._random.choice(self._known)
        if kind in (1, 2):
            return self._random.choice(SCALARS)
        if kind == 3:
            return [self.value(depth + 1) for _ in range(self._random.randrange(3))]
        fields = self._random.sample(FIELDS, self._random.randrange(5))
        return {field: self.value(depth + 1) for field in fields}

    def request(self) -> tuple[str, str, dict[str, str], Any]:
        path = re.sub(r"\{\w+\}", lambda _: self._random.choice(self._known), self._path())
        names = self._random.sample(QUERIES, self._random.randrange(3))
        query = {name: self._random.choice(["", "1", "x", *self._known]) for name in names}
        body = {self._random.choice(NOUNS): self.value()}
        return self._random.choice(METHODS), path, query, body

    def _path(self) -> str:
        found: str = self._random.choice(PATHS)
        return found


@pytest.mark.parametrize("seed", range(3))
def test_no_request_breaks_the_stand_in(seed: int, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with servers.stub(tmp_path / "state") as server, requests.Session() as session:
        draw = Draw(seed, _known_ids(server))
        token = server.token()
        for _ in range(800):
            method, path, query, body = draw.request()
            headers = {"X-Auth-Token": token, "X-Subject-Token": token}
            answer = session.request(
                method, server.url + path, params=query, json=body, headers=headers, timeout=30
            )
            assert answer.status_code < 500, (method, path, query, body)
            if answer.status_code == 401 or (method, path) == ("DELETE", "/v3/auth/tokens"):
                token = server.token()


def _known_ids(server: Server) -> list[str]:
    """Ids to draw from: all but those of the admin, whom the draw could disable."""
    token = server.token()
    found = ["default", "RegionOne", "unknown"]
    for plural in ("users", "projects", "services", "endpoints"):
        records = server.call("GET", f"/v3/{plural}", token).json()[plural]
        found += [record["id"] for record in records if record.get("name") != "admin"]
    return found
