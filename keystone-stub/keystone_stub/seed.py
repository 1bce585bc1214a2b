# SPDX-License-Identifier: Apache-2.0
"""Reads the directory file into tables: it turns names into ids, adds defaults, and hashes passwords.

An error of the file becomes one line that names its place in the file.
"""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from keystone_stub import passwords, roles, variables
from keystone_stub.errors import WrongSettings
from keystone_stub.schemas import DIRECTORY_FILE
from keystone_stub.store import TABLES, Record

_NAMESPACE = uuid.UUID("6b657973-746f-6e65-2d73-747562000000")
_INTERFACES = ("public", "internal", "admin")

Tables = dict[str, dict[str, Record]]


def read(path: Path, environment: Mapping[str, str]) -> Tables:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"KEYSTONE_DIRECTORY: cannot read {path}: {error}") from error
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise WrongSettings(f"KEYSTONE_DIRECTORY: {path} is not YAML: {problem}") from error
    content = _expanded(content, environment)
    wrong = jsonschema.Draft202012Validator(DIRECTORY_FILE).iter_errors(content)
    for first in sorted(wrong, key=lambda each: list(map(str, each.absolute_path))):
        place = "/".join(map(str, first.absolute_path)) or "the file"
        raise WrongSettings(f"KEYSTONE_DIRECTORY: {path}: {place}: {first.message}")
    try:
        return _Reader(content).tables
    except LookupError as error:
        raise WrongSettings(f"KEYSTONE_DIRECTORY: {path}: {error.args[0]}") from error


def _expanded(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return variables.expand(value, environment)
    if isinstance(value, list):
        return [_expanded(item, environment) for item in value]
    if isinstance(value, dict):
        return {key: _expanded(item, environment) for key, item in value.items()}
    return value


def _derived_id(*names: str) -> str:
    return uuid.uuid5(_NAMESPACE, "/".join(names)).hex


class _Reader:
    """Fills the tables, in an order in which a record comes after all records that it names."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.tables: Tables = {table: {} for table in TABLES}
        for table in ("domains", "roles", "projects", "users", "groups", "regions", "services"):
            for entry in content.get(table, []):
                getattr(self, f"_{table}")(dict(entry))
        for entry in content.get("roles", []):
            for implied in entry.get("implies", []):
                self._imply(self._id("roles", entry["name"]), self._id("roles", implied))

    def _id(self, table: str, reference: str, domain_id: str | None = None) -> str:
        for key, record in self.tables[table].items():
            of_domain = domain_id is None or record["domain_id"] == domain_id
            if reference == key or (reference == record.get("name") and of_domain):
                return key
        raise LookupError(f"there is no {reference!r} among the {table}")

    def _add(self, table: str, record: Record) -> str:
        if record["id"] in self.tables[table]:
            raise LookupError(f"{table} has {record['id']!r} twice")
        self.tables[table][record["id"]] = record
        return str(record["id"])

    def _domain_of(self, entry: Record) -> str:
        return self._id("domains", entry.get("domain", "default"))

    def _domains(self, entry: Record) -> None:
        self._add(
            "domains",
            {
                "id": entry.get("id") or _derived_id("domain", entry["name"]),
                "name": entry["name"],
                "description": entry.get("description", ""),
                "enabled": entry.get("enabled", True),
                "tags": [],
                "options": {},
            },
        )

    def _roles(self, entry: Record) -> None:
        self._add(
            "roles",
            {
                "id": entry.get("id") or _derived_id("role", entry["name"]),
                "name": entry["name"],
                "domain_id": None,
                "description": entry.get("description"),
                "options": {"immutable": True} if entry.get("immutable") else {},
            },
        )

    def _imply(self, prior: str, implied: str) -> None:
        record = {"prior_role_id": prior, "implied_role_id": implied}
        self.tables["implications"][roles.implication_key(prior, implied)] = record

    def _projects(self, entry: Record) -> None:
        domain_id = self._domain_of(entry)
        parent = entry.get("parent")
        self._add(
            "projects",
            {
                "id": entry.get("id") or _derived_id("project", domain_id, entry["name"]),
                "name": entry["name"],
                "domain_id": domain_id,
                "description": entry.get("description", ""),
                "enabled": entry.get("enabled", True),
                "parent_id": self._id("projects", parent, domain_id) if parent else domain_id,
                "is_domain": False,
                "tags": entry.get("tags", []),
                "options": {},
            },
        )

    def _users(self, entry: Record) -> None:
        domain_id = self._domain_of(entry)
        record = {
            "id": entry.get("id") or _derived_id("user", domain_id, entry["name"]),
            "name": entry["name"],
            "domain_id": domain_id,
            "enabled": entry.get("enabled", True),
            "password_expires_at": None,
            "options": {},
        }
        record |= {key: entry[key] for key in ("description", "email") if key in entry}
        if "default_project" in entry:
            record["default_project_id"] = self._id("projects", entry["default_project"])
        user_id = self._add("users", record)
        if "password" in entry:
            self.tables["passwords"][user_id] = {"sealed": passwords.sealed(entry["password"])}
        self._assign("user", user_id, entry)

    def _groups(self, entry: Record) -> None:
        domain_id = self._domain_of(entry)
        record = {
            "id": entry.get("id") or _derived_id("group", domain_id, entry["name"]),
            "name": entry["name"],
            "domain_id": domain_id,
            "description": entry.get("description", ""),
        }
        group_id = self._add("groups", record)
        for member in entry.get("members", []):
            user_id = self._id("users", member)
            membership = {"group_id": group_id, "user_id": user_id}
            self.tables["memberships"][roles.membership_key(group_id, user_id)] = membership
        self._assign("group", group_id, entry)

    def _assign(self, actor: str, actor_id: str, entry: Record) -> None:
        for granted in entry.get("roles", []):
            for role in granted["roles"]:
                assignment = roles.Assignment(
                    actor,
                    actor_id,
                    *self._scope(granted),
                    self._id("roles", role),
                    granted.get("inherited", False),
                )
                self.tables["assignments"][assignment.key] = assignment._asdict()

    def _scope(self, granted: Record) -> tuple[str, str]:
        if "project" in granted:
            return "project", self._id("projects", granted["project"])
        if "domain" in granted:
            return "domain", self._id("domains", granted["domain"])
        return "system", "all"

    def _regions(self, entry: Record) -> None:
        record = {
            "id": entry["id"],
            "description": entry.get("description", ""),
            "parent_region_id": None,
        }
        self._add("regions", record)

    def _services(self, entry: Record) -> None:
        name, kind = entry["name"], entry["type"]
        service_id = entry.get("id") or _derived_id("service", kind, name)
        self._add("services", {"name": name, "id": service_id, "type": kind, "enabled": True})
        for endpoint in self._endpoints(service_id, entry):
            self._add("endpoints", endpoint)

    def _endpoints(self, service_id: str, entry: Record) -> Iterator[Record]:
        region_id = self._id("regions", entry["region"])
        for interface in _INTERFACES:
            yield {
                "id": _derived_id("endpoint", service_id, interface),
                "interface": interface,
                "region_id": region_id,
                "service_id": service_id,
                "url": entry["url"],
                "enabled": True,
                "inside_url": entry.get("inside_url", entry["url"]),
            }
