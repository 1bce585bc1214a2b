# SPDX-License-Identifier: Apache-2.0
"""Commands that ask or carry a cloud, one file each: `add` tells the parser of the command line, and the rest runs it.

They work on the configured database and need no server.
"""
