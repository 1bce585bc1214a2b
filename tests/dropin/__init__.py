# SPDX-License-Identifier: Apache-2.0
"""placedock and upstream on one database: after each other, and at the same time.

    filling.py   a drawn cloud, written in the ways of every age of the API; test_every_corner.py reads it
    writing.py   random writes
    reading.py   random queries, and every GET
    mixing.py    a client that writes now to one of them and now to the other
    stage.py     what many such clients fight for
    watch.py     what no answer may contradict, whoever gets it
    crowd.py     lets them loose, and judges, also by invariants.py

Upstream may fail under concurrent writes, and is excused; placedock never is.
"""
