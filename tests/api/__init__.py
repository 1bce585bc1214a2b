# SPDX-License-Identifier: Apache-2.0
"""The API in process: lessons in YAML, one a noun, and requests that nobody should send."""
