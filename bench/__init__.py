# SPDX-License-Identifier: Apache-2.0
"""Measures placedock against upstream Placement: in one run, behind the same kind of server, on one MySQL, in the same clouds.

`sections` names what the bench measures and in which order. Below it, `work` has one module for each kind of measured work,
`measure` asks the services in turn and keeps the time, `answers` compares the answers, `servers` starts the services,
`clouds` draws the topologies, and `loader` loads them into the databases. `report` and `plots` show the results.
"""
