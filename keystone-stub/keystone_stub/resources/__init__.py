# SPDX-License-Identifier: Apache-2.0
"""HTTP, with one module for each noun. This module has the parts that all resources share: the caller, the body, a listing."""

import json
from typing import Any
from urllib.parse import urlencode

import falcon

from keystone_stub import access, access_rules, schemas
from keystone_stub.errors import BadRequest, NotFound, Unauthorized, missing
from keystone_stub.guesses import Guesses
from keystone_stub.settings import Settings
from keystone_stub.store import Record, Store
from keystone_stub.tokens import Token, Tokens

_FALSE_WORDS = {"0", "false", "no", "off", "n", "f"}


def base_url(req: falcon.Request, path: str = "") -> str:
    return f"{req.scheme}://{req.netloc}/v3{path}"


def is_true(word: str | None) -> bool:
    """The value of a boolean query parameter: false when it is absent, `0`, `false` or similar, else true."""
    return word is not None and word.strip().lower() not in _FALSE_WORDS


class Resource:
    """One or more URLs. A subclass that answers GET also answers HEAD."""

    def __init__(self, store: Store, tokens: Tokens, settings: Settings, guesses: Guesses) -> None:
        self.store = store
        self.tokens = tokens
        self.settings = settings
        self.guesses = guesses

    def __init_subclass__(cls) -> None:
        for name in [name for name in vars(cls) if name.startswith("on_get")]:
            head = "on_head" + name.removeprefix("on_get")
            if head not in vars(cls):
                setattr(cls, head, getattr(cls, name))

    def caller(self, req: falcon.Request) -> access.Caller:
        try:
            token = self.tokens.open(req.get_header("X-Auth-Token"))
        except NotFound as error:
            raise Unauthorized() from error
        self._check_access_rules(req, token)
        names = frozenset(
            self.store["roles"][role_id]["name"] for role_id in self.tokens.role_ids(token)
        )
        project = self.store["projects"].get(token.scope_id, {})
        user = self.store["users"][token.user_id]
        return access.Caller(token, user, names, project.get("domain_id"))

    def _check_access_rules(self, req: falcon.Request, token: Token) -> None:
        credential = self.tokens.application_credential(token)
        rules = credential.get("access_rules") if credential else None
        if rules is not None and not access_rules.permit(rules, "identity", req.method, req.path):
            raise Unauthorized()

    def require(
        self,
        req: falcon.Request,
        rule: access.Rule,
        action: str,
        target: access.Target = access.NOBODYS,
    ) -> access.Caller:
        caller = self.caller(req)
        access.require(rule, action, caller, target)
        return caller

    def body(self, req: falcon.Request, schema: schemas.Schema | None = None) -> dict[str, Any]:
        raw = req.bounded_stream.read()
        content_type = (req.content_type or "").split(";")[0].strip().lower()
        if (
            raw
            and content_type not in ("", "application/json")
            and not content_type.endswith("+json")
        ):
            raise missing("application/json", "Content-Type header")
        try:
            body = json.loads(raw) if raw else {}
        except (ValueError, RecursionError) as error:
            raise missing("valid JSON", "request body") from error
        if not isinstance(body, dict):
            raise missing("valid JSON", "request body")
        if schema is not None:
            schemas.check(schema, body)
        return body


def linked(req: falcon.Request, plural: str, record: Record) -> Record:
    """The record with its link, as answers show it."""
    return record | {"links": {"self": base_url(req, f"/{plural}/{record['id']}")}}


def answer(resp: falcon.Response, body: dict[str, Any], status: int = 200) -> None:
    resp.status = status
    resp.text = json.dumps(body)


def listing(
    req: falcon.Request,
    resp: falcon.Response,
    plural: str,
    records: list[Record],
    pages: bool = True,
) -> None:
    """Answer with a page of a collection and its links. `limit` and `marker` of the query choose the page."""
    following = None
    if pages:
        marker, limit = req.get_param("marker"), req.get_param("limit")
        if marker:
            places = [index for index, record in enumerate(records) if record["id"] == marker]
            records = records[places[0] + 1 :] if places else records
        if limit is not None:
            if not limit.isdecimal():
                raise BadRequest(f"Invalid input for field/attribute limit. Value: {limit}.")
            if 0 < int(limit) < len(records):
                records = records[: int(limit)]
                query = urlencode({**req.params, "marker": records[-1]["id"]}, doseq=True)
                following = f"{base_url(req, req.path.removeprefix('/v3'))}?{query}"
    links = {
        "next": following,
        "self": f"{req.scheme}://{req.netloc}{req.relative_uri}",
        "previous": None,
    }
    answer(resp, {plural: records, "links": links} | ({"truncated": True} if following else {}))


def matching(req: falcon.Request, records: list[Record], names: tuple[str, ...]) -> list[Record]:
    """The records that match the query: `name=x`, `enabled=true`, `name__contains=x` and so on."""
    for parameter, wanted in req.params.items():
        name, _, comparator = parameter.partition("__")
        if name in names:
            wanted = wanted[0] if isinstance(wanted, list) else wanted
            records = [record for record in records if _fits(record.get(name), wanted, comparator)]
    return records


def _fits(value: Any, wanted: str, comparator: str) -> bool:
    if isinstance(value, bool):
        return value == is_true(wanted)
    text = "" if value is None else str(value)
    if comparator.startswith("i"):
        text, wanted, comparator = text.lower(), wanted.lower(), comparator[1:]
    if comparator == "contains":
        return wanted in text
    if comparator == "startswith":
        return text.startswith(wanted)
    if comparator == "endswith":
        return text.endswith(wanted)
    return text == wanted
