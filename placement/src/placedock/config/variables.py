# SPDX-License-Identifier: Apache-2.0
"""The environment variables of settings: their names, and what an error about one says."""

from collections.abc import Iterator
from typing import Any

from oslo_config import cfg


class WrongSetting(Exception):
    """A setting that is missing or wrong; one line that names the variable."""


def variable(group: str | None, option: str) -> str:
    """The environment variable of an option."""
    return f"OS_{(group or 'DEFAULT').upper()}__{option.upper()}".replace("-", "_")


def one_line(text: Any) -> str:
    """The text with each run of blanks and line breaks as one blank."""
    return " ".join(str(text).split())


def options(settings: cfg.ConfigOpts) -> Iterator[tuple[str | None, cfg.Opt]]:
    """Every option that is registered, with its group."""
    for info in settings._opts.values():
        yield None, info["opt"]
    for name, group in settings._groups.items():
        for info in group._opts.values():
            yield name, info["opt"]
