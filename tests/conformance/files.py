# SPDX-License-Identifier: Apache-2.0
"""Runs upstream's files one after the other. Each file finds an empty database, and in it the data that it expects.

A server that reads everything anew from the database serves all files that need the same settings; only the database is emptied
between them. A run takes 26 seconds of CPU so, and 96 with a new server for each of the 79 files. Upstream keeps the ids of
classes and traits in memory, so each file gets a new process of upstream.
"""

from contextlib import AbstractContextManager, ExitStack
from typing import Self

import httpx

from . import databases, stage, suite
from .databases import Database
from .servers import Server, Start, Target
from .suite import Case, GabbiFile, Settings

LINES = 20
"""The number of lines of the server's log that a failure shows."""


class Servers:
    """Gives a server on an empty database for any settings, an existing one if the target allows that."""

    def __init__(self, target: Target, database: Database) -> None:
        self._start: Start = target.served
        self._keep = target.keeps_nothing
        self._database = database
        self._running: dict[Settings, tuple[Server, str]] = {}
        self._stack = ExitStack()

    def on_an_empty_database(self, settings: Settings) -> tuple[Server, str]:
        """The server, and the URL of its database."""
        if settings in self._running:
            databases.empty(self._running[settings][1])
        else:
            if not self._keep:
                self.close()
            url = self._stack.enter_context(self._database())
            server = self._stack.enter_context(self._start(settings, url))
            self._running[settings] = server, url
        return self._running[settings] if self._keep else self._running.pop(settings)

    def close(self) -> None:
        """Stop all servers and drop their databases."""
        self._running.clear()
        self._stack.close()


class RunningFile:
    """One file of upstream's suite, from its first test to its last."""

    def __init__(self, file: str, target: Target, servers: Servers) -> None:
        self._target = target
        self._settings = suite.settings(file)
        scene = suite.scene(file)
        with ExitStack() as stack:
            stack.enter_context(stage.exported(scene))
            self._server, self._url = servers.on_an_empty_database(self._settings)
            stage.make(scene, self._server.url)
            self._tests = GabbiFile(file, self._server.host, self._server.port)
            self._stack = stack.pop_all()

    def run(self, case: Case) -> list[str]:
        """Run one test. Returns its complaints, followed by the last lines of the server's log; empty when it passed."""
        server = self._server
        if (case.file, case.name) == suite.ANSWERED_BY_THE_SERVER:
            server = self._stack.enter_context(self._without_a_server_before_it())
            self._tests.send_elsewhere(case, server.host, server.port)
        complaints = self._tests.run(case)
        if complaints:
            complaints.extend(["The server wrote last:", *server.log().splitlines()[-LINES:]])
        return complaints

    def _without_a_server_before_it(self) -> AbstractContextManager[Server]:
        return self._target.reached(self._settings, self._url)

    def close(self) -> None:
        """Take the file's variables out of the environment."""
        self._stack.close()


class Files:
    """Has one running file at a time, and changes to the next one when a test of another file comes."""

    def __init__(self, target: Target, database: Database) -> None:
        self._target = target
        self._servers = Servers(target, database)
        self._name: str | None = None
        self._running: RunningFile | None = None
        self._why_it_does_not_run = ""

    def run(self, case: Case) -> list[str]:
        """Run `case` and return its complaints; empty when it passed."""
        if case.file != self._name:
            self._change_to(case.file)
        if self._running is None:
            return [self._why_it_does_not_run]
        return self._running.run(case)

    def _change_to(self, file: str) -> None:
        self._end_file()
        self._name = file
        try:
            self._running = RunningFile(file, self._target, self._servers)
        except (RuntimeError, httpx.HTTPError) as error:
            # Each test of the file fails with this reason, and none of them tries again.
            self._why_it_does_not_run = f"{file} could not begin: {error}"

    def _end_file(self) -> None:
        if self._running is not None:
            self._running.close()
            self._running = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_file()
        self._servers.close()
