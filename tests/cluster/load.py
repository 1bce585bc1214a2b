# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, for as long as a block lasts."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from conformance.servers import Server
from differential.calls import Call, Client, provider_path
from topology import uuid_of

from .clients import PROVIDERS, VCPUS, Actor, Wrong, memory

CLIENTS = 6


class Load:
    """The clients, and what they were told."""

    def __init__(self, actors: Sequence[Actor], stale: float) -> None:
        self.actors = actors
        self.began = time.monotonic()
        self.wrong: list[str] = []
        for actor in actors:
            actor.answers.clear()
            actor.done.clear()
            actor.longest = 0.0
            actor.stale = stale

    @property
    def answers(self) -> Counter[str]:
        return sum((actor.answers for actor in self.actors), Counter())

    def successes(self) -> list[float]:
        return sorted(each for actor in self.actors for each in list(actor.done))

    def gap(self) -> float:
        """The longest time, in seconds, in which nobody succeeded in anything."""
        moments = [self.began, *self.successes()]
        return max(later - before for before, later in itertools.pairwise(moments))

    @property
    def longest(self) -> float:
        """Seconds that the most unlucky action took, with all that it tried again."""
        return max(actor.longest for actor in self.actors)

    def has_gone_on_since(self, moment: float) -> bool:
        """Whether every client has succeeded in something since."""
        return all(actor.done and actor.done[-1] > moment for actor in self.actors) or bool(
            self.wrong
        )


def furnish(server: Server, count: int = CLIENTS) -> list[Actor]:
    """The clients, and the providers that they write to."""
    actors = [Actor(number, server) for number in range(count)]
    calls = [Call("PUT", f"/resource_classes/{memory(actor)}") for actor in actors]
    for host in PROVIDERS:
        body: dict[str, object] = {"name": host, "uuid": uuid_of(host)}
        calls.append(Call("POST", "/resource_providers", body=body))
        inventories = {memory(actor): {"total": 1} for actor in actors if actor.host == host}
        inventories["VCPU"] = {"total": VCPUS}
        body = {"resource_provider_generation": 0, "inventories": inventories}
        calls.append(Call("PUT", provider_path(host, "inventories"), body=body))
    client = Client(server)
    for call in calls:
        answer = client.send(call)
        if not answer.ok:
            raise RuntimeError(f"{call}\nanswered {answer}")
    for actor in actors:
        actor.serial = 1
    return actors


@contextmanager
def under_load(actors: Sequence[Actor], stale: float = 0) -> Iterator[Load]:
    """Let all clients work until the block ends, and then finish what they have begun.

    An answer may be as old as `stale` seconds.
    """
    ended = threading.Event()
    load = Load(actors, stale)

    def work(actor: Actor) -> None:
        try:
            while not ended.is_set():
                actor.act()
        except Wrong as wrong:
            load.wrong.append(str(wrong))

    with ThreadPoolExecutor(len(actors)) as pool:
        working = [pool.submit(work, actor) for actor in actors]
        try:
            yield load
        finally:
            ended.set()
    for each in working:
        each.result()
