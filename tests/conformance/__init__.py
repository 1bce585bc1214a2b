# SPDX-License-Identifier: Apache-2.0
"""Upstream's own functional suite, run over real HTTP against a server that is started here.

Read in this order: suite.py (which files there are, what each asks for, how one is run), scenes.py
(the data that a file finds), servers.py and container.py (the servers that answer), files.py and
test_suite.py, which put them together. `run` starts it all.
"""
