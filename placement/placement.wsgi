# SPDX-License-Identifier: Apache-2.0
"""What mod_wsgi loads, in a process that does not fork. It is a file of its own, because mod_wsgi runs it under a made-up name."""

import gc

# What imports make stays: to look through it again and again would be a tenth of the start. The service says what is next.
gc.disable()

import placedock.wsgi

application = placedock.wsgi.application
placedock.wsgi.service.warm_up()
