# SPDX-License-Identifier: Apache-2.0
"""What mod_wsgi loads. A file of its own, because mod_wsgi runs it under a made-up module name."""

import placedock.wsgi

application = placedock.wsgi.application
