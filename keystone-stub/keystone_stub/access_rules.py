# SPDX-License-Identifier: Apache-2.0
"""Which requests an application credential is good for, where it says so.

A service that does not look at such rules must not be told that the token is good; so whoever asks
about one says, in a header, which version of the rules it understands.
"""

import re

from keystone_stub.store import Record

VERSION_HEADER = "OpenStack-Identity-Access-Rules"
_WILD = {r"\*\*": ".*", r"\*": "[^/]+"}


def understood(version: str | None) -> bool:
    try:
        return float(version or 0) >= 1.0
    except ValueError:
        return False


def permit(rules: list[Record], service: str, method: str, path: str) -> bool:
    """Whether one of the rules names this request. `*` and `{word}` are one part of a path, `**` any."""
    return any(
        (rule["service"], rule["method"]) == (service, method)
        and re.fullmatch(_pattern(rule["path"]), path)
        for rule in rules
    )


def _pattern(path: str) -> str:
    escaped = re.sub(r"\\\{[^{}/]*\\\}", "[^/]+", re.escape(path))
    return re.sub(r"\\\*\\\*|\\\*", lambda found: _WILD[found[0]], escaped)
