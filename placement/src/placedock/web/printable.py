# SPDX-License-Identifier: Apache-2.0
"""Makes a client's text fit for a log line: printable ASCII on one line, without secrets."""

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


def escaped_error(error: BaseException) -> BaseException:
    """An error that a traceback shows as this one, with all texts of it, and of those that led to it, on one line each."""
    return _stand_in(error, {})


def _stand_in(error: BaseException, made: dict[int, BaseException]) -> BaseException:
    """`made` has the stand-ins by the ids of their errors: errors may lead to each other in a circle."""
    if id(error) in made:
        return made[id(error)]
    kind = type(error)
    try:
        text = escaped(str(error))
    except Exception:
        text = "<unprintable>"
    names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
    stand_in: BaseException = type(kind.__name__, (Exception,), names)(*([text] if text else []))
    made[id(error)] = stand_in
    if error.__cause__ is not None:
        stand_in.__cause__ = _stand_in(error.__cause__, made)
    if error.__context__ is not None:
        stand_in.__context__ = _stand_in(error.__context__, made)
    stand_in.__suppress_context__ = error.__suppress_context__
    for note in getattr(error, "__notes__", ()):
        stand_in.add_note(escaped(str(note)))
    stand_in.__traceback__ = error.__traceback__
    return stand_in


def _masked(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals and _SECRET.search(unquote(name)) else pair
