# SPDX-License-Identifier: Apache-2.0
"""The service refuses a large body before it spends much on it, and repeats it in no refusal."""

import io
import json
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from placedock.api import description
from topology import uuid_of

from . import stage
from .raw import HOST, ask, claim

MIB = 2**20


@pytest.fixture(scope="module", autouse=True)
def service() -> Iterator[None]:
    with stage.serving({}):
        assert ask("POST", "/resource_providers", {"name": "host", "uuid": HOST}).status == 200
        yield


LARGE = {
    "lists": b"[" + b"[]," * (8 * MIB // 3) + b"[]]",
    "objects": b"[" + b"{}," * (8 * MIB // 3) + b"{}]",
    "numbers": b"[" + b"1," * (4 * MIB) + b"1]",
    "members": b"{" + b",".join(b'"%d":1' % number for number in range(MIB)) + b"}",
    "as many as there may be": b"[" + b"[]," * 249_000 + b"[]]",
    "depth": b"[" * 4 * MIB,
    "closed depth": b"[" * 900 + b"]" * 900,
    "just too deep": b"[" * 33 + b"]" * 33,
}
LONG = {
    "a text": json.dumps("x" * 8 * MIB).encode(),
    "a name": json.dumps({"name": "x" * 8 * MIB}).encode(),
    "an unknown member": json.dumps({"x" * 8 * MIB: 1}).encode(),
    "many members": json.dumps({f"member {number}": 1 for number in range(100_000)}).encode(),
    "many of one kind": json.dumps({"name": "x", "uuid": [[]] * 100_000}).encode(),
    "quotes": json.dumps({"name": '"' * MIB}).encode(),
}


@pytest.mark.parametrize("kind", [*LARGE, *LONG])
def test_a_refusal_costs_little_and_repeats_little(kind: str) -> None:
    body = LARGE.get(kind) or LONG[kind]
    ask("POST", "/resource_providers", b"[]")
    tracemalloc.start()
    started = time.process_time()
    refused = ask("POST", "/resource_providers", body)
    seconds, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.status == 400
    assert len(refused.body) < 20_000
    # tracemalloc makes it several times as slow. Without the bounds it was minutes.
    assert seconds < 20
    assert peak < 150 * MIB


@pytest.mark.parametrize(("depth", "refused"), [(32, "not of type"), (33, "nested")])
def test_depth_is_counted_outside_of_texts_only(depth: int, refused: str) -> None:
    body = b"[" * (depth - 1) + b'["' + b'[{\\"[' * 100 + b'"]' + b"]" * (depth - 1)
    assert refused in ask("POST", "/resource_providers", body).detail


@pytest.mark.parametrize("uuid", [["x"] * 5, {"a": 1}])
def test_what_is_small_is_told_as_a_whole(uuid: object) -> None:
    detail = ask("POST", "/resource_providers", {"name": "x", "uuid": uuid}).detail
    assert f"{uuid!r} is not of type 'string'" in detail
    assert "..." not in detail


def test_the_words_that_clients_look_for_stay() -> None:
    long = "x" * 1_000_000
    detail = ask("POST", "/resource_providers", {"name": long, "more": 1}).detail
    assert "JSON does not validate: " in detail
    assert "unexpected" in detail or "is too long" in detail
    name = ask("POST", "/resource_classes", {"name": "custom" * 20_000}).detail
    assert "does not match '^CUSTOM_[A-Z0-9_]+$'" in name or "is too long" in name


def test_a_large_reshape_is_not_refused_for_its_size() -> None:
    """Five thousand servers move at once: 45,000 items, a tenth of the bound. They are refused for want of an inventory."""
    moved = {
        "inventories": {
            HOST: {"resource_provider_generation": 0, "inventories": {"DISK_GB": {"total": 10}}}
        },
        "allocations": {uuid_of(f"server {number}"): claim() for number in range(5_000)},
    }
    answer = ask("POST", "/reshaper", moved, HTTP_X_ROLES="admin,service")
    assert answer.status == 409
    assert "VCPU" in answer.detail


class Broken(io.BytesIO):
    """The input stream of a server whose client has gone."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError("request data read error")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_that_is_cut_off_is_a_400_without_a_traceback(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/resource_providers" if method == "POST" else f"/resource_providers/{HOST}"
    cut = ask(method, path, {"name": "x"}, **{"wsgi.input": Broken()})  # type: ignore[arg-type]
    assert cut.status == 400
    short = ask(method, path, {"name": "x"}, CONTENT_LENGTH="100")
    assert short.status == 400
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


def test_few_descriptions_are_kept_whatever_prefix_is_claimed() -> None:
    for number in range(2 * description.KEPT):
        assert ask("GET", "/openapi.json", SCRIPT_NAME=f"/{number}").status == 200
    assert description._description.cache_info().currsize <= description.KEPT
