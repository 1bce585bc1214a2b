# SPDX-License-Identifier: Apache-2.0
"""Servers that are processes of this machine."""

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

PATIENCE = 90
"""Seconds for a start on a busy machine."""


@contextmanager
def running(
    command: Sequence[str | Path], environ: Mapping[str, str], log: Path, url: str
) -> Iterator[None]:
    """The process, which answers at `url` from the beginning of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
    try:
        wait(url, log.read_text)
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait(url: str, log: Callable[[], str]) -> None:
    """Return at the first answer that is no error of a server or of a proxy before it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if requests.get(url, timeout=30).status_code < 500:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"no answer at {url}: {log()[-3000:]}")
