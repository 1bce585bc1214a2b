# SPDX-License-Identifier: Apache-2.0
"""placedock joins: by a copy of env/placement/devstack.env.example, as its head and the README say, with Compose or without."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from images import TAG
from stack import compose
from stack.compose import Stack, free_port, run
from stack.image import IMAGE

from . import processes
from .openstack import OpenStack

EXAMPLE = compose.ROOT / "env" / "placement" / "devstack.env.example"


class Joined(Stack):
    """The Compose project of a copy of the example, in which `settings` replace values."""

    def __init__(self, cloud: OpenStack, name: str, port: int, settings: Mapping[str, str]) -> None:
        super().__init__("devstack", name, {**cloud.settings, **settings})
        self.settings_file = EXAMPLE
        self.variables = {"PLACEDOCK_TAG": TAG, "PLACEMENT_PORT": str(port)}

    def log(self) -> str:
        return self.compose("logs", "--no-log-prefix", "placement")

    def started(self) -> str:
        """When its container was started last."""
        container = self.container("placement")
        return run("docker", "inspect", "--format={{.State.StartedAt}}", container)


@contextmanager
def joined(
    cloud: OpenStack, name: str = "beside", port: int = 0, **settings: str
) -> Iterator[Joined]:
    """Up in the block; behind Apache when the port is the one that Apache knows."""
    placement = Joined(cloud, name, port or free_port(), settings)
    with placement.prepared():
        placement.up()
        yield placement


@contextmanager
def in_a_network_of_its_own(cloud: OpenStack, database_host: str) -> Iterator[str]:
    """The image by `docker run`, without the host's network: the host has a name, and MySQL an address."""
    port = free_port()
    settings = {
        name: value.replace(cloud.host, "host.docker.internal")
        for name, value in cloud.settings.items()
    }
    connection = "OS_PLACEMENT_DATABASE__CONNECTION"
    user, _, rest = cloud.settings[connection].partition("@")
    settings[connection] = f"{user}@{database_host}/{rest.partition('/')[2]}"
    lines = EXAMPLE.read_text().splitlines()
    kept = [line for line in lines if line.partition("=")[0] not in settings]
    env_file = cloud.folder / "bridge.env"
    changed = [f"{name}={value}" for name, value in settings.items() if value]
    env_file.write_text("\n".join([*kept, *changed]) + "\n")
    container = run(
        *("docker", "run", "--detach", "--add-host=host.docker.internal:host-gateway"),
        *(f"--publish=127.0.0.1:{port}:8778", f"--env-file={env_file}", IMAGE),
    )
    url = f"http://127.0.0.1:{port}"
    try:
        processes.wait(url, lambda: run("docker", "logs", container))
        yield url
    finally:
        run("docker", "rm", "--force", "--volumes", container)
