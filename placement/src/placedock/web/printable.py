# SPDX-License-Identifier: Apache-2.0
"""What a client sent, as a log line may hold it: printable ASCII on one line, and without secrets."""

import re
from urllib.parse import unquote

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_PRINTABLE = re.compile(r"[^\x21-\x7e]")
_SECRET = re.compile(
    r"token|password|passwd|secret|api[-_]?key|credential|signature", re.IGNORECASE
)

MASK = "***"


def encoded(text: str) -> str:
    """Text of which each character is a byte, as WSGI hands it over: what is no printable ASCII is percent-encoded."""
    return _NOT_PRINTABLE.sub(lambda found: f"%{ord(found[0]):02X}", text)


def path(text: str) -> str:
    """A decoded path, encoded again, so that a percent sign in it cannot be taken for an encoded character."""
    return encoded(text.replace("%", "%25"))


def query(text: str) -> str:
    """A query string in which the values of parameters that are named like secrets are masked."""
    if not _SECRET.search(unquote(text)):
        return encoded(text)
    return encoded("&".join(_masked(pair) for pair in text.split("&")))


def escaped(text: str) -> str:
    """Any text on one line: control characters, line separators and half characters are written as escapes."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def _masked(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals and _SECRET.search(unquote(name)) else pair
