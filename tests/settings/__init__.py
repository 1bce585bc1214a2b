# SPDX-License-Identifier: Apache-2.0
"""Settings as people get them wrong: each ends the process at its start with one line that says what to change."""
