# SPDX-License-Identifier: Apache-2.0
"""What requests may contain: one module per noun, each schema written once (see `vocabulary`)."""
