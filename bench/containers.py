# SPDX-License-Identifier: Apache-2.0
"""Docker, as far as the bench needs it: images, one network for each run, and containers that are removed with the run.

Clients and servers reach containers by their addresses on that network, never through published ports. Docker's proxy for
published ports would copy each request in another process.
"""

import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

RUN = f"placedock-bench-{secrets.token_hex(4)}"
"""The name of the network and the prefix of the containers' names. It differs in each run, so two runs can work at once."""


def docker(*words: str) -> str:
    """Run a docker command and return its standard output. Raises RuntimeError with its standard error when it fails."""
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"docker {' '.join(words)}: {done.stderr or done.stdout}")
    return done.stdout.strip()


def build(tag: str, *what: str) -> str:
    """Build an image from the working tree and return its name."""
    name = f"placedock/bench:{tag}"
    docker("build", "--quiet", "--tag", name, *what)
    return name


@contextmanager
def network() -> Iterator[None]:
    """The network of all containers of this run."""
    docker("network", "create", RUN)
    try:
        yield
    finally:
        docker("network", "rm", RUN)


@dataclass(frozen=True)
class Container:
    """A running container."""

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
        """The standard output of a command in the container. The command may inspect every process there."""
        return docker("exec", "--privileged", "--user", "0", self.name, *command)


@contextmanager
def running(
    name: str,
    image: str,
    *command: str,
    environment: Mapping[str, str],
    options: tuple[str, ...] = (),
) -> Iterator[Container]:
    """Start a container with that environment, and remove it at the end."""
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
    """Run a command in a new container and return its standard output."""
    variables = (f"--env={key}={value}" for key, value in environment.items())
    return docker("run", "--rm", "--network", RUN, *variables, image, *command)
