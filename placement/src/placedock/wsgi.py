# SPDX-License-Identifier: Apache-2.0
"""`application`: what a WSGI server loads. It is built from the environment when this module is imported.

What is wrong with the settings ends the process with one line, and with the status by which the server knows that it need not
try again: it would start its workers for ever.
"""

import sys

# Each server has a module of its name in its processes.
STATUSES = {"gunicorn": 3, "uwsgi": 22}

try:
    from placedock import ending, service
    from placedock.config import insecure

    _status = next((STATUSES[server] for server in STATUSES if server in sys.modules), ending.WRONG)
    with ending.in_one_line(_status, _status):
        made = service.make()
        insecure.warn(made.settings, "the server must listen on a loopback address only")
except KeyboardInterrupt:
    # uWSGI interrupts the workers that still load the application when one of them has told what is wrong. The status is the
    # one that shells give: 128 and the number of SIGINT.
    sys.exit(130)
application = made.application
