# SPDX-License-Identifier: Apache-2.0
"""Access rules: the requests for which an application credential is valid, when it has such rules.

A service that ignores these rules must not learn that the token is valid. So the request that validates a token names in a
header the version of the rules that the service understands.
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
    """Whether one of the rules allows this request. `*` and `{word}` match one segment of a path, `**` any number of them."""
    return any(
        (rule["service"], rule["method"]) == (service, method)
        and re.fullmatch(_pattern(rule["path"]), path)
        for rule in rules
    )


def _pattern(path: str) -> str:
    escaped = re.sub(r"\\\{[^{}/]*\\\}", "[^/]+", re.escape(path))
    return re.sub(r"\\\*\\\*|\\\*", lambda found: _WILD[found[0]], escaped)
