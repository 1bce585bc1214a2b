# SPDX-License-Identifier: Apache-2.0
"""The roles of a user on a scope: assignments, and the roles that follow from groups, inheritance and implication.

An inherited assignment on a domain applies to the projects of the domain, and one on a project to the projects below it.
Neither applies to the domain or project itself. A token never shows a role that belongs to a domain; it shows the roles that
such a role implies.
"""

from collections.abc import Iterator
from typing import NamedTuple

from keystone_stub.store import Store


class Assignment(NamedTuple):
    actor: str  # "user" or "group"
    actor_id: str
    scope: str  # "project", "domain" or "system"
    scope_id: str  # "all" for the system
    role_id: str
    inherited: bool = False

    @property
    def key(self) -> str:
        inherited = ["inherited"] if self.inherited else []
        return "/".join(
            [self.actor, self.actor_id, self.scope, self.scope_id, self.role_id, *inherited]
        )


class Effective(NamedTuple):
    """A role that a user has on a scope, and the reason for it."""

    user_id: str
    scope: str
    scope_id: str
    role_id: str
    granted: Assignment  # where it comes from
    prior_role_id: str | None = None  # the role that implies it
    group_id: str | None = None  # the group through which the user has it


def implication_key(prior_role_id: str, implied_role_id: str) -> str:
    return f"{prior_role_id}/{implied_role_id}"


def membership_key(group_id: str, user_id: str) -> str:
    return f"{group_id}/{user_id}"


def assignments(store: Store) -> Iterator[Assignment]:
    return (Assignment(**record) for record in store["assignments"].values())


def groups_of(store: Store, user_id: str) -> list[str]:
    return [
        each["group_id"] for each in store["memberships"].values() if each["user_id"] == user_id
    ]


def members_of(store: Store, group_id: str) -> list[str]:
    return [
        each["user_id"] for each in store["memberships"].values() if each["group_id"] == group_id
    ]


def implied_by(store: Store, role_id: str) -> list[str]:
    """The roles that `role_id` implies directly."""
    return [
        each["implied_role_id"]
        for each in store["implications"].values()
        if each["prior_role_id"] == role_id
    ]


def with_implied(store: Store, role_id: str) -> Iterator[tuple[str, str | None]]:
    """`role_id` and all roles that follow from it, each with the role that implies it."""
    ahead: list[tuple[str, str | None]] = [(role_id, None)]
    seen = {role_id}
    while ahead:
        current, prior = ahead.pop(0)
        yield current, prior
        for implied in implied_by(store, current):
            if implied not in seen:
                seen.add(implied)
                ahead.append((implied, current))


def effective(store: Store) -> Iterator[Effective]:
    """Every role that every user has on every scope. Each reason occurs once."""
    for granted in assignments(store):
        actors: list[tuple[str, str | None]] = [(granted.actor_id, None)]
        if granted.actor == "group":
            actors = [
                (user_id, granted.actor_id) for user_id in members_of(store, granted.actor_id)
            ]
        for scope, scope_id in _reach(store, granted):
            for user_id, group_id in actors:
                for role_id, prior in with_implied(store, granted.role_id):
                    if store["roles"][role_id]["domain_id"] is None:
                        yield Effective(user_id, scope, scope_id, role_id, granted, prior, group_id)


def _reach(store: Store, granted: Assignment) -> list[tuple[str, str]]:
    """The scopes to which an assignment applies."""
    if not granted.inherited:
        return [(granted.scope, granted.scope_id)]
    if granted.scope == "domain":
        projects = store["projects"].values()
        return [
            ("project", each["id"]) for each in projects if each["domain_id"] == granted.scope_id
        ]
    return [("project", project_id) for project_id in below(store, granted.scope_id)]


def below(store: Store, project_id: str) -> Iterator[str]:
    """The projects below a project, at any depth."""
    for each in list(store["projects"].values()):
        if each["parent_id"] == project_id:
            yield each["id"]
            yield from below(store, each["id"])


def of_user(store: Store, user_id: str, scope: str, scope_id: str) -> list[str]:
    """The ids of the roles in a token of this user for this scope."""
    found = (
        each.role_id
        for each in effective(store)
        if (each.user_id, each.scope, each.scope_id) == (user_id, scope, scope_id)
    )
    return list(dict.fromkeys(found))


def scopes_of_user(store: Store, user_id: str, scope: str) -> list[str]:
    """The ids of the projects or domains on which this user has any role."""
    found = (
        each.scope_id for each in effective(store) if (each.user_id, each.scope) == (user_id, scope)
    )
    return list(dict.fromkeys(found))
