# SPDX-License-Identifier: Apache-2.0
"""Upstream's suite as the installed wheel has it: the files, what each asks for, how to run one.

Nothing of the suite is kept here: the files are read where `scripts/upstream` installed them.
"""

import copy
import io
import subprocess
import sys
import unittest
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from gabbi import handlers, suitemaker
from gabbi.reporter import ConciseTestResult

from .scenes import FIXTURES, Scene
from .wire import GabbiClient

ROOT = Path(__file__).parents[2]
UPSTREAM = ROOT / ".venv-upstream"
FILES = 79
TESTS = 1316

# Apache and waitress answer this one before any application sees it, whoever's application it is.
# test_suite.py sends it to the application itself, and test_servers.py shows what the servers do.
ANSWERED_BY_THE_SERVER = ("basic-http", "bad content length not int")


class Settings(NamedTuple):
    """The settings that a file needs of the server: variables, and whether every policy is open."""

    variables: tuple[tuple[str, str], ...]
    open_policy: bool


PLAIN_SETTINGS = Settings(
    (
        ("OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP", "True"),
        ("OS_API__AUTH_STRATEGY", "noauth2"),
        ("OS_OSLO_POLICY__ENFORCE_NEW_DEFAULTS", "False"),
    ),
    open_policy=False,
)


class Case(NamedTuple):
    """One test of upstream's: the file, its place in it, its name."""

    file: str
    number: int
    name: str

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


@cache
def directory() -> Path:
    """The folder of the wheel that has the files."""
    subprocess.run([ROOT / "scripts" / "upstream"], check=True, stdout=sys.stderr)
    (found,) = UPSTREAM.glob("lib/python3*/site-packages/placement/tests/functional/gabbits")
    return found


def file_names() -> list[str]:
    """The files without their suffix."""
    return sorted(path.stem for path in directory().glob("*.yaml"))


@cache
def _content(file: str) -> dict[str, Any]:
    with (directory() / f"{file}.yaml").open("rb") as stream:
        content: dict[str, Any] = yaml.load(stream, Loader=yaml.CSafeLoader)
    return content


def cases(file: str) -> list[Case]:
    """The file's tests, in their order."""
    return [Case(file, index, test["name"]) for index, test in enumerate(_content(file)["tests"])]


def _fixture(file: str) -> str:
    (fixture,) = _content(file)["fixtures"]
    return str(fixture)


def scene(file: str) -> Scene:
    """The data that must be there before the file's first request."""
    return FIXTURES[_fixture(file)]


def settings(file: str) -> Settings:
    """The settings that the file is written for."""
    fixture = _fixture(file)
    variables = dict(PLAIN_SETTINGS.variables)
    if fixture == "SecureRBACPolicyFixture":
        variables["OS_OSLO_POLICY__ENFORCE_NEW_DEFAULTS"] = "True"
    if fixture == "CORSFixture":
        variables["OS_CORS__ALLOWED_ORIGIN"] = "http://valid.example.com"
        variables["OS_CORS__ALLOW_HEADERS"] = "openstack-api-version"
    return Settings(tuple(variables.items()), open_policy=fixture == "OpenPolicyFixture")


@cache
def open_policy() -> str:
    """A policy file in which everybody may do everything, from upstream's own list of its rules."""
    listed = subprocess.run(
        [UPSTREAM / "bin" / "oslopolicy-policy-generator", "--namespace", "placement"],
        check=True,
        capture_output=True,
        text=True,
    )
    rules = [name for name in yaml.safe_load(listed.stdout) if name.startswith("placement:")]
    return yaml.safe_dump(dict.fromkeys(rules, "@"))


class GabbiFile:
    """A file's tests, bound to the server that answers them."""

    def __init__(self, file: str, host: str, port: int) -> None:
        # gabbi would make a TLS context for every test; that takes longer than all of the requests.
        content = copy.deepcopy(_content(file))
        content.setdefault("defaults", {})["cert_validate"] = False
        self.tests = list(
            suitemaker.test_suite_from_dict(
                loader=unittest.defaultTestLoader,
                test_base_name=file,
                suite_dict=content,
                test_directory=str(directory()),
                host=host,
                port=port,
                fixture_module=None,
                intercept=None,
                handlers=[handler() for handler in handlers.RESPONSE_HANDLERS],
            )
        )
        client = GabbiClient()
        for test in self.tests:
            type(test).http = client

    def send_elsewhere(self, case: Case, host: str, port: int) -> None:
        """Let one of the tests be answered by another server."""
        test = type(self.tests[case.number])
        test.host, test.port = host, port

    def run(self, case: Case) -> list[str]:
        """Run one test, after those before it that have not run; what was wrong, if anything."""
        test = self.tests[case.number]
        if test.has_run:
            # gabbi would do nothing and call it a pass.
            return ["it has run already, before a later test of its file: keep the file's order"]
        verdict = ConciseTestResult(io.StringIO(), descriptions=False, verbosity=0)
        test.run(verdict)
        wrong = [error[1] for _, error in verdict.failures + verdict.errors]
        unmet = verdict.skipped + verdict.expectedFailures + verdict.unexpectedSuccesses
        return [str(exception) for exception in wrong] + [f"not a plain pass: {it}" for it in unmet]
