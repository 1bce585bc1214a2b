# SPDX-License-Identifier: Apache-2.0
"""Both serve one database while clients mix writes between them, and nothing is lost or overcommitted.

On MySQL, for upstream on SQLite answers many concurrent writes with 500. What upstream fails to do is
excused, and so are consumers that a refused write of upstream's leaves behind; we never are.
"""

from collections.abc import Callable

from concurrency.fleet import fleet
from conformance import databases

from .crowd import unleash


def test_clients_mix_writes_between_upstream_and_placedock(
    record_property: Callable[[str, object], None],
) -> None:
    with databases.mysql() as database, database() as url, fleet(url, 2, 2) as both:
        watch = unleash(both.servers, both.theirs, url)
    print(watch)
    for done in (
        ("PUT /allocations", 204),
        ("POST /allocations", 204),
        ("DELETE /allocations", 204),
        ("POST /reshaper", 204),
        ("PUT /resource_providers/inventories", 200),
        ("DELETE /resource_providers", 204),
    ):
        assert any(done == (kind, status) for kind, status, _ in watch.answers), done
