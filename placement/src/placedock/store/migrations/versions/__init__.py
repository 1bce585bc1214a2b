# SPDX-License-Identifier: Apache-2.0
"""One file per revision, numbered in order. Upstream's revision id stands inside."""
