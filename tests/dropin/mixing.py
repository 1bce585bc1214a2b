# SPDX-License-Identifier: Apache-2.0
"""One client among many: it writes at random, through any server, and remembers what was acknowledged.

Its consumers and a resource class are its own, so it knows exactly what it must find at the end.
All else it shares, and is refused when others came first.
"""

import random
from collections.abc import Collection, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from conformance.servers import Server
from differential import calls
from differential.calls import Answer, Call
from topology import uuid_of

from . import stage
from .watch import Watch

Held = dict[str, dict[str, int]]
"""By provider and class, how much."""

CLAIM_MINORS = (12, 28, 39)
"""Before consumers had generations, with them, and with types."""


class Unanswered(Exception):
    """A server that is excused from it has failed, and whether the write was made is not known."""


class Consumer(NamedTuple):
    held: Held
    generation: int


class Client:
    """`excused` are servers that are not under test: they may fail, and leave consumers behind."""

    def __init__(
        self,
        name: str,
        servers: Sequence[Server],
        watch: Watch,
        excused: Collection[Server],
    ) -> None:
        self.name = name
        self.rng = random.Random(name)
        self.watch = watch
        self.own_class = stage.own_class(name)
        self.home, self.elsewhere = stage.HOMES
        self.consumers: dict[str, Consumer] = {}
        self.released: set[str] = set()
        self.doubtful: set[str] = set()
        """Consumers that an excused server may have left behind without allocations."""
        self.made = 0
        everybody = [calls.Client(server) for server in servers]
        self._tested = [one for one in everybody if one.server not in excused]
        self._everybody = everybody

    def run(self, operations: int) -> None:
        """Do that many things, each drawn from those below."""
        weighted = {
            self.claim: 9,
            self.move: 3,
            self.release: 5,
            self.change_inventories: 3,
            self.change_traits: 1,
            self.insist_on_an_old_generation: 1,
            self.insist_on_an_old_consumer: 1,
            self.reshape: 3,
            self.delete_or_make_the_spare: 3,
            self.look: 3,
        }
        for _ in range(operations):
            (act,) = self.rng.choices(list(weighted), list(weighted.values()))
            try:
                act()
            except Unanswered:
                self._learn_anew()

    def claim(self) -> None:
        """A new consumer, or another claim by one that holds something."""
        consumer = self._any_consumer() if self.rng.random() < 0.3 else None
        self._claim(consumer or self._new_consumer(), self._wish(), self.rng.choice(CLAIM_MINORS))

    def _claim(self, consumer: str, wish: Held, minor: int) -> None:
        body = self._claim_body(consumer, wish)
        if minor < 38:
            del body["consumer_type"]
        if minor < 28:
            del body["consumer_generation"]
        call = Call("PUT", f"/allocations/{consumer}", minor, body=body)
        if self._write(call, [consumer], {204, 400, 409}).ok:
            self._acknowledged(consumer, wish)

    def move(self) -> None:
        """All that one consumer holds goes to a new one, in one request."""
        if source := self._any_consumer():
            target, held = self._new_consumer(), self.consumers[source].held
            bodies = {
                source: self._claim_body(source, {}),
                target: self._claim_body(target, held),
            }
            call = Call("POST", "/allocations", body=bodies)
            if self._write(call, [source, target], {204, 409}).ok:
                self._acknowledged(source, {})
                self._acknowledged(target, held)

    def release(self) -> None:
        if not (consumer := self._any_consumer()):
            return
        if self.rng.random() < 0.3:
            self._claim(consumer, {}, 39)
        elif self._write(Call("DELETE", f"/allocations/{consumer}"), [consumer], {204}).ok:
            self._acknowledged(consumer, {})

    def change_inventories(self) -> None:
        """Make one total greater, or more often leave all as it is."""
        provider = self.rng.choice(stage.LASTING)
        body = self._inventories(provider)
        name = self.rng.choice(
            [name for name in body["inventories"] if name in stage.SHARED_CLASSES]
        )
        if self.rng.random() < 0.1:
            body["inventories"][name]["total"] += 1
        self._change(provider, "inventories", body)

    def change_traits(self) -> None:
        provider = self.rng.choice(stage.LASTING)
        traits = self.rng.sample(["HW_CPU_X86_AVX", "HW_CPU_X86_SSE", "HW_CPU_X86_MMX"], 2)
        generation = self._inventories(provider)["resource_provider_generation"]
        body = {"resource_provider_generation": generation, "traits": traits}
        call = Call("PUT", f"/resource_providers/{provider}/traits", body=body)
        self._write(call, (), {200, 409})

    def insist_on_an_old_generation(self) -> None:
        provider = self.rng.choice(stage.LASTING)
        body = self._inventories(provider)
        body["resource_provider_generation"] -= 1
        self._refused(Call("PUT", f"/resource_providers/{provider}/inventories", body=body), ())

    def insist_on_an_old_consumer(self) -> None:
        if consumer := self._any_consumer():
            body = self._claim_body(consumer, self.consumers[consumer].held)
            body["consumer_generation"] += self.rng.choice((-1, 1))
            self._refused(Call("PUT", f"/allocations/{consumer}", body=body), [consumer])

    def reshape(self) -> None:
        """Move the class of its own, with all that its consumers hold of it, between its homes."""
        source, target = self._inventories(self.home), self._inventories(self.elsewhere)
        target["inventories"][self.own_class] = source["inventories"].pop(self.own_class)
        moved = {}
        for consumer, (held, _) in self.consumers.items():
            if self.own_class in held.get(self.home, {}):
                new = deepcopy(held)
                amount = new[self.home].pop(self.own_class)
                if not new[self.home]:
                    del new[self.home]
                new.setdefault(self.elsewhere, {})[self.own_class] = amount
                moved[consumer] = new
        body = {
            "inventories": {self.home: source, self.elsewhere: target},
            "allocations": {one: self._claim_body(one, new) for one, new in moved.items()},
        }
        if self._write(Call("POST", "/reshaper", body=body), list(moved), {204, 409}).ok:
            self.home, self.elsewhere = self.elsewhere, self.home
            for consumer, new in moved.items():
                self._acknowledged(consumer, new)

    def delete_or_make_the_spare(self) -> None:
        """Only a server under test deletes: upstream does not see claims that are made meanwhile."""
        path = f"/resource_providers/{stage.SPARE}"
        if self.rng.random() < 0.4:
            self._write(Call("DELETE", path), (), {204, 404, 409}, self._tested)
            return
        made = Call("POST", "/resource_providers", body={"name": "spare", "uuid": stage.SPARE})
        if self._write(made, (), {200, 409}).ok:
            body = {"resource_provider_generation": 0, "inventories": stage.SPARE_INVENTORIES}
            self._write(Call("PUT", f"{path}/inventories", body=body), (), {200, 404, 409})

    def look(self) -> None:
        """Nobody may ever see more in use than there is, as inventories do not shrink."""
        provider = self.rng.choice(stage.LASTING)
        used = self._get(f"/resource_providers/{provider}/usages")["usages"]
        inventories = self._inventories(provider)["inventories"]
        for name in used.keys() & inventories.keys():
            if used[name] > inventories[name]["total"]:
                self.watch.complain(f"{provider}: {used[name]} {name} of {inventories[name]}")

    def check(self) -> int:
        """Complain unless every consumer holds exactly what was last acknowledged; how many hold anything."""
        for consumer in self.consumers.keys() | self.released:
            expected = self.consumers.get(consumer)
            found = self._held(consumer)
            if found != expected:
                self.watch.complain(f"{consumer} has {found}, and was acknowledged {expected}")
        return len(self.consumers)

    def _wish(self) -> Held:
        wish: Held = {}
        for _ in range(self.rng.randint(1, 2)):
            provider, name = self.rng.choice(
                [
                    (uuid_of("cn0"), "VCPU"),
                    (uuid_of("cn0"), "MEMORY_MB"),
                    (uuid_of("numa0"), "VCPU"),
                    (uuid_of("numa0"), "DISK_GB"),
                    (uuid_of("cn1"), "VCPU"),
                    (uuid_of("cn1"), "MEMORY_MB"),
                    (stage.SPARE, "VCPU"),
                    (self.home, self.own_class),
                ]
            )
            wish.setdefault(provider, {})[name] = self.rng.randint(1, 3)
        return wish

    def _new_consumer(self) -> str:
        """A name that was never used, or one whose consumer holds nothing any more."""
        usable = sorted(self.released - self.doubtful)
        if usable and self.rng.random() < 0.3:
            return self.rng.choice(usable)
        self.made += 1
        return uuid_of(f"{self.name} {self.made}")

    def _any_consumer(self) -> str | None:
        return self.rng.choice(sorted(self.consumers)) if self.consumers else None

    def _claim_body(self, consumer: str, wish: Held) -> dict[str, Any]:
        known = self.consumers.get(consumer)
        return {
            "allocations": {provider: {"resources": wish[provider]} for provider in wish},
            "project_id": uuid_of("project"),
            "user_id": uuid_of(self.name),
            "consumer_generation": known.generation if known else None,
            "consumer_type": "INSTANCE",
        }

    def _acknowledged(self, consumer: str, held: Held) -> None:
        known = self.consumers.pop(consumer, None)
        self.released.discard(consumer)
        if held:
            self.consumers[consumer] = Consumer(held, known.generation + 1 if known else 1)
        else:
            self.released.add(consumer)

    def _inventories(self, provider: str) -> Any:
        """The provider's inventories in the form in which a client can write them back."""
        at_least = self.watch.newest(provider)
        body = self._get(f"/resource_providers/{provider}/inventories")
        self.watch.read(provider, body["resource_provider_generation"], at_least)
        return body

    def _change(self, provider: str, what: str, body: Any) -> None:
        call = Call("PUT", f"/resource_providers/{provider}/{what}", body=body)
        answer = self._write(call, (), {200, 409}, conflict="placement.concurrent_update")
        if answer.ok:
            self.watch.changed(provider, answer.body["resource_provider_generation"])

    def _refused(self, call: Call, consumers: Collection[str]) -> None:
        self._write(call, consumers, {409}, conflict="placement.concurrent_update")

    def _get(self, path: str) -> Any:
        answer = self._send(Call("GET", path), self.rng.choice(self._everybody))
        assert answer.ok, f"GET {path} answered {answer}"
        return answer.body

    def _write(
        self,
        call: Call,
        consumers: Collection[str],
        expected: set[int],
        among: Sequence[calls.Client] | None = None,
        conflict: str | None = None,
    ) -> Answer:
        """The answer to a write on `consumers`, whose status must be `expected`.

        `conflict` is the only code that a 409 may have, if only one is right. A server that is excused may
        refuse as it likes: upstream compares generations last, so a race that it lost before shows itself
        in other words, or as a request that makes no sense.
        """
        to = self.rng.choice(among or self._everybody)
        answer = self._send(call, to, consumers)
        right = answer.status in expected and (
            answer.status != 409 or conflict in (None, answer.code)
        )
        if not right and (answer.ok or to in self._tested):
            self.watch.complain(f"{call}\nanswered {answer}")
        return answer

    def _send(self, call: Call, to: calls.Client, consumers: Collection[str] = ()) -> Answer:
        answer = to.send(call)
        self.watch.count(call, answer)
        excused = to not in self._tested
        if excused and not answer.ok:
            self.doubtful.update(consumers)
        if answer.status >= 500:
            if excused:
                raise Unanswered
            self.watch.complain(f"{call}\nanswered {answer}")
        self.released.update(set(consumers) - self.consumers.keys())
        return answer

    def _held(self, consumer: str) -> Consumer | None:
        """The answer of a server under test for a consumer."""
        answer = self._send(Call("GET", f"/allocations/{consumer}"), self.rng.choice(self._tested))
        held = {uuid: one["resources"] for uuid, one in answer.body["allocations"].items()}
        return Consumer(held, answer.body["consumer_generation"]) if held else None

    def _learn_anew(self) -> None:
        """Ask for what it cannot know after `Unanswered`."""
        for consumer in self.consumers.keys() | self.released | self.doubtful:
            found = self._held(consumer)
            self.consumers.pop(consumer, None)
            self.released.discard(consumer)
            if found:
                self.consumers[consumer] = found
            else:
                self.released.add(consumer)
        path = f"/resource_providers/{self.home}/inventories"
        answer = self._send(Call("GET", path), self.rng.choice(self._tested))
        if self.own_class not in answer.body["inventories"]:
            self.home, self.elsewhere = self.elsewhere, self.home
