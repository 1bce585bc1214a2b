# SPDX-License-Identifier: Apache-2.0
"""Values from the environment: `NAME`, or `NAME_FILE`, the path of a file that holds the value."""

import re
from collections.abc import Mapping
from pathlib import Path

from keystone_stub.errors import WrongSettings

_REFERENCE = re.compile(r"\$\{(\w+)(?::-((?:[^${}]|\$\{[^{}]*\}|\$(?!\{))*))?\}")


def read(environment: Mapping[str, str], name: str) -> str | None:
    """The value of `name`. An empty one counts as none: Compose passes unset ones that way."""
    if path := environment.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSettings(f"{name}_FILE: cannot read {path}: {error}") from error
    return environment.get(name) or None


def expand(text: str, environment: Mapping[str, str]) -> str:
    """`text` with every `${NAME}` and `${NAME:-default}` replaced; a default may hold references
    too.

    What a variable holds is taken as it is, so a password may contain `${`.
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
