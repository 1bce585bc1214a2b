# SPDX-License-Identifier: Apache-2.0
"""The application in the WSGI servers that people run: each loads it at another moment, some fork afterwards."""
