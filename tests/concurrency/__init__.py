# SPDX-License-Identifier: Apache-2.0
"""Many clients write at once, through several `placedock serve` processes on one database.

    stage.py        the providers they fight for
    client.py       one of them: what it does, and what it was told
    watch.py        what no answer may contradict, whoever gets it
    invariants.py   what must hold in the tables and in the API when all are done
"""
