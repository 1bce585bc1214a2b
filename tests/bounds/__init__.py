# SPDX-License-Identifier: Apache-2.0
"""What slow clients, heavy requests and hanging neighbours may cost: each is done, and another client asks meanwhile."""
