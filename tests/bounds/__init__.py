# SPDX-License-Identifier: Apache-2.0
"""Slow clients, heavy requests and hanging neighbours cost no more than their bounds. Another client asks meanwhile."""
