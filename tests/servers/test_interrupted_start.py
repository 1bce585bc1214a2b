# SPDX-License-Identifier: Apache-2.0
"""A process that is interrupted while it loads the application ends without a traceback of ours.

uWSGI interrupts its other workers when one could not load the application, and a person interrupts a server by Ctrl-C.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import placedock
import pytest

LOADS = "print('begins', flush=True); import placedock.wsgi; print('is loaded', flush=True)"
SETTINGS = {
    "OS_API__AUTH_STRATEGY": "noauth2",
    "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite://",
}
MOMENTS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4]
"""Seconds after the beginning. Loading takes about half a second."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_ends_without_a_traceback(moment: float, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOADS],
        env={"PATH": os.environ["PATH"], **SETTINGS},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        said, complaints = process.communicate(timeout=60)
    assert str(Path(placedock.__file__).parent) not in complaints
    if not said:
        assert process.returncode == 128 + signal.SIGINT
