# SPDX-License-Identifier: Apache-2.0
"""The options of this ring, one item for each of upstream's tests, and the count due."""

from collections.abc import Iterator
from typing import NamedTuple

import images
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from . import container, databases, servers, suite
from .databases import Database
from .files import Files
from .servers import Target


class Run(NamedTuple):
    """The server under test, upstream behind a server of the same kind, the usual database."""

    target: Target
    upstream_alike: Target
    database: str


RUNS = {
    "upstream": Run(servers.upstream, servers.upstream, "sqlite"),
    "serve": Run(servers.serve, servers.upstream, "sqlite"),
    "container": Run(container.container, container.upstream, "mysql"),
    "upstream-container": Run(container.upstream, container.upstream, "mysql"),
}
DATABASES = {
    "sqlite": databases.sqlite,
    "mysql": databases.mysql,
    "mariadb": databases.mariadb,
    "mariadb-latin1": databases.mariadb_latin1,
    "mariadb-utf8mb3": databases.mariadb_utf8mb3,
}
passed: set[str] = set()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that choose the tests and the server under test."""
    group = parser.getgroup("conformance")
    group.addoption("--target", choices=RUNS, default="serve", help="the server under test")
    group.addoption(
        "--database", choices=DATABASES, help="default: mysql for containers, else sqlite"
    )
    group.addoption("--file", action="append", default=[], help="only this file (repeatable)")


def pytest_configure(config: pytest.Config) -> None:
    """Have the suite, and the images, before any worker starts."""
    suite.directory()
    if _run(config).upstream_alike is container.upstream:
        if config.getoption("database") == "sqlite":
            raise pytest.UsageError("the containers are tested on MySQL")
        images.upstream()


def _run(config: pytest.Config) -> Run:
    return RUNS[config.getoption("target")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each of upstream's tests is one of ours."""
    if "case" in metafunc.fixturenames:
        files = metafunc.config.getoption("file") or suite.file_names()
        metafunc.parametrize(
            "case",
            [pytest.param(case, id=str(case)) for file in files for case in suite.cases(file)],
        )


class ByFile(LoadScopeScheduling):
    """Gives each worker whole files of the suite, the longest first, because a file's tests depend on each other.

    xdist's own way to keep tests together, its group marks, has no effect with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("[")[2].partition(":")[0] or nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """The scheduler that gives the tests to the workers."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Target:
    """The server under test."""
    return _run(pytestconfig).target


@pytest.fixture(scope="session")
def upstream_alike(pytestconfig: pytest.Config) -> Target:
    """Upstream behind the same server as the one under test."""
    return _run(pytestconfig).upstream_alike


@pytest.fixture(scope="session")
def database(pytestconfig: pytest.Config) -> Iterator[Database]:
    """Gives an empty database whenever asked."""
    with DATABASES[_database(pytestconfig)]() as database:
        yield database


def _database(config: pytest.Config) -> str:
    return config.getoption("database") or _run(config).database


@pytest.fixture(scope="session")
def files(target: Target, database: Database) -> Iterator[Files]:
    """Runs the files of this worker, one after the other."""
    with Files(target, database) as files:
        yield files


@pytest.fixture(scope="session")
def impossible(pytestconfig: pytest.Config) -> set[tuple[str, str]]:
    """The tests, by file and name, that no service can pass on the database."""
    on_latin1 = _database(pytestconfig) == "mariadb-latin1"
    return databases.NOT_IN_LATIN1 if on_latin1 else set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what passed. With workers, the process that started them gets the report of every test."""
    if report.when == "call" and report.passed and "::test_upstreams_suite[" in report.nodeid:
        passed.add(report.nodeid)


def _is_a_selection(config: pytest.Config) -> bool:
    option = config.option
    chosen = option.keyword, option.markexpr, option.file, option.collectonly
    return any(chosen) or any("::" in argument for argument in config.args)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run of everything fails unless every one of upstream's tests passed: none gets lost."""
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and not _is_a_selection(session.config) and len(passed) != suite.TESTS:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say the count."""
    config = terminalreporter.config
    terminalreporter.write_line(
        f"{len(passed)} of the {suite.TESTS} tests of upstream's functional suite passed"
        f" ({config.getoption('target')} on {_database(config)})"
    )
