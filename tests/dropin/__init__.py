# SPDX-License-Identifier: Apache-2.0
"""placedock and upstream on one database: after each other, and at the same time.

    filling.py   what each of them writes for the other to read
    reading.py   everything that can be read, and what differs between two readings
"""
