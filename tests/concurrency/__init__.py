# SPDX-License-Identifier: Apache-2.0
"""Many clients write at once, through several `placedock serve` processes on one database.

    scene.py     the few providers that they write to
    fleet.py     the servers
    clients.py   what each client does, and what it was answered
    watcher.py   what must hold in the tables at every moment
    verdict.py   what must not have happened, by all that was answered

Two files do without that random crowd: test_races.py (who wants the same at one moment) and test_shrinking.py.
"""
