# SPDX-License-Identifier: Apache-2.0
"""The placement image run by itself, without Compose."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import images
import requests

from .compose import Failed, finish, free_port, run

IMAGE = f"placedock/placement:{images.TAG}"
EMBEDDED = {
    "OS_API__AUTH_STRATEGY": "noauth2",
    "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite:////var/lib/placement/placement.db",
    "OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True",
}
"""On SQLite, with every caller believed."""


def variables(settings: Mapping[str, str]) -> list[str]:
    return [f"--env={name}={value}" for name, value in settings.items()]


class Container:
    """One container of the image, on a port of its own."""

    def __init__(self, settings: Mapping[str, str], *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        published = f"--publish=127.0.0.1:{self.port}:8778"
        self.id = run("docker", "run", "--detach", published, *variables(settings), *options, IMAGE)

    @property
    def started(self) -> float:
        """When Docker started it, in seconds since 1970."""
        said = run("docker", "inspect", "--format={{.State.StartedAt}}", self.id)
        # Docker tells nanoseconds, Python knows microseconds.
        return datetime.fromisoformat(said[:26] + "+00:00").timestamp()

    def wait(self) -> float:
        """Wait until `/` answers 200; the seconds from the container's start until then."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if requests.get(self.url, timeout=60).status_code == 200:
                    return time.time() - self.started
            except requests.ConnectionError:
                time.sleep(0.005)
        raise Failed(f"no answer within a minute: {self.log()}")

    def log(self) -> list[str]:
        """The lines that it has written to stdout."""
        return finish("docker", "logs", self.id).stdout.splitlines()


@contextmanager
def serving(settings: Mapping[str, str] = EMBEDDED, *options: str) -> Iterator[Container]:
    """A container that answers in the block, and is gone afterwards."""
    container = Container(settings, *options)
    try:
        container.wait()
        yield container
    finally:
        run("docker", "rm", "--force", "--volumes", container.id)
