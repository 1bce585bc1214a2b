# SPDX-License-Identifier: Apache-2.0
"""scripts/bench draws the right conclusions from its figures. The ring `bench` runs it and shows that it works."""
