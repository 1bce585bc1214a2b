# SPDX-License-Identifier: Apache-2.0
"""Every setting: its variable, unit and default. README.md has the same table, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from keystone_stub import variables
from keystone_stub.errors import WrongSettings


@dataclass(frozen=True)
class Settings:
    host: str  # the address to listen on
    port: int
    directory: Path  # the file that says who exists
    state: Path  # the folder for the token key, the changes and the revocations
    token_seconds: int  # how long a token is good
    expired_window_seconds: int  # how long after that `allow_expired` still shows it
    inside_hosts: frozenset[
        str
    ]  # request hosts for which the catalog shows the network's own addresses


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
    )
