# SPDX-License-Identifier: Apache-2.0
"""Checks the order of fields for code that makes or reads a named tuple by position, because names would take longer."""

from typing import Any


def require(kind: type[Any], *names: str) -> None:
    """Refuse to import the caller when the fields of the named tuple `kind` are not these, in this order."""
    if kind._fields != names:
        raise ImportError(f"{kind.__name__} has the fields {kind._fields}, and is read as {names}")
