# SPDX-License-Identifier: Apache-2.0
"""`scripts/bench`."""

import sys

from . import options

if __name__ == "__main__":
    asked = options.parse()
    # Imported after --help has had its chance: it needs what scripts/bench installs.
    from . import session

    sys.exit(session.hold(asked))
