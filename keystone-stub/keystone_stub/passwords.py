# SPDX-License-Identifier: Apache-2.0
"""Secrets at rest: what the store keeps of a password or an application credential's secret.

The cost is chosen for tests that log in hundreds of times, far below what a real service needs.
"""

import base64
import hashlib
import hmac
import os


def sealed(secret: str) -> str:
    salt = os.urandom(16)
    return base64.b64encode(salt + _digest(secret, salt)).decode()


def matches(secret: str, kept: str | None) -> bool:
    if kept is None:
        return False
    raw = base64.b64decode(kept)
    return hmac.compare_digest(_digest(secret, raw[:16]), raw[16:])


def _digest(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode("utf-8", "surrogatepass"), salt=salt, n=1024, r=8, p=1)
