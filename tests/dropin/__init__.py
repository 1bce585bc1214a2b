# SPDX-License-Identifier: Apache-2.0
"""placedock and upstream on one database: after each other, and at the same time.

filling.py      what each of them writes for the other to read
reading.py      everything that can be read, and what differs between two readings
mixing.py       a client that writes now to one of them and now to the other
stage.py        what many such clients fight for
watch.py        what no answer may contradict, whoever gets it
crowd.py        lets them loose, and judges
invariants.py   what must hold in the tables when all are done
"""
