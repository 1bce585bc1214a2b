# SPDX-License-Identifier: Apache-2.0
"""Docker, as far as the bench needs it: images, one network of a run's own, containers that go with the run.

Clients and servers talk to containers by their addresses on that network, never through published ports: Docker's proxy
for those would cost each request a copy in another process.
"""

import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

RUN = f"placedock-bench-{secrets.token_hex(4)}"
"""Names the network and begins the names of the containers, so that runs can be beside each other."""


def docker(*words: str) -> str:
    """Run a docker command and return what it says; what it complains of is raised."""
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"docker {' '.join(words)}: {done.stderr or done.stdout}")
    return done.stdout.strip()


def build(tag: str, *what: str) -> str:
    """The image's name, built of its sources as they are."""
    name = f"placedock/bench:{tag}"
    docker("build", "--quiet", "--tag", name, *what)
    return name


@contextmanager
def network() -> Iterator[None]:
    """The network that all containers of this run are on."""
    docker("network", "create", RUN)
    try:
        yield
    finally:
        docker("network", "rm", RUN)


@dataclass(frozen=True)
class Container:
    """A running one."""

    name: str

    @property
    def address(self) -> str:
        where = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return docker("inspect", "--format", where, self.name)

    @property
    def log(self) -> str:
        done = subprocess.run(
            ["docker", "logs", "--tail", "40", self.name],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    @property
    def runs(self) -> bool:
        return docker("inspect", "--format", "{{.State.Running}}", self.name) == "true"

    def execute(self, *command: str) -> str:
        """What a command in the container writes; it may look at every process there."""
        return docker("exec", "--privileged", "--user", "0", self.name, *command)


@contextmanager
def running(
    name: str,
    image: str,
    *command: str,
    environment: Mapping[str, str],
    options: tuple[str, ...] = (),
) -> Iterator[Container]:
    """A container with that environment, removed at the end."""
    container = Container(f"{RUN}-{name}")
    variables = (f"--env={key}={value}" for key, value in environment.items())
    try:
        docker(
            *("run", "--detach", "--name", container.name, "--network", RUN),
            *(*variables, *options, image, *command),
        )
        yield container
    finally:
        docker("rm", "--force", "--volumes", container.name)


def run_once(image: str, *command: str, environment: Mapping[str, str]) -> str:
    """What a command in a container of its own writes until it ends."""
    variables = (f"--env={key}={value}" for key, value in environment.items())
    return docker("run", "--rm", "--network", RUN, *variables, image, *command)
