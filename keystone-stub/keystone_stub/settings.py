# SPDX-License-Identifier: Apache-2.0
"""Every setting: its variable, unit and default. README.md has the same table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from keystone_stub import variables
from keystone_stub.errors import WrongSettings


@dataclass(frozen=True)
class Settings:
    """The settings of a process."""

    host: str
    """The address to listen on."""
    port: int
    """The port to listen on. 0 takes a free one."""
    directory: Path
    """The file with the users, projects and roles that exist at first."""
    state: Path
    """The folder of the token key, the changes and the revocations."""
    token_seconds: int
    """Seconds after which a token expires."""
    expired_window_seconds: int
    """Seconds after its expiry in which `allow_expired` still shows a token."""
    inside_hosts: frozenset[str]
    """The host names of requests for which the catalog shows the addresses inside the network."""
    guesses: int
    """Failed logins of a user in a row, after which the stub compares one secret a second. 0 means no limit."""


def read(environment: Mapping[str, str]) -> Settings:
    def text(name: str, default: str) -> str:
        return variables.read(environment, name) or default

    def number(name: str, default: int, least: int, most: int) -> int:
        value = text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            raise WrongSettings(f"{name}: {value!r} is not a whole number from {least} to {most}")
        return int(value)

    ten_years = 10 * 366 * 24 * 3600
    return Settings(
        host=text("HOST", "127.0.0.1"),
        port=number("PORT", 5000, 0, 65535),
        directory=Path(text("KEYSTONE_DIRECTORY", "/etc/keystone-stub/directory.yaml")),
        state=Path(text("KEYSTONE_STATE", "/var/lib/keystone-stub")),
        token_seconds=number("KEYSTONE_TOKEN_SECONDS", 3600, 1, ten_years),
        expired_window_seconds=number("KEYSTONE_EXPIRED_WINDOW_SECONDS", 172800, 0, ten_years),
        inside_hosts=frozenset(
            name.strip().lower()
            for name in text("KEYSTONE_INSIDE_HOSTS", "keystone-stub,keystone").split(",")
            if name.strip()
        ),
        guesses=number("KEYSTONE_GUESSES", 20, 0, 1_000_000),
    )
