# SPDX-License-Identifier: Apache-2.0
"""Keystone's default policies, as rules about the caller and the target of a request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from keystone_stub.errors import forbidden_action
from keystone_stub.store import Record
from keystone_stub.tokens import Token


class Caller(NamedTuple):
    """The user of a request, with the token that the request carries."""

    token: Token
    user: Record
    roles: frozenset[str]
    """The names of the roles that the token holds."""
    domain_of_project: str | None
    """The domain of the token's project."""

    @property
    def domain_id(self) -> str | None:
        return self.token.scope_id if self.token.scope == "domain" else None

    @property
    def project_id(self) -> str | None:
        return self.token.scope_id if self.token.scope == "project" else None


class Target(NamedTuple):
    """The properties of a request's record that rules use."""

    domain_id: str | None = None
    """The domain to which the record belongs, or the domain itself."""
    user_id: str | None = None
    """The user to which the record belongs, or the user itself."""
    project_id: str | None = None
    managed: bool = True
    """Whether the managers of the domain may change the record."""


@dataclass(frozen=True)
class Rule:
    """A condition under which a caller may act on a target. `one | other` makes a rule of two."""

    holds: Callable[[Caller, Target], bool]

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda caller, target: self.holds(caller, target) or other.holds(caller, target)
        )

    def without_domain_tokens(self) -> "Rule":
        """The same rule, which is never true for a token with the scope of a domain."""
        return Rule(
            lambda caller, target: caller.token.scope != "domain" and self.holds(caller, target)
        )


@Rule
def anyone(caller: Caller, target: Target) -> bool:
    return True


@Rule
def admin(caller: Caller, target: Target) -> bool:
    return "admin" in caller.roles


@Rule
def service(caller: Caller, target: Target) -> bool:
    return "service" in caller.roles


@Rule
def system_reader(caller: Caller, target: Target) -> bool:
    return caller.token.scope == "system" and "reader" in caller.roles


@Rule
def domain_reader(caller: Caller, target: Target) -> bool:
    return (
        "reader" in caller.roles
        and caller.domain_id is not None
        and caller.domain_id == target.domain_id
    )


@Rule
def domain_manager(caller: Caller, target: Target) -> bool:
    of_the_domain = caller.domain_id is not None and caller.domain_id == target.domain_id
    return "manager" in caller.roles and of_the_domain and target.managed


@Rule
def any_manager(caller: Caller, target: Target) -> bool:
    return "manager" in caller.roles and target.managed


@Rule
def any_domain_manager(caller: Caller, target: Target) -> bool:
    return "manager" in caller.roles and caller.domain_id is not None


@Rule
def owner(caller: Caller, target: Target) -> bool:
    return caller.token.user_id == target.user_id


@Rule
def owner_in_a_project(caller: Caller, target: Target) -> bool:
    return owner.holds(caller, target) and caller.project_id is not None


@Rule
def in_the_project(caller: Caller, target: Target) -> bool:
    return caller.project_id is not None and caller.project_id == target.project_id


@Rule
def in_the_domain(caller: Caller, target: Target) -> bool:
    """Whether the token is for the target's domain or for a project of it."""
    return target.domain_id in {caller.domain_id, caller.domain_of_project} - {None}


CLOUD_READ = (admin | system_reader).without_domain_tokens()
CLOUD_WRITE = admin.without_domain_tokens()
DOMAIN_READ = admin | system_reader | domain_reader
DOMAIN_WRITE = admin | domain_manager
OWNED_READ = admin | system_reader | owner
OWNED_WRITE = admin | owner
TOKEN_READ = admin | system_reader | service | owner
TOKEN_CHECK = admin | system_reader | owner
NOBODYS = Target()
"""A target that belongs to no user, project or domain."""


def require(rule: Rule, action: str, caller: Caller, target: Target = NOBODYS) -> None:
    if not rule.holds(caller, target):
        raise forbidden_action(f"identity:{action}")
