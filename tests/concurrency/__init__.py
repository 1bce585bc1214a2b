# SPDX-License-Identifier: Apache-2.0
"""Many clients write at once, through several `placedock serve` processes on one database.

    stage.py        the providers they fight for
    client.py       one of them: what it does, and what it was told
    watch.py        what no answer may contradict, whoever gets it
    crowd.py        lets them loose, and judges what they leave
    invariants.py   what must hold in the tables when all are done
"""
