# SPDX-License-Identifier: Apache-2.0
"""The URLs, one module per noun: every handler reads the request, runs one operation, and represents what it returned."""
