# SPDX-License-Identifier: Apache-2.0
"""What the image's Apache loads, in processes that do not fork. `placedock httpd` has checked the settings and warned."""

import gc

# What imports make stays: to look through it again and again would be a tenth of the start. The service says what is next.
gc.disable()

from placedock import ending, service

with ending.in_one_line():
    made = service.make()
application = made.application
made.warm_up()
