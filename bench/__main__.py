# SPDX-License-Identifier: Apache-2.0
"""`scripts/bench`."""

import signal
import sys

from . import options

if __name__ == "__main__":
    asked = options.parse()
    # A run that a user or a time limit stops must leave no containers behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # This import comes after --help, because it needs the packages that scripts/bench installs.
    from . import session

    sys.exit(session.hold(asked))
