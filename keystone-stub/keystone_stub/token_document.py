# SPDX-License-Identifier: Apache-2.0
"""The token as clients see it: the body of POST and GET /v3/auth/tokens."""

from typing import Any

from keystone_stub.catalog import catalog
from keystone_stub.settings import Settings
from keystone_stub.store import Record, Store
from keystone_stub.tokens import Token, Tokens, as_text


def reference(record: Record) -> dict[str, str]:
    return {"id": record["id"], "name": record["name"]}


def with_domain(store: Store, record: Record) -> dict[str, Any]:
    return {"domain": reference(store["domains"][record["domain_id"]]), **reference(record)}


def token_document(
    store: Store, tokens: Tokens, settings: Settings, token: Token, netloc: str, with_catalog: bool
) -> dict[str, Any]:
    user = store["users"][token.user_id]
    document: dict[str, Any] = {
        "methods": token.methods,
        "user": with_domain(store, user) | {"password_expires_at": user["password_expires_at"]},
        "audit_ids": token.audit_ids,
        "expires_at": as_text(token.expires_at),
        "issued_at": as_text(token.issued_at),
    }
    if token.scope == "system":
        document["system"] = {"all": True}
    elif token.scope == "domain":
        document["domain"] = reference(store["domains"][token.scope_id])
    elif token.scope == "project":
        project = store["projects"][token.scope_id]
        document |= {"project": with_domain(store, project), "is_domain": project["is_domain"]}
    if token.scope:
        document["roles"] = [
            reference(store["roles"][role_id]) for role_id in tokens.role_ids(token)
        ]
        if with_catalog:
            project_id = token.scope_id if token.scope == "project" else None
            document["catalog"] = catalog(store, netloc, settings, project_id, token.user_id)
    if credential := tokens.application_credential(token):
        document["application_credential"] = {
            **reference(credential),
            "restricted": not credential["unrestricted"],
            **(
                {"access_rules": credential["access_rules"]} if "access_rules" in credential else {}
            ),
        }
    return {"token": document}
