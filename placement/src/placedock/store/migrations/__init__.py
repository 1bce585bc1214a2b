# SPDX-License-Identifier: Apache-2.0
"""The history of the tables: Alembic revisions, with upstream's revision ids.

Either project's tool recognises a database that the other has made or brought forward, at every
revision. `placedock.store.sync` runs them.
"""

REVISIONS = (
    "b4ed3a175331",
    "611cd6dffd7b",
    "b5c396305c25",
    "422ece571366",
    "a082b8bb98d0",
)
"""All revisions, oldest first; the last is the head."""

HEAD = REVISIONS[-1]
