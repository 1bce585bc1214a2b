# SPDX-License-Identifier: Apache-2.0
"""placedock beside a running OpenStack in which nothing is ours: upstream's Placement, Keystone, MySQL, Apache."""
