# SPDX-License-Identifier: Apache-2.0
"""The only SQL of the service: tables, connections, and one function per question to the database.

The store finds and writes; it never decides. Nothing here knows of HTTP, and what it hands back are
plain values of `placedock.model`, names and numbers. Above it only `placedock.operations` (and the
command line, for `db sync`) may import it.
"""
