# SPDX-License-Identifier: Apache-2.0
"""One file for each endpoint, or for several that belong together. `placedock.console.routes` says where each is served."""
