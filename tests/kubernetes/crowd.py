# SPDX-License-Identifier: Apache-2.0
"""Clients that keep their connections and try nothing again: whatever goes wrong is a lost request."""

import http.client
import random
import threading
import time
from typing import Self

from .cluster import Running

CLIENTS = 16
PATIENCE = 60


class Crowd:
    """Asks one path again and again, by connections to replicas that are drawn when they are made."""

    def __init__(self, replicas: list[Running], path: str, headers: dict[str, str]) -> None:
        self.path, self.headers = path, headers
        self.addresses = {id(each): (each.address, each.pod.ports["http"]) for each in replicas}
        self.answered = 0
        self.statuses: set[int] = set()
        self.lost: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def forget(self, replica: Running) -> None:
        """New connections go elsewhere, as when an endpoint has left its Service."""
        del self.addresses[id(replica)]

    def until(self, count: int) -> None:
        """Wait until so many requests have been answered."""
        end = time.monotonic() + PATIENCE
        while self.answered < count:
            assert time.monotonic() < end, f"{self.answered} answers, not {count}; {self.lost}"
            time.sleep(0.05)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        connection: http.client.HTTPConnection | None = None
        while not self._over.is_set():
            if connection is None:
                address, port = random.choice(list(self.addresses.values()))
                connection = http.client.HTTPConnection(address, port, timeout=30)
            try:
                connection.request("GET", self.path, headers=self.headers)
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                self.lost.append(repr(error))
                connection = None
                continue
            self.answered += 1
            self.statuses.add(answer.status)
            if answer.will_close:
                connection.close()
                connection = None
            # As long as the server takes for an answer: half of the connections are idle when it stops.
            time.sleep(random.uniform(0, 0.02))
