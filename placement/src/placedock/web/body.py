# SPDX-License-Identifier: Apache-2.0
"""Reads a JSON body within bounds: how many items it may have, and how deep it may be nested.

Both are counted in the bytes, before anything is made of them: a small body can become very many objects.
"""

import json
import re
from itertools import accumulate
from typing import Any, BinaryIO

import orjson

from placedock import errors
from placedock.web.errors import BodyTooLarge

DEEPEST = 32
"""The most levels of objects and lists. What Placement asks for has six."""

_STEPS = {ord(b"["): 1, ord(b"{"): 1, ord(b"]"): -1, ord(b"}"): -1}
_NO_BRACKETS = bytes(set(range(256)) - set(_STEPS))
_BRACKET_OR_TEXT = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*+"', re.DOTALL)


class MalformedJson(errors.Invalid):
    sentence = "Malformed JSON: {reason}"


class CutOff(errors.Invalid):
    sentence = "The body ends before its end was told, or cannot be read."


class TooManyItems(errors.Invalid):
    sentence = "The body has more than {most} items. Please send it in parts."


class TooDeep(errors.Invalid):
    sentence = "Malformed JSON: it is nested more than {most} levels deep."


def read(file: BinaryIO, most: int, size: int | None = None) -> Any:
    """The JSON in `file`, which may have at most so many items, and so many bytes where a size is told.

    Raises `BodyTooLarge`, and `Invalid` when the client goes away before the end, sends no JSON, or more of it than it may.
    """
    try:
        data = file.read() if size is None else file.read(size + 1)
    except OSError:
        raise CutOff() from None
    if size is not None and len(data) > size:
        raise BodyTooLarge(most=size)
    _check(data, most)
    return _parsed(data)


def _check(data: bytes, most: int) -> None:
    # An item stands behind a comma, or is the first of its object or list. Commas in texts are counted too: there are few.
    if data.count(b",") + data.count(b"[") + data.count(b"{") > most:
        raise TooManyItems(most=most)
    brackets = data.translate(None, _NO_BRACKETS)
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > DEEPEST:
        # So deep, unless some of the brackets are in texts.
        depth = 0
        for found in _BRACKET_OR_TEXT.finditer(data):
            depth += _STEPS.get(data[found.start()], 0)
            if depth > DEEPEST:
                raise TooDeep(most=DEEPEST)


def _parsed(data: bytes) -> Any:
    """JSON by orjson, which is fast and strict (no NaN, no lone surrogates).

    When it refuses, the standard library says why, because that wording is what clients of Placement know.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as refusal:
        reason: Exception = refusal
    try:
        json.loads(data.decode())
    except (ValueError, RecursionError) as better:
        reason = better
    raise MalformedJson(reason=reason)
