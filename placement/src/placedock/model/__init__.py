# SPDX-License-Identifier: Apache-2.0
"""Values and rules, in the API reference's words. Imports nothing of placedock but `errors`."""
