# SPDX-License-Identifier: Apache-2.0
"""The HTTP server answers some requests by itself, so that no application can pass or fail by them."""

import httpx

from .databases import Database
from .servers import Start, Target
from .suite import PLAIN_SETTINGS
from .wire import Verbatim


def test_a_length_that_is_no_number_is_refused_by_the_server_for_us_and_upstream_alike(
    target: Target, upstream_alike: Target, database: Database
) -> None:
    """Hence upstream's test of such a length is sent to the application past its server."""
    ours = _answer_to_a_wrong_length(target.served, database)
    theirs = _answer_to_a_wrong_length(upstream_alike.served, database)
    assert ours.status_code == 400
    assert "content-length header must be an integer" not in ours.text
    assert (theirs.status_code, theirs.text) == (ours.status_code, ours.text)


def _answer_to_a_wrong_length(start: Start, database: Database) -> httpx.Response:
    with (
        database() as url,
        start(PLAIN_SETTINGS, url) as server,
        httpx.Client(transport=Verbatim(), base_url=server.url) as client,
    ):
        headers = {"X-Auth-Token": "admin", "Content-Length": "hi mom"}
        return client.post("/resource_providers", headers=headers, json={"name": "any"})
