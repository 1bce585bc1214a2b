# SPDX-License-Identifier: Apache-2.0
"""What the image's Apache loads, in processes that do not fork. `placedock httpd` has checked the settings and warned."""

import threading

from placedock.web import gc

gc.pause()

from placedock import ending, service

with ending.in_one_line():
    made = service.make()
application = made.application


def serve_health():
    # Imported beside the first answers.
    from placedock import httpd, serving

    if socket := httpd.health_socket():
        serving.serve_health(application, socket)


threading.Thread(target=serve_health, daemon=True).start()
made.warm_up()
