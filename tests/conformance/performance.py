# SPDX-License-Identifier: Apache-2.0
"""Runs upstream's files: each on a fresh server and an empty database, with its scene set."""

from contextlib import ExitStack
from typing import Self

import httpx

from . import stage, suite
from .databases import Database
from .servers import Target
from .suite import Case, GabbiFile

LINES = 20


class Performance:
    """One file on its server, from the first of its tests to the last."""

    def __init__(self, file: str, target: Target, database: Database) -> None:
        self._target = target
        self._settings = suite.settings(file)
        self._scene = suite.scene(file)
        with ExitStack() as stack:
            stack.enter_context(stage.exported(self._scene))
            self._database = stack.enter_context(database())
            self._server = stack.enter_context(target.served(self._settings, self._database))
            stage.make(self._scene, self._server.url)
            self._tests = GabbiFile(file, self._server.host, self._server.port)
            self._stack = stack.pop_all()

    def run(self, case: Case) -> list[str]:
        """What was wrong with one test, and what the server wrote last."""
        server = self._server
        if (case.file, case.name) == suite.ANSWERED_BY_THE_SERVER:
            server = self._stack.enter_context(self._target.reached(self._settings, self._database))
            self._tests.send_elsewhere(case, server.host, server.port)
        complaints = self._tests.run(case)
        if complaints:
            complaints.extend(["The server wrote last:", *server.log().splitlines()[-LINES:]])
        return complaints

    def close(self) -> None:
        """Stop the server and forget the data."""
        self._stack.close()


class Company:
    """Has one performance at a time, and changes to the next when a test of another file comes."""

    def __init__(self, target: Target, database: Database) -> None:
        self._target = target
        self._database = database
        self._file: str | None = None
        self._performance: Performance | None = None
        self._why_there_is_none = ""

    def run(self, case: Case) -> list[str]:
        """What was wrong with `case`, if anything."""
        if case.file != self._file:
            self._change_to(case.file)
        if self._performance is None:
            return [self._why_there_is_none]
        return self._performance.run(case)

    def _change_to(self, file: str) -> None:
        self._close()
        self._file = file
        try:
            self._performance = Performance(file, self._target, self._database)
        except (RuntimeError, httpx.HTTPError) as error:
            # Said once for each of the file's tests, without trying again for each of them.
            self._why_there_is_none = f"{file} could not begin: {error}"

    def _close(self) -> None:
        if self._performance is not None:
            self._performance.close()
            self._performance = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self._close()
