# SPDX-License-Identifier: Apache-2.0
"""Measures placedock against upstream Placement: one run, one server each of the same kind, one MySQL, the same clouds.

`sections` says what is measured, in which order, and what it should come to. Below it: `work` does the measured things,
`measure` takes turns and keeps time, `answers` compares what was answered, `servers` starts what is measured,
`clouds` draws the topologies and `loader` loads them. `report` and `plots` show what came out.
"""
