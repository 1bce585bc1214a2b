# SPDX-License-Identifier: Apache-2.0
"""The line of each request says who asked what, is one line whatever a client sends, and holds no secret."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from oslo_config import cfg
from oslo_log import log as oslo_log
from placedock.web import log, request_log

from . import stage
from .raw import HOST, ask

GLOBAL = "req-" + "-".join(["0123abcd", "0123", "0123", "0123", "0123456789ab"])


@pytest.fixture(scope="module", autouse=True)
def service() -> Iterator[None]:
    with stage.serving({}):
        yield


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger=request_log.__name__)
    return caplog


def only(lines: pytest.LogCaptureFixture) -> str:
    (line,) = [one.getMessage() for one in lines.records if one.name == request_log.__name__]
    return line


def test_a_line_carries_the_ids_and_the_caller(lines: pytest.LogCaptureFixture) -> None:
    told = ask(
        *("GET", f"/resource_providers/{HOST}"),
        HTTP_X_AUTH_TOKEN="admin:project",
        HTTP_X_OPENSTACK_REQUEST_ID=GLOBAL,
    )
    own = told.headers["x-openstack-request-id"]
    assert own != GLOBAL
    assert only(lines).endswith(f"[{own} {GLOBAL} admin project]")


@pytest.mark.parametrize(
    "given", ["req-1", GLOBAL + "\n", GLOBAL.upper(), "x" + GLOBAL, GLOBAL + " x", ""]
)
def test_a_global_id_of_another_form_is_not_taken(
    lines: pytest.LogCaptureFixture, given: str
) -> None:
    ask("GET", "/traits/CUSTOM_A", HTTP_X_OPENSTACK_REQUEST_ID=given)
    assert only(lines).endswith(" - admin admin]")


def test_a_caller_that_nobody_has_checked_is_not_told(lines: pytest.LogCaptureFixture) -> None:
    stage.answer(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/traits",
            "SCRIPT_NAME": "",
            "SERVER_NAME": "placement",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "HTTP_X_USER_ID": "forged",
        },
        lambda *told: None,
    )
    assert only(lines).endswith("- - -]")


@pytest.mark.parametrize("odd", ["\n", "\r\n", "\x1b[2J", "\x00", "\x85", "\xe2\x80\xa8", " ", '"'])
def test_nothing_that_a_client_sends_reaches_a_line_as_it_is(
    lines: pytest.LogCaptureFixture, odd: str
) -> None:
    forged = f"{odd}2026-01-01 INFO GET / 200"
    ask(
        *("PO" + odd + "NY", f"/traits/CUSTOM{forged}?name={forged}"),
        HTTP_X_AUTH_TOKEN=f"admin{forged}:project{forged}",
        HTTP_X_OPENSTACK_REQUEST_ID=forged,
    )
    line = only(lines)
    assert line.isascii() and line.isprintable()
    assert odd not in line or odd in (" ", '"')
    assert len(line.split(" ")) == 12


def test_an_encoded_percent_sign_is_not_taken_for_a_newline(
    lines: pytest.LogCaptureFixture,
) -> None:
    ask("GET", "/traits/CUSTOM%0A")
    assert "/traits/CUSTOM%250A " in only(lines)


@pytest.mark.parametrize(
    "name",
    ["token", "X-Auth-Token", "access_token", "PASSWORD", "t%6Fken", "client_secret", "api_key"],
)
def test_what_is_named_like_a_secret_is_masked(lines: pytest.LogCaptureFixture, name: str) -> None:
    ask("GET", f"/traits?name=in:A&{name}=gAAAAAB&associated=true")
    assert f"/traits?name=in:A&{name}=***&associated=true " in only(lines)


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_that_succeed_are_not_logged(lines: pytest.LogCaptureFixture, path: str) -> None:
    assert ask("GET", path).status == 200
    assert not [one for one in lines.records if one.name == request_log.__name__]


def formatted(record: logging.LogRecord, **settings: object) -> str:
    """A record as the service's handlers write it with these settings."""
    conf = cfg.ConfigOpts()
    oslo_log.register_options(conf)
    for name, value in settings.items():
        conf.set_default(name, value)
    conf([], default_config_files=[], default_config_dirs=[])
    before = logging.root.handlers[:], logging.root.level
    try:
        log.set_up(conf)
        return logging.root.handlers[0].format(record)
    finally:
        logging.root.handlers[:], logging.root.level = before


def record(message: str, *arguments: object, error: Exception | None = None) -> logging.LogRecord:
    told = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("placedock", logging.ERROR, "x.py", 1, message, arguments, told)


class Odd(Exception):
    """One of the service's own."""


ODD = "a\nb\x1bc\u2028d\ud800"
ESCAPED = "a\\nb\\x1bc\\u2028d\\ud800"


def raised(because_of: Exception | None = None, beside: Exception | None = None) -> Exception:
    """An error with a traceback."""
    try:
        try:
            if beside is not None:
                raise beside
        finally:
            if because_of is not None:
                raise Odd(ODD) from because_of
            raise Odd(ODD)
    except Odd as error:
        return error


@pytest.fixture
def own_formatter(tmp_path: Path) -> Iterator[str]:
    """A file for the setting `log_config_append`."""
    file = tmp_path / "logging.ini"
    file.write_text(
        "[loggers]\nkeys=root\n[handlers]\nkeys=h\n[formatters]\nkeys=f\n[logger_root]\nhandlers=h\n"
        "[handler_h]\nclass=StreamHandler\nargs=()\nformatter=f\n[formatter_f]\nformat=mine %(message)s\n"
    )
    yield str(file)


def test_other_lines_stay_one_line_too() -> None:
    line = formatted(record("cannot read %s", ODD))
    assert f"cannot read {ESCAPED}" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "error",
    [raised(), raised(because_of=raised()), raised(beside=raised())],
    ids=["alone", "because of another", "while another was handled"],
)
@pytest.mark.parametrize("own", [False, True], ids=["oslo.log's", "of a file"])
def test_each_line_of_a_traceback_is_one_that_python_wrote(
    own_formatter: str, error: Exception, own: bool
) -> None:
    settings = {"log_config_append": own_formatter} if own else {}
    text = formatted(record("cannot read %s", ODD, error=error), **settings)
    first, *lines = text.split("\n")
    assert f"cannot read {ESCAPED}" in first
    errors = 1 + bool(error.__cause__ or error.__context__)
    assert len([line for line in lines if line.endswith(f"Odd: {ESCAPED}")]) == errors
    assert len([line for line in lines if "Traceback (most recent call last):" in line]) == errors
    for line in (first, *lines):
        assert not {"\x1b", "\u2028", "\ud800"} & set(line)
        assert own or "placedock" in line


def test_the_error_that_is_handled_is_told_on_the_line() -> None:
    try:
        raise Odd("a\x1bb\u2028c\nd")
    except Odd:
        line = formatted(record("cannot read"))
    assert line.endswith("cannot read: api.test_request_log.Odd: a\\x1bb\\u2028c")


def test_lines_in_json_have_no_nulls(lines: pytest.LogCaptureFixture) -> None:
    ask("GET", "/traits/CUSTOM_A", HTTP_X_OPENSTACK_REQUEST_ID=GLOBAL)
    (one,) = [each for each in lines.records if each.name == request_log.__name__]
    line = formatted(one, use_json=True)
    told = json.loads(line)
    assert told["extra"]["user"] == "admin"
    assert told["extra"]["global_request_id"] == GLOBAL
    assert "null" not in line
