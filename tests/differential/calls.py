# SPDX-License-Identifier: Apache-2.0
"""Calls that are sent to a server, and its answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from html import unescape
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

import urllib3
from conformance.servers import Server
from topology import uuid_of
from webob.exc import strip_tags

NEWEST = 39


class Nothing(Enum):
    """The body of a call that has none; None is the JSON `null`."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING


@dataclass(frozen=True)
class Generation:
    """Stands in a body for a provider's generation at the moment of the call, or one that is `off`."""

    provider: str
    off: int = 0


@dataclass(frozen=True)
class ConsumerGeneration:
    """The same for a consumer; null for one that holds nothing."""

    consumer: str
    off: int = 0


@dataclass(frozen=True)
class Call:
    """A request. `text` is sent instead of `body` when what is sent is not JSON."""

    method: str
    path: str
    minor: int = NEWEST
    query: tuple[tuple[str, str], ...] = ()
    body: Any = NOTHING
    text: str | None = None
    content_type: str | None = "application/json"
    accept: str | None = None

    @property
    def url_path(self) -> str:
        """The path without the newline at its end that counts for nothing."""
        return self.path.removesuffix("%0A")

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.query, safe=':,!')}" if self.query else self.path

    def without(self, *parameters: str) -> "Call":
        """The same call with some of its query parameters left out."""
        kept = tuple(pair for pair in self.query if pair[0] not in parameters)
        return Call(self.method, self.path, self.minor, kept)

    def __str__(self) -> str:
        said = f"{self.method} {self.url} (1.{self.minor})"
        if self.accept is not None:
            said += f" Accept: {self.accept}"
        if self.text is not None:
            said += f"\n{self.content_type}: {self.text}"
        elif self.body is not NOTHING:
            said += f"\n{self.content_type}: {json.dumps(self.body, default=repr)}"
        return said


class Answer(NamedTuple):
    """A response; `body` is parsed where it is JSON. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def code(self) -> str | None:
        """The error code, where there is one."""
        return self.body["errors"][0].get("code") if self.text else None

    @property
    def text(self) -> str:
        """The message of a refusal, which is the last line of its detail."""
        if self.ok or not isinstance(self.body, dict) or "errors" not in self.body:
            return ""
        found: str = self.body["errors"][0]["detail"].split("\n\n ")[-1].strip(" ")
        return found

    def __str__(self) -> str:
        body = self.body if isinstance(self.body, str) else json.dumps(self.body, indent=1)
        return f"{self.status}\n{body}"


class Connections(Protocol):
    """An object that sends requests and returns answers: urllib3's pool of connections, or one around it."""

    def request(
        self, method: str, url: str, *, headers: dict[str, str], **more: Any
    ) -> urllib3.BaseHTTPResponse: ...


class Client:
    """Talks to one server, as the admin of noauth2."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._pool: Connections = urllib3.HTTPConnectionPool(
            server.host, server.port, timeout=120, maxsize=4
        )

    def send(self, call: Call) -> Answer:
        """The answer to a call whose body holds no generations that are to be looked up."""
        headers = {"X-Auth-Token": "admin", "OpenStack-API-Version": f"placement 1.{call.minor}"}
        if call.accept is not None:
            headers["Accept"] = call.accept
        sent = call.text
        if sent is None and call.body is not NOTHING:
            sent = json.dumps(call.body)
        if sent is not None and call.content_type is not None:
            headers["Content-Type"] = call.content_type
        answer = self._pool.request(
            call.method, call.url, body=sent, headers=headers, retries=False, redirect=False
        )
        received = {name.lower(): value for name, value in answer.headers.items()}
        body = _read(answer.data.decode(), received.get("content-type", ""))
        return Answer(answer.status, received, body)

    def get(self, path: str, **query: str) -> Any:
        """The body of a GET that succeeds at the newest version."""
        call = Call("GET", path, query=tuple(query.items()))
        answer = self.send(call)
        if not answer.ok:
            raise RuntimeError(f"{call}\nanswered {answer}")
        return answer.body


def _read(text: str, content_type: str) -> Any:
    """A body as JSON; what a refusal says in HTML or plain text as if it were JSON, in which there would be a code, too."""
    if content_type.startswith("application/json"):
        return json.loads(text) if text else text
    if content_type.startswith("text/html"):
        said = strip_tags(text.partition("</h1>")[2].partition("</body>")[0])
        return {"errors": [{"detail": unescape(said).strip(" ")}]}
    if content_type.startswith("text/plain"):
        return {"errors": [{"detail": text.partition("\n\n")[2].strip(" ")}]}
    return text


def provider_path(name: str, *below: str) -> str:
    """The URL of a provider of the world, or below it."""
    return "/".join(["/resource_providers", uuid_of(name), *below])


def resolved(call: Call, ask: Callable[[Call], Answer]) -> Call:
    """The call with generations in place of what stands for them, asked for just before, as clients do."""

    def value_of(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: value_of(value) for key, value in part.items()}
        if isinstance(part, list):
            return [value_of(value) for value in part]
        if isinstance(part, Generation):
            answer = ask(Call("GET", provider_path(part.provider)))
            return part.off + (answer.body["generation"] if answer.ok else 0)
        if isinstance(part, ConsumerGeneration):
            known = ask(Call("GET", f"/allocations/{uuid_of(part.consumer)}")).body
            generation = known.get("consumer_generation")
            return generation if not part.off else (generation or 0) + part.off
        return part

    return replace(call, body=value_of(call.body))
