# SPDX-License-Identifier: Apache-2.0
"""Finds records by id or name, and removes a record together with the records that belong to it."""

from collections.abc import Callable

from keystone_stub.errors import NotFound, conflict
from keystone_stub.store import Record, Store

NOUNS = {
    "domains": "domain",
    "projects": "project",
    "users": "user",
    "groups": "group",
    "roles": "role",
    "regions": "region",
    "services": "service",
    "endpoints": "endpoint",
    "credentials": "credential",
    "policies": "policy",
    "application_credentials": "Application Credential",
    "access_rules": "Access Rule",
}


# The tables in which a field of a record must name an existing record.
_NEEDS = {
    "users": {"domain_id": "domains"},
    "projects": {"domain_id": "domains"},
    "groups": {"domain_id": "domains"},
    "memberships": {"group_id": "groups", "user_id": "users"},
    "implications": {"prior_role_id": "roles", "implied_role_id": "roles"},
    "endpoints": {"service_id": "services"},
    "application_credentials": {"user_id": "users", "project_id": "projects"},
}


def drop_dangling(store: Store) -> None:
    """Remove the records whose references an edit of the directory file has made invalid."""
    for table, needs in _NEEDS.items():
        for field, needed in needs.items():
            records = store[table].items()
            store.remove(table, [key for key, each in records if each[field] not in store[needed]])
    for key, given in list(store["assignments"].items()):
        scopes = store["domains"] if given["scope"] == "domain" else store["projects"]
        if (
            given["role_id"] not in store["roles"]
            or given["actor_id"] not in store[f"{given['actor']}s"]
            or (given["scope"] != "system" and given["scope_id"] not in scopes)
        ):
            store.remove("assignments", [key])
    store.settle(succeeded=True)


def get(store: Store, table: str, key: str | None) -> Record:
    record = store[table].get(key or "")
    if record is None:
        raise NotFound(f"Could not find {NOUNS[table]}: {key}.")
    return record


def named(store: Store, table: str, name: str, domain_id: str | None = None) -> Record | None:
    """The record with that name, and in that domain when the records of the table have one. None when there is none."""
    for record in store[table].values():
        if record["name"] == name and (domain_id is None or record.get("domain_id") == domain_id):
            return record
    return None


def claim_name(store: Store, table: str, record: Record, changed: bool) -> None:
    """Raise Conflict when another record of the same domain has the name already."""
    for other in store[table].values():
        same = (other["name"], other.get("domain_id")) == (record["name"], record.get("domain_id"))
        if same and other["id"] != record["id"]:
            of_domain = record.get("domain_id") and not changed
            place = f" at domain ID {record['domain_id']}" if of_domain else ""
            raise conflict(NOUNS[table], f"Duplicate entry found with name {record['name']}{place}")


def _remove_where(store: Store, table: str, holds: Callable[[Record], bool]) -> None:
    store.remove(table, [key for key, record in store[table].items() if holds(record)])


def remove_user(store: Store, user_id: str) -> None:
    store.remove("users", [user_id])
    store.remove("passwords", [user_id])
    _remove_where(store, "memberships", lambda each: each["user_id"] == user_id)
    _remove_where(store, "assignments", lambda each: each["actor_id"] == user_id)
    for table in ("credentials", "application_credentials", "access_rules"):
        _remove_where(store, table, lambda each: each["user_id"] == user_id)


def remove_group(store: Store, group_id: str) -> None:
    store.remove("groups", [group_id])
    _remove_where(store, "memberships", lambda each: each["group_id"] == group_id)
    _remove_where(store, "assignments", lambda each: each["actor_id"] == group_id)


def remove_project(store: Store, project_id: str) -> None:
    store.remove("projects", [project_id])
    _remove_where(store, "assignments", lambda each: each["scope_id"] == project_id)
    for table in ("credentials", "application_credentials"):
        _remove_where(store, table, lambda each: each.get("project_id") == project_id)


def remove_role(store: Store, role_id: str) -> None:
    store.remove("roles", [role_id])
    _remove_where(store, "assignments", lambda each: each["role_id"] == role_id)
    _remove_where(store, "implications", lambda each: role_id in each.values())


def remove_domain(store: Store, domain_id: str) -> None:
    for table, remove in (
        ("users", remove_user),
        ("groups", remove_group),
        ("projects", remove_project),
        ("roles", remove_role),
    ):
        for record in list(store[table].values()):
            if record["domain_id"] == domain_id:
                remove(store, record["id"])
    store.remove("domains", [domain_id])
    _remove_where(store, "assignments", lambda each: each["scope_id"] == domain_id)


def remove_service(store: Store, service_id: str) -> None:
    store.remove("services", [service_id])
    _remove_where(store, "endpoints", lambda each: each["service_id"] == service_id)
