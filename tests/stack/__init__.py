# SPDX-License-Identifier: Apache-2.0
"""The Compose stack, driven from outside as its users do: by Docker, by HTTP and by unmodified clients."""
