# SPDX-License-Identifier: Apache-2.0
"""`scripts/bench`."""

import signal
import sys

from . import options

if __name__ == "__main__":
    asked = options.parse()
    # Whoever stops a run, a time limit perhaps, finds no containers left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Imported after --help has had its chance: it needs what scripts/bench installs.
    from . import session

    sys.exit(session.hold(asked))
