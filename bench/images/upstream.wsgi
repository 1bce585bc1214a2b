# SPDX-License-Identifier: Apache-2.0
"""mod_wsgi loads this module in upstream's image."""

import placement.wsgi.api

application = placement.wsgi.api.application
