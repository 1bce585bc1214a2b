# SPDX-License-Identifier: Apache-2.0
"""The Keystone stand-in against the real Keystone 30.0.0, and under the clients that will use it."""
