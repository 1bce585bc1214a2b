# SPDX-License-Identifier: Apache-2.0
"""Reads values from the environment: `NAME`, or `NAME_FILE`, the path of a file with the value."""

import re
from collections.abc import Mapping
from pathlib import Path

from keystone_stub.errors import WrongSettings

_REFERENCE = re.compile(r"\$\{(\w+)(?::-((?:[^${}]|\$\{[^{}]*\}|\$(?!\{))*))?\}")


def read(environment: Mapping[str, str], name: str) -> str | None:
    """The value of `name`. None also for an empty value, because Compose passes a variable that is not set as an empty one."""
    if path := environment.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSettings(f"{name}_FILE: cannot read {path}: {error}") from error
    return environment.get(name) or None


def expand(text: str, environment: Mapping[str, str]) -> str:
    """`text` with a value for every `${NAME}` and `${NAME:-default}`. A default may contain references too.

    The value of a variable is not expanded again, so a password may contain `${`.
    """

    def value(found: re.Match[str]) -> str:
        name, default = found.groups()
        known = read(environment, name)
        if known is not None:
            return known
        if default is None:
            raise WrongSettings(f"{name} is not set, and the directory file gives it no default")
        return expand(default, environment)

    return _REFERENCE.sub(value, text)
