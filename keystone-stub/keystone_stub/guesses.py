# SPDX-License-Identifier: Apache-2.0
"""Compares the secrets that callers send, and limits how fast a caller can guess one.

Every refused login takes the same time, whether the user exists, is enabled, has a password, or has to wait, because each one
computes one hash. So the time of an answer does not tell which users exist. The counts are in memory: a restart forgets them.
"""

import time

from keystone_stub import passwords

_PAUSE_SECONDS = 1.0
"""After too many failed logins of a user, one secret of that user is compared in this time."""


class Guesses:
    """The failed logins of each user. `allowed` of them in a row are free; 0 means no limit."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._failed: dict[str, tuple[int, float]] = {}

    def match(self, user_id: str, secret: str, kept: str | None) -> bool:
        """Whether `secret` is the one of which the store keeps the hash `kept`.

        False also for the right secret while the user has to wait.
        """
        count, last = self._failed.get(user_id, (0, 0.0))
        now = time.monotonic()
        waits = 0 < self._allowed <= count and now < last + _PAUSE_SECONDS
        if waits:
            kept = None
        if passwords.matches(secret, kept):
            self._failed.pop(user_id, None)
            return True
        if not waits:
            self._failed[user_id] = (count + 1, now)
        return False

    def refuse_an_unknown_user(self) -> None:
        """Take the time of a comparison, and compare nothing."""
        passwords.matches("", None)
