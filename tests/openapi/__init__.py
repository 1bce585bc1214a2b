# SPDX-License-Identifier: Apache-2.0
"""Holds the service against what it says of itself in OpenAPI."""
