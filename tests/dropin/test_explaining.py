# SPDX-License-Identifier: Apache-2.0
"""Explanations are true of the answers of an upstream that serves beside, also by a database user who may only select."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from concurrency.fleet import Fleet, fleet
from conformance.databases import Database
from console import dump
from console.serving import Client as Console
from console.serving import serving
from differential.calls import Call, Client
from topology import uuid_of

from .filling import fill

READ_ONLY = {"OS_PLACEDOCK__READ_ONLY": "True"}
QUERIES = 150

CLASSES = ("VCPU", "MEMORY_MB", "CUSTOM_AGOLD", "SRIOV_NET_VF")
LENT = "DISK_GB"
"""What a sharing provider has."""
AMOUNTS = (1, 1, 2, 3, 4, 8, 100, 5000)
TRAITS = ("HW_CPU_X86_AVX", "HW_NUMA_ROOT", "CUSTOM_ARED", "MISC_SHARES_VIA_AGGREGATE")
AGGREGATES = (uuid_of("rack1"), uuid_of("Arack2"), uuid_of("nowhere"))


VERSIONS = (39, 39, 39, 36, 33, 31, 29, 25, 17)
"""Minor versions with different queries, the newest most often: it has all that can be asked."""

PLACES = tuple(map(uuid_of, ("Acn1", "Anuma0", "Acn2", "nowhere")))
"""Providers whose trees are asked for."""


def drawn(seed: int) -> tuple[str, int]:
    """A query of `GET /allocation_candidates` and a minor version, without what upstream counts wrong (docs/differences.md).

    That is what a sharing provider offers one of several groups, and a class that the unsuffixed group and another ask for.
    """
    draw = random.Random(seed)
    minor = draw.choice(VERSIONS)
    suffixes = draw.choice([[""], ["", "_A"], ["_A", "_B"], ["", "_A", "_B"]])
    if minor < 33:
        suffixes = [suffix.translate(NUMBERED) for suffix in suffixes]
    if minor < 25:
        suffixes = [""]
    pairs: list[tuple[str, str]] = []
    known: tuple[str, ...] = CLASSES if len(suffixes) > 1 else (*CLASSES, LENT)
    for suffix in suffixes:
        classes = draw.sample(known, draw.choice([1, 1, 2]))
        amounts = ",".join(f"{name}:{draw.choice(AMOUNTS)}" for name in classes)
        pairs.append((f"resources{suffix}", amounts))
        if not suffix:
            known = tuple(name for name in known if name not in classes)
        if draw.random() < 0.3:
            any_of = "in:" if minor >= 39 else None
            forbidden = "!" if minor >= 22 else None
            pairs.append((f"required{suffix}", _asked(draw, TRAITS, any_of, forbidden, None)))
        if draw.random() < 0.3 and minor >= 21:
            forbidden, none_of = ("!", "!in:") if minor >= 32 else (None, None)
            pairs.append(
                (f"member_of{suffix}", _asked(draw, AGGREGATES, "in:", forbidden, none_of))
            )
        if draw.random() < 0.15 and minor >= 31:
            pairs.append((f"in_tree{suffix}", draw.choice(PLACES)))
    named = [suffix for suffix in suffixes if suffix]
    if len(named) > 1:
        pairs.append(("group_policy", draw.choice(["none", "isolate"])))
        if draw.random() < 0.4 and minor >= 36:
            pairs.append(("same_subtree", ",".join(named)))
    if draw.random() < 0.1 and minor >= 35:
        pairs.append(("root_required", draw.choice(TRAITS)))
    if draw.random() < 0.2:
        pairs.append(("limit", str(draw.choice([1, 2, 1000]))))
    return urlencode(pairs, safe=":,!"), minor


NUMBERED = str.maketrans({"_": None, "A": "1", "B": "2"})
"""Makes of a suffix one of those that there were before 1.33."""


def _asked(draw: random.Random, names: tuple[str, ...], *prefixes: str | None) -> str:
    """One of the names, or with one of the prefixes one or two; a prefix that the version does not know is None."""
    prefix = draw.choice(["", "", *(each for each in prefixes if each is not None)])
    return prefix + ",".join(draw.sample(names, 2 if prefix.endswith("in:") else 1))


@contextmanager
def beside(database: str, read_only_user: bool) -> Iterator[tuple[Fleet, Console, Client]]:
    """Upstream with a filled database, placedock on it as a reader, and a client of upstream."""
    with fleet(database, 0, 1) as both:
        upstream = Client(both.theirs[0])
        fill(upstream, "A")
        with (
            reader(database) if read_only_user else same(database) as url,
            serving(url, READ_ONLY) as console,
        ):
            yield both, console, upstream


@contextmanager
def same(url: str) -> Iterator[str]:
    yield url


@contextmanager
def reader(url: str) -> Iterator[str]:
    """The database, by a user of MySQL who may only select."""
    found = sa.make_url(url)
    user = f"reader_{secrets.token_hex(4)}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE USER {user} IDENTIFIED BY 'reads'")
        connection.exec_driver_sql(f"GRANT SELECT ON {found.database}.* TO {user}")
    try:
        yield found.set(username=user, password="reads").render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP USER {user}")
        engine.dispose()


def count(upstream: Client, query: str, minor: int) -> int:
    answer = upstream.send(Call("GET", f"/allocation_candidates?{query}", minor))
    assert answer.ok, f"{query}\nanswered {answer}"
    return len(answer.body["allocation_requests"])


def check(console: Console, upstream: Client) -> None:
    empty = helped = 0
    for seed in range(QUERIES):
        query, minor = drawn(seed)
        told: Any = console.get(f"/-/explain?{query}", version=f"1.{minor}")
        assert told["candidates"]["count"] == count(upstream, query, minor), (query, minor)
        if told["stages"]:
            left = told["stages"][-1]["trees"]["out"]
            assert (left > 0) == (told["candidates"]["count"] > 0), (query, minor)
        empty += not told["candidates"]["count"]
        for better in told["relax"]:
            found = count(upstream, better["query"], minor)
            assert found == better["candidates"] > 0, (query, minor, better)
            helped += 1
    assert empty > QUERIES / 5
    assert helped > QUERIES / 5


def test_upstream_has_as_many_candidates_as_an_explanation_says_and_promises(
    database: Database,
) -> None:
    with database() as url, beside(url, read_only_user=False) as (_, console, upstream):
        check(console, upstream)


def test_a_user_who_may_only_select_is_told_all_and_nothing_is_written(mysql: Database) -> None:
    with mysql() as url, beside(url, read_only_user=True) as (_, console, upstream):
        before = dump.of(url)
        check(console, upstream)
        assert console.get("/-/explain?resources=VCPU:100&host=Acn1")["hosts"][0]["clauses"]
        console.get("/-/audit")
        claim = {
            "allocations": {uuid_of("Acn2"): {"resources": {"VCPU": 100}}},
            "project_id": "nobody",
            "user_id": "nobody",
            "consumer_generation": None,
            "consumer_type": "NEW",
        }
        judged = console.ask("PUT", "/-/explain", claim)
        assert judged.json["parts"][0]["reason"] == "NOT_ENOUGH_LEFT"
        assert console.ask("PUT", f"/allocations/{uuid_of('new')}", claim).status_int == 405
        assert dump.of(url) == before
