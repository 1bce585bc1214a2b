# SPDX-License-Identifier: Apache-2.0
"""placedock and upstream side by side: every call goes to both, and their answers are compared."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from conformance import servers
from conformance.databases import Database
from conformance.suite import PLAIN_SETTINGS

from . import comparison, deliberate
from .calls import Answer, Call, Client, resolved
from .comparison import Findings


class Different(AssertionError):
    """The answers to a call differ. `call` is as it was drawn, with generations still to be looked up."""

    def __init__(self, call: Call, ours: Answer, theirs: Answer, findings: Findings) -> None:
        super().__init__(f"{call} is answered differently in {', '.join(findings)}")
        self.call = call
        self.ours = ours
        self.theirs = theirs
        self.findings = findings

    @property
    def kind(self) -> tuple[object, ...]:
        """A text that is equal for failures which probably have the same cause."""
        return self.ours.status, self.theirs.status, *self.findings


class Answers(NamedTuple):
    ours: Answer
    theirs: Answer


class Pair:
    """The two servers. `sent` counts the calls that both were sent and whose answers were compared.

    `parted` says that they hold different things since a write on which they rightly disagree; `names` has the names that
    uuids come from.
    """

    def __init__(self, ours: Client, theirs: Client) -> None:
        self.ours = ours
        self.theirs = theirs
        self.sent = 0
        self.excused: dict[str, int] = {}
        self.parted = False
        self.names: Mapping[str, str] = {}

    def send(self, call: Call) -> Answers:
        """Send a call to both; raise `Different` unless the answers are the same, or rightly differ."""
        sent = resolved(call, lambda asked: self.send(asked).ours)
        ours, theirs = self.ours.send(sent), self.theirs.send(sent)
        self.sent += 1
        found = comparison.findings(sent, ours, theirs)
        if not found and comparison.limited(sent) and ours.ok:
            found = self._limited(sent, ours, theirs)
        if found:
            case = deliberate.Case(sent, ours, theirs, found, self.ours, self.names)
            excuses = deliberate.excuse(case)
            if not excuses:
                raise Different(call, ours, theirs, found)
            for excuse in excuses:
                self.excused[excuse] = self.excused.get(excuse, 0) + 1
            self.parted |= call.method != "GET" and ours.ok != theirs.ok
        return Answers(ours, theirs)

    def _limited(self, call: Call, ours: Answer, theirs: Answer) -> Findings:
        """Which candidates a limit leaves is each server's choice: the count is not, and of which is not."""
        unlimited = self.send(call.without("limit"))
        limit = next(int(value) for name, value in call.query if name == "limit")
        found: Findings = {}
        for answer, all_ in zip((ours, theirs), unlimited, strict=True):
            most = min(limit, comparison.count(all_))
            if comparison.count(answer) != most:
                found["number of candidates"] = comparison.count(answer), most
            found |= comparison.limited_findings(answer, all_)
        return found

    def wipe(self) -> None:
        """Leave nothing of what a seed has made in either."""
        for client in (self.ours, self.theirs):
            _wipe(client)
        self.parted = False


def _wipe(client: Client) -> None:
    def delete(path: str) -> bool:
        return client.send(Call("DELETE", path)).ok

    providers = client.get("/resource_providers")["resource_providers"]
    for provider in providers:
        held = client.get(f"/resource_providers/{provider['uuid']}/allocations")["allocations"]
        for consumer in held:
            delete(f"/allocations/{_segment(consumer)}")
    left = [provider["uuid"] for provider in providers]
    while left:
        remaining = [uuid for uuid in left if not delete(f"/resource_providers/{uuid}")]
        if len(remaining) == len(left):
            raise RuntimeError(f"providers that cannot be deleted: {left}\n{client.server.log()}")
        left = remaining
    for trait in client.get("/traits", name="startswith:CUSTOM_")["traits"]:
        delete(f"/traits/{_segment(trait)}")
    for resource_class in client.get("/resource_classes")["resource_classes"]:
        if resource_class["name"].startswith("CUSTOM_"):
            delete(f"/resource_classes/{_segment(resource_class['name'])}")


def _segment(name: str) -> str:
    """A name in a path. One newline at the end of a path counts for nothing, so a name that ends in one gets another."""
    return quote(name + "\n" if name.endswith("\n") else name)


@contextmanager
def pair(database: Database) -> Iterator[Pair]:
    """Both, each on an empty database of its own."""
    with (
        database() as our_url,
        database() as their_url,
        servers.serve.served(PLAIN_SETTINGS, our_url) as ours,
        servers.upstream.served(PLAIN_SETTINGS, their_url) as theirs,
    ):
        yield Pair(Client(ours), Client(theirs))
