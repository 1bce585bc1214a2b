# SPDX-License-Identifier: Apache-2.0
"""Inventory may shrink below its use while others claim: nobody loses anything, and nobody gets more."""

import random
from concurrent.futures import ThreadPoolExecutor

from conformance.databases import Database
from conformance.servers import Server
from differential.calls import Answer, Call, Client, provider_path
from topology import uuid_of

from . import scene
from .fleet import fleet
from .watcher import Watcher

NAME = "shrinking"
CLAIMERS = 6
SHRINKERS = 2
TURNS = 25
MOST = 12
CHANGED = "placement.concurrent_update"
EXCEEDED = "more is held than there is"


def test_claims_survive_that_inventories_shrink_below_their_use(database: Database) -> None:
    with database() as url, fleet(url, 2) as placedock:
        client = Client(placedock.ours[0])
        for call in scene.create(NAME), _total(MOST, generation=0):
            assert client.send(call).ok
        watcher = Watcher(url)
        with watcher.watching(), ThreadPoolExecutor(CLAIMERS + SHRINKERS) as pool:
            servers = placedock.ours
            claimers = [pool.submit(_claim_and_release, servers, n) for n in range(CLAIMERS)]
            shrinkers = [pool.submit(_shrink_and_grow, servers, n) for n in range(SHRINKERS)]
            held = set().union(*(each.result() for each in claimers))
            shrunk = sum(each.result() for each in shrinkers)
        unexpected = [each for each in watcher.seen if not each.startswith(EXCEEDED)]
        assert not unexpected, unexpected
        found = client.get(provider_path(NAME, "allocations"))["allocations"]
        assert found.keys() == held
        assert held and shrunk

        assert client.send(_total(1, generation=_generation(client))).ok
        assert client.send(_claim("one more", None)).status == 409


def _claim_and_release(servers: list[Server], number: int) -> set[str]:
    """The consumers that hold one unit each in the end, by what was acknowledged."""
    rng, clients = random.Random(number), [Client(server) for server in servers]
    held: set[str] = set()
    for turn in range(TURNS):
        if held and rng.random() < 0.4:
            consumer = held.pop()
            released = rng.choice(clients).send(Call("DELETE", f"/allocations/{consumer}"))
            assert released.status == 204, released
        else:
            name = f"claimer{number} {turn}"
            claimed = rng.choice(clients).send(_claim(name, None))
            assert claimed.status == 204 or _is_full(claimed), claimed
            if claimed.ok:
                held.add(uuid_of(name))
    return held


def _shrink_and_grow(servers: list[Server], number: int) -> int:
    """The number of changes that came first."""
    rng, clients = random.Random(number), [Client(server) for server in servers]
    won = 0
    for _ in range(TURNS):
        generation = _generation(rng.choice(clients))
        answer = rng.choice(clients).send(_total(rng.randint(1, MOST), generation))
        assert answer.ok or (answer.status, answer.code) == (409, CHANGED), answer
        won += answer.ok
    return won


def _is_full(answer: Answer) -> bool:
    return (answer.status, answer.code) == (409, "placement.undefined_code")


def _generation(client: Client) -> int:
    found: int = client.get(provider_path(NAME))["generation"]
    return found


def _total(total: int, generation: int) -> Call:
    return scene.stock(NAME, generation, {"VCPU": {"total": total}})


def _claim(consumer: str, generation: int | None) -> Call:
    return Call(
        "PUT",
        f"/allocations/{uuid_of(consumer)}",
        body=scene.claim({NAME: {"VCPU": 1}}, generation),
    )
