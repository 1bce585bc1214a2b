# SPDX-License-Identifier: Apache-2.0
"""An application that has forgotten its deadline at /endless, and elsewhere answers which process it is."""

import os


def application(environ, start_response):
    while environ["PATH_INFO"] == "/endless":
        pass
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
