# SPDX-License-Identifier: Apache-2.0
"""Hashes of secrets: the store keeps these instead of a password or the secret of an application credential.

The cost of a hash suits tests that log in hundreds of times. It is far below the cost that a real service needs.
"""

import base64
import hashlib
import hmac
import os


def sealed(secret: str) -> str:
    salt = os.urandom(16)
    return base64.b64encode(salt + _digest(secret, salt)).decode()


def matches(secret: str, kept: str | None) -> bool:
    """Whether `kept` is the hash of `secret`. It takes as long without a hash, and is false then."""
    raw = base64.b64decode(kept or _NO_SECRET)
    return hmac.compare_digest(_digest(secret, raw[:16]), raw[16:]) and kept is not None


def _digest(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode("utf-8", "surrogatepass"), salt=salt, n=1024, r=8, p=1)


_NO_SECRET = sealed(base64.b64encode(os.urandom(16)).decode())
