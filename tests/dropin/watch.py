# SPDX-License-Identifier: Apache-2.0
"""Compares what all clients saw, and complains about answers that contradict each other.

A generation that one client was told before another asked is a lower bound of what that one is told.
"""

import threading
from collections import Counter

from differential.calls import Answer, Call


class Watch:
    """Shared by the threads of all clients. `answers` counts them by method, kind of URL and status."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.answers: Counter[tuple[str, int, str | None]] = Counter()
        self._newest: dict[str, int] = {}
        self._told: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def complain(self, about: str) -> None:
        with self._lock:
            self.complaints.append(about)

    def count(self, call: Call, answer: Answer) -> None:
        kind = f"{call.method} /{call.path.split('/')[1]}"
        words = call.path.split("/")
        if len(words) > 3:
            kind += f"/{words[3]}"
        code = answer.code if 400 <= answer.status < 500 else None
        with self._lock:
            self.answers[kind, answer.status, code] += 1

    def newest(self, provider: str) -> int:
        """The highest generation that any client has been told so far."""
        with self._lock:
            return self._newest.get(provider, 0)

    def read(self, provider: str, generation: int, at_least: int) -> None:
        """Somebody read `generation`, and began to ask when the newest was `at_least`."""
        with self._lock:
            if generation < at_least:
                self.complaints.append(f"{provider}: generation {generation} after {at_least}")
            self._newest[provider] = max(generation, self._newest.get(provider, 0))

    def changed(self, provider: str, generation: int) -> None:
        """Somebody was told that his change made it `generation`, which nobody else's can have."""
        with self._lock:
            if (provider, generation) in self._told:
                self.complaints.append(f"{provider}: two changes made generation {generation}")
            self._told.add((provider, generation))
            self._newest[provider] = max(generation, self._newest.get(provider, 0))

    def __str__(self) -> str:
        lines = (
            f"{n:6} {kind} {status} {code or ''}"
            for (kind, status, code), n in sorted(self.answers.items(), key=str)
        )
        return "\n".join(lines)
