# SPDX-License-Identifier: Apache-2.0
"""Clients that send a byte now and then, that take a byte now and then, or that only are there."""

import pytest

from .crowd import Crowd
from .services import THREADS, Service

PLACE = b"/resource_providers/4e8e5957-649f-477b-9e5b-f1f75b21c03c/inventories"
BODY = (
    b"PUT " + PLACE + b" HTTP/1.1\r\nHost: placement\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100000\r\n"
)
SLOW = {
    "a header": (b"GET / HTTP/1.1\r\nHost: placement\r\n", b"X"),
    "a body": (BODY + b"X-Auth-Token: admin\r\n\r\n", b"["),
    "a body without a token": (BODY + b"\r\n", b"["),
    "a body in chunks": (
        BODY.replace(b"Content-Length: 100000", b"Transfer-Encoding: chunked")
        + b"X-Auth-Token: admin\r\n\r\n",
        b"1\r\n[\r\n",
    ),
}


@pytest.mark.parametrize("what", SLOW)
def test_three_hundred_that_send_a_byte_now_and_then_hinder_nobody_and_are_told(
    service: Service, what: str
) -> None:
    opening, more = SLOW[what]
    with Crowd((service.host, service.port), 300, opening, more) as crowd:
        service.serves_during(2)
        crowd.wait_until_gone(20)
        service.serves()
    told = sum(number for line, number in crowd.answers.items() if " 408 " in line)
    # The last byte that a client sends may cross the answer, and the answer is then lost.
    assert told > 100, crowd.answers


def test_three_hundred_that_never_end_the_first_line_hinder_nobody_and_are_cut_off(
    service: Service,
) -> None:
    """Apache does not count it as a request, and gives no answer."""
    with Crowd((service.host, service.port), 300, b"GET /", b"X") as crowd:
        service.serves_during(2)
        crowd.wait_until_gone(20)
        service.serves()


def test_many_that_take_their_answer_a_byte_at_a_time_hinder_nobody(service: Service) -> None:
    """Without a token. The answers are much larger than what is on its way."""
    request = b"GET /openapi.json HTTP/1.1\r\nHost: placement\r\n\r\n" * 3
    with Crowd((service.host, service.port), 300, request, reads=True) as crowd:
        service.serves_during(3)
        assert len(crowd) == 300


@pytest.mark.parametrize("service", ["serve"], indirect=True)
def test_clients_that_ask_for_much_and_take_it_a_byte_at_a_time_keep_no_thread(
    service: Service,
) -> None:
    """As many clients as there are threads. The answers to each are much larger than the 16 MiB that waitress keeps."""
    request = b"GET /openapi.json HTTP/1.1\r\nHost: placement\r\n\r\n"
    count = 4 * 16 * 1024**2 // len(service.get("/openapi.json").content)
    with Crowd((service.host, service.port), THREADS, request * count, reads=True) as crowd:
        service.serves_soon()
        service.serves_during(5)
        assert len(crowd) == THREADS


def test_two_thousand_idle_connections_hinder_nobody(service: Service) -> None:
    request = b"GET / HTTP/1.1\r\nHost: placement\r\n\r\n"
    with Crowd((service.host, service.port), 2000, request) as crowd:
        # They are idle once they have their answers.
        crowd.wait_until_answered(2000, 60)
        service.serves_during(3)


def test_seven_hundred_connections_without_a_byte_hinder_nobody(service: Service) -> None:
    with Crowd((service.host, service.port), 700, b""):
        service.serves_during(2)
