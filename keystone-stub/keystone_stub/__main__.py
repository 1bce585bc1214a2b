# SPDX-License-Identifier: Apache-2.0
"""The command `python -m keystone_stub`: serves until SIGTERM."""

import logging
import os
import signal
import sys

from waitress.server import create_server

from keystone_stub import NOT_FOR_PRODUCTION, VERSION, directory, seed, settings
from keystone_stub.app import application
from keystone_stub.errors import WrongSettings
from keystone_stub.store import Store, signing_key
from keystone_stub.tokens import Tokens


def main() -> int:
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s")
    # The stub has one thread by design (see __init__), so waitress need not warn that requests wait for it.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        wanted = settings.read(os.environ)
        key = signing_key(wanted.state)
        store = Store(seed.read(wanted.directory, os.environ), wanted.state)
        directory.drop_dangling(store)
        app = application(store, Tokens(store, wanted, key), wanted)
        server = create_server(
            app, host=wanted.host, port=wanted.port, threads=1, ident="keystone-stub"
        )
    except WrongSettings as error:
        print(f"keystone-stub: {error}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(f"keystone-stub: HOST, PORT: {error}", file=sys.stderr)
        return 2
    print(
        "=" * len(NOT_FOR_PRODUCTION), NOT_FOR_PRODUCTION, "=" * len(NOT_FOR_PRODUCTION), sep="\n"
    )
    people = ", ".join(user["name"] for user in store["users"].values())
    print(
        f"keystone-stub {VERSION}: serving on port {server.effective_port}; users: {people}",
        flush=True,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
