# SPDX-License-Identifier: Apache-2.0
"""mod_wsgi ends a request that the application does not end by itself."""

import threading
import time
from pathlib import Path

import requests

from .services import APACHE, PATIENCE, PROMPT, container_of, wait_for

HERE = Path(__file__).parent


def test_a_request_that_never_ends_is_told_so_and_gives_its_thread_back() -> None:
    """With Apache's patience of 2 seconds, of which the image makes 60, and all threads occupied."""
    settings = {"PROCESSES": "1", "THREADS": "2", "ANSWER_SECONDS": "2", "REQUEST_TIMEOUT": "1"}
    script = f"--volume={HERE / 'endless.wsgi'}:/etc/placement/placement.wsgi:ro"
    with container_of(settings, script, command=APACHE) as (host, _, log):
        url = f"http://{host}:8778"
        wait_for(url)
        before = requests.get(url, timeout=PATIENCE).text
        statuses: list[int] = []
        askers = [
            threading.Thread(
                target=lambda: statuses.append(
                    requests.get(url + "/endless", timeout=PATIENCE).status_code
                )
            )
            for _ in range(2)
        ]
        for each in askers:
            each.start()
        for each in askers:
            each.join()
        assert statuses == [504, 504]
        began = time.monotonic()
        after = requests.get(url, timeout=PATIENCE)
        assert after.text == before, log()
        assert time.monotonic() - began < PROMPT
