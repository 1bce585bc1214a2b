# SPDX-License-Identifier: Apache-2.0
"""Serves the real Keystone; runs in .venv-keystone. Arguments: its settings file, a port, and a path."""

import os
import sys

import waitress

settings, port, path = sys.argv[1:]
os.environ["OS_KEYSTONE_CONFIG_FILES"] = settings
sys.argv = ["keystone"]

from keystone.wsgi.api import application  # noqa: E402

waitress.serve(
    application, host="127.0.0.1", port=int(port), url_prefix=path, threads=2, ident="keystone"
)
