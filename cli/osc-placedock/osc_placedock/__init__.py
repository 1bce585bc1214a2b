# SPDX-License-Identifier: Apache-2.0
"""Commands of `openstack` for what placedock has in addition to the Placement API."""
