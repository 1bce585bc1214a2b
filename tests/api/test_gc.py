# SPDX-License-Identifier: Apache-2.0
"""Nothing of a request outlives it: memory does not grow with the number of requests, nor with the size of their answers."""

import gc
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from .raw import CONSUMER, HOST, ask

OURS = ("placedock", "webob", "pecan")

REQUESTS = {
    "a read": (f"/resource_providers/{HOST}", 200),
    "candidates": (
        "/allocation_candidates?resources=VCPU:1&resources_A=VCPU:1&resources_B=VCPU:1"
        "&group_policy=none",
        200,
    ),
    "allocations": (f"/allocations/{CONSUMER}", 200),
    "what is not there": ("/resource_providers/nobody", 404),
    "what cannot be read": ("/allocation_candidates?resources=VCPU:none", 400),
}


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(("path", "status"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_leaves_nothing_for_the_collector(path: str, status: int) -> None:
    """Asked twice, because what the first of a kind makes may stay."""
    ask("GET", path)
    gc.collect()
    gc.disable()
    try:
        assert ask("GET", path).status == status
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = [each for each in gc.garbage if type(each).__module__.startswith(OURS)]
        assert left == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("told", ["its length", "its end"])
def test_a_large_body_needs_no_file(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be little room for files, or none: what is large would be answered with a 500."""
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    body = b"{" + b" " * 200_000 + json.dumps({"name": told})[1:].encode()
    more = {} if told == "its length" else {"CONTENT_LENGTH": "", "wsgi.input_terminated": "1"}
    assert ask("POST", "/resource_providers", body, **more).status == 200


def test_a_process_that_serves_still_collects_circles_and_nothing_of_its_start(
    tmp_path: Path,
) -> None:
    """The collector is off while modules are imported, and must not stay so: libraries make circles too."""
    program = """
import gc, weakref
from placedock.web import gc as ours
ours.pause()
from placedock import service
service.make().complete()
class Circle: pass
circle = Circle()
circle.self = circle
gone = weakref.ref(circle)
del circle
kept = [[] for _ in range(3 * ours.THRESHOLD)]
print(gone() is None, gc.get_freeze_count() > 50_000)
"""
    settings = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION": f"sqlite:///{tmp_path}/placement.db",
        "OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "True True"
