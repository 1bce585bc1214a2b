# SPDX-License-Identifier: Apache-2.0
"""An empty database for each file, as the URL that a server is given."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Every commit waits for the disk, and these databases live for seconds:
# in memory, where there is such a folder.
MEMORY = Path("/dev/shm")


@contextmanager
def sqlite() -> Iterator[str]:
    """A file that does not exist yet."""
    with tempfile.TemporaryDirectory(
        prefix="conformance-", dir=MEMORY if MEMORY.is_dir() else None
    ) as folder:
        yield f"sqlite:///{folder}/placement.db"
