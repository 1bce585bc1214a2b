# SPDX-License-Identifier: Apache-2.0
"""The only SQL of the service: tables, connections, and one function per question to the database.

The store finds and writes; it never decides. Nothing here knows of HTTP, and what it hands back are
plain values of `placedock.model`, names and numbers. Of the layers above, `placedock.operations` calls it; the others
may name `store.database`, whose transactions they run operations in, and no other module of it (`tests/unit/test_layers.py`).
"""
