# SPDX-License-Identifier: Apache-2.0
"""What mod_wsgi loads when upstream takes our place."""

import placement.wsgi.api

application = placement.wsgi.api.application
