# SPDX-License-Identifier: Apache-2.0
"""What scripts/bench concludes from what it sees. That it runs at all is shown by running it."""
