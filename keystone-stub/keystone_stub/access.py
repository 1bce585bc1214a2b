# SPDX-License-Identifier: Apache-2.0
"""Who may do what: Keystone's default policies, as rules over the caller and what the request is
about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from keystone_stub.errors import forbidden_action
from keystone_stub.store import Record
from keystone_stub.tokens import Token


class Caller(NamedTuple):
    token: Token
    user: Record
    roles: frozenset[str]  # names
    domain_of_project: str | None  # the domain that the token's project is in

    @property
    def domain_id(self) -> str | None:
        return self.token.scope_id if self.token.scope == "domain" else None

    @property
    def project_id(self) -> str | None:
        return self.token.scope_id if self.token.scope == "project" else None


class Target(NamedTuple):
    """What a request is about, as far as rules ask."""

    domain_id: str | None = None  # the domain that the record belongs to, or is
    user_id: str | None = None  # the user that it is, or belongs to
    project_id: str | None = None
    managed: bool = True  # whether a domain's own managers may touch it


@dataclass(frozen=True)
class Rule:
    """Whether a caller may do something to a target. `one | other` is a rule too."""

    holds: Callable[[Caller, Target], bool]

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda caller, target: self.holds(caller, target) or other.holds(caller, target)
        )

    def without_domain_tokens(self) -> "Rule":
        """The rule, but never for a token that is for a domain."""
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
    """With a token for the domain or for a project of it."""
    return target.domain_id in {caller.domain_id, caller.domain_of_project} - {None}


CLOUD_READ = (admin | system_reader).without_domain_tokens()
CLOUD_WRITE = admin.without_domain_tokens()
DOMAIN_READ = admin | system_reader | domain_reader
DOMAIN_WRITE = admin | domain_manager
OWNED_READ = admin | system_reader | owner
OWNED_WRITE = admin | owner
TOKEN_READ = admin | system_reader | service | owner
TOKEN_CHECK = admin | system_reader | owner
NOBODYS = Target()  # about nothing that belongs to anybody


def require(rule: Rule, action: str, caller: Caller, target: Target = NOBODYS) -> None:
    if not rule.holds(caller, target):
        raise forbidden_action(f"identity:{action}")
