# SPDX-License-Identifier: Apache-2.0
"""The console: what placedock has under `/-/`, in addition to the Placement API and without its microversions.

`routes` is the table of all URLs: each row has a method, a path, the policy rule that guards it (or OPEN) and the endpoint
that answers. An endpoint is a file of its own in `endpoints`. `app` is the WSGI application, `policies` and `openapi` derive
from the table. `outside` names what the console is given by `placedock.service` because it belongs to the API.

The console is a neighbour of `placedock.api`: both use `placedock.web` and call `operations`, and neither imports the other.
"""
