# SPDX-License-Identifier: Apache-2.0
"""Requests that break the rules of HTTP/1.1 where it says what belongs to a request. None of them reaches the application."""

import pytest

from .services import Service

HEAD = (
    b"POST /resource_providers HTTP/1.1\r\nHost: placement\r\nX-Auth-Token: admin\r\n"
    b"Content-Type: application/json\r\n"
)
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

BADLY_CHUNKED = {
    "a size that is no number": b"zz\r\n{}\r\n0\r\n\r\n",
    "a size below zero": b"-2\r\n{}\r\n0\r\n\r\n",
    "a size as Python writes it": b"0x2\r\n{}\r\n0\r\n\r\n",
    "no size": b"\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than its size": b"2\r\n{}xx\r\n0\r\n\r\n",
}
CUT = {
    "a body": HEAD + b"Content-Length: 100\r\n\r\n{",
    "a chunk": CHUNKED + b"5\r\n{}",
    "the size of a chunk": CHUNKED + b"5",
    "the end of the chunks": CHUNKED + b"2\r\n{}\r\n",
}
BAD_HEADERS = {
    "a blank before the colon": b"X-Roles : admin\r\n",
    "a tab before the colon": b"X-Roles\t: admin\r\n",
    "no colon": b"X-Roles\r\n",
    "a name with a blank": b"X Roles: admin\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n",
    "a length that is no number": b"Content-Length: +2\r\n",
}


def leaves_no_trace(service: Service) -> None:
    assert "Traceback" not in service.log()
    assert " ERROR " not in service.log()
    service.serves()


@pytest.mark.parametrize("what", BADLY_CHUNKED)
def test_a_body_that_is_badly_chunked_is_refused(service: Service, what: str) -> None:
    answer = service.exchange(CHUNKED + BADLY_CHUNKED[what])
    assert answer.split(b" ")[1:2] == [b"400"], answer
    leaves_no_trace(service)


@pytest.mark.parametrize("what", CUT)
def test_a_body_that_is_cut_off_ends_the_connection(service: Service, what: str) -> None:
    """The client has gone, so an answer may be there or not."""
    answer = service.exchange(CUT[what], ends=True)
    assert answer.split(b" ")[1:2] in ([], [b"400"]), answer
    leaves_no_trace(service)


@pytest.mark.parametrize("what", BAD_HEADERS)
def test_a_header_that_could_be_taken_for_another_is_refused(service: Service, what: str) -> None:
    answer = service.exchange(HEAD + BAD_HEADERS[what] + b"\r\n{}")
    assert answer.split(b" ")[1:2] == [b"400"], answer
    leaves_no_trace(service)
