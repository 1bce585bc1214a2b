# SPDX-License-Identifier: Apache-2.0
"""Measures what nova sends, in the cloud of `bench.real`: the scheduler's queries, the periodic reads of a compute node, and
schedulers that claim what they were given.
"""

import json
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from ..client import Connection, request
from ..clients import CONFLICT, TRIES, Outcome, together
from ..clouds import PROJECTS, Cloud, uuid_of
from ..measure import Figure
from ..real import EGRESS, GPU, INGRESS, PHYSNETS, UNHEARD_OF, VNIC, real, tenant, zone
from ..rows import NONE, Row, Target, Unit
from ..run import Read, Run
from ..servers import Service

LIMIT = "limit=1000"
"""What nova asks for unless it is told otherwise."""

PATH = "/allocation_candidates?"
FLAVOR = f"{PATH}resources=VCPU:4,MEMORY_MB:8192,DISK_GB:40"
BOOT = f"{FLAVOR}&required=!COMPUTE_STATUS_DISABLED&root_required=COMPUTE_IMAGE_TYPE_QCOW2"
ONE_GPU = f"{FLAVOR}&resources_GPU={GPU}:1&group_policy=none"
NETWORK = (
    f"{FLAVOR}&resources_NET={EGRESS}:1000,{INGRESS}:1000&required_NET={PHYSNETS[0]},{VNIC}"
    "&group_policy=none"
)
TWO_GPUS = f"{FLAVOR}&resources_A={GPU}:1&resources_B={GPU}:1&group_policy=isolate"
TOO_MUCH = f"{PATH}resources=VCPU:4,MEMORY_MB:600000,DISK_GB:40"

SCHEDULERS = 8


def candidates(cloud: Cloud) -> list[Read]:
    """The scheduler's queries, with their targets in a cloud of 1,000 nodes."""

    def read(name: str, path: str, times: float) -> Read:
        return Read(name, f"{path}&{LIMIT}", Target(times), among=path)

    in_zone = f"{BOOT}&member_of={zone(0)}&member_of={tenant(0)}"
    return [
        read("boot", BOOT, 20),
        read("boot in a zone, for a tenant", in_zone, 15),
        read("boot with a GPU", ONE_GPU, 25),
        read("boot with bandwidth", NETWORK, 25),
        read("boot with two GPUs, isolate", TWO_GPUS, 15),
        read("evacuate to a named host", f"{BOOT}&in_tree={cloud.provider(0)}", 20),
        read("nobody has so much memory", TOO_MUCH, 6),
        read("nobody has a GPU with this trait", f"{ONE_GPU}&required_GPU={UNHEARD_OF}", 40),
    ]


def periodic(cloud: Cloud) -> list[Read]:
    """A compute node with devices below it asks for all of this once a minute."""
    node = f"/resource_providers/{cloud.provider(0)}"
    target = Target(3, of_floor=2)
    return [
        Read("a node's tree", f"/resource_providers?in_tree={cloud.provider(0)}", target),
        Read("a node's inventories", f"{node}/inventories", target),
        Read("a node's traits", f"{node}/traits", target),
        Read("a node's aggregates", f"{node}/aggregates", target),
        Read("a node's allocations", f"{node}/allocations", target),
        Read("all providers", "/resource_providers", Target(5)),
    ]


def measure(run: Run) -> Iterator[Row]:
    few, many = (20, 40) if run.quick else (1_000, 10_000)
    cloud, section = real(few), f"real cloud, {few:,} nodes"
    run.load(cloud)
    yield from run.reads(section, [*candidates(cloud), *periodic(cloud)])
    yield _schedulers(run, section)
    cloud, section = real(many), f"real cloud, {many:,} nodes"
    run.load(cloud)
    # The targets are those of the smaller cloud.
    asked = [*candidates(cloud), *periodic(cloud)]
    yield from run.reads(section, [replace(read, target=NONE) for read in asked])


def _schedulers(run: Run, section: str) -> Row:
    """How many cycles a second eight schedulers get through, each of which asks for candidates and claims one of them."""
    each = 2 if run.quick else 6
    turns = max(run.effort.turns // 4, 1)
    sides: list[list[Outcome]] = [[], []]
    for turn in range(turns):
        for side, service in zip(sides, run.bench.pair, strict=True):
            schedulers = [_Scheduler(service, turn, number, each) for number in range(SCHEDULERS)]
            side.append(together(schedulers))
    ours, theirs = sides
    run.complaints.extend(f"schedulers: {error}" for one in ours for error in one.errors)
    again = [sum(outcome.again for outcome in side) for side in sides]
    return Row(
        section,
        f"{SCHEDULERS} schedulers, candidates and a claim",
        Unit.PER_SECOND,
        Figure(Figure.of([outcome.rate for outcome in ours]).median),
        Figure(Figure.of([outcome.rate for outcome in theirs]).median),
        target=Target(without_errors=True),
        clients=SCHEDULERS,
        errors=sum(len(outcome.errors) for outcome in ours),
        note=f"claims sent again: placedock {again[0]}, upstream {again[1]}",
    )


class _Scheduler:
    """Chooses any of its candidates, so that schedulers rarely meet, and claims again after a conflict as nova does."""

    def __init__(self, service: Service, turn: int, number: int, cycles: int) -> None:
        self._service = service
        self._consumers = [
            uuid_of(f"{service.name} instance", 1 + (turn * SCHEDULERS + number) * cycles + cycle)
            for cycle in range(cycles)
        ]
        self._rng = random.Random(f"{turn} {number}")
        self.seconds: list[float] = []
        self.again = 0
        self.errors: list[str] = []

    def run(self, ready: threading.Barrier) -> None:
        ready.wait()
        with self._service.connect() as connection:
            try:
                for consumer in self._consumers:
                    self._cycle(connection, consumer)
            except OSError as error:
                self.errors.append(repr(error))

    def _cycle(self, connection: Connection, consumer: str) -> None:
        started = perf_counter()
        answer = connection.ask(request("GET", f"{BOOT}&{LIMIT}"))
        # The summaries are most of the answer. To parse them would take the cores that the servers need.
        candidates, _, _ = answer.body.partition(b'"provider_summaries"')
        offered = json.loads(candidates.rstrip(b", ") + b"}")["allocation_requests"]
        for _ in range(TRIES):
            claim = self._claim(self._rng.choice(offered), consumer)
            answer = connection.ask(claim)
            if answer.status == 204:
                self.seconds.append(perf_counter() - started)
                return
            if answer.status != 409 or CONFLICT not in answer.body:
                break
            self.again += 1
        self.errors.append(f"{answer.status}: {answer.body.decode()[:200]}")

    def _claim(self, chosen: dict[str, object], consumer: str) -> bytes:
        owner = 1 + self._rng.randrange(PROJECTS)
        body = {
            "allocations": chosen["allocations"],
            "mappings": chosen["mappings"],
            "project_id": uuid_of("project", owner),
            "user_id": uuid_of("user", owner),
            "consumer_generation": None,
            "consumer_type": "INSTANCE",
        }
        return request("PUT", f"/allocations/{consumer}", body)
