# SPDX-License-Identifier: Apache-2.0
"""The parts that every HTTP interface of the service needs. This package knows no route and no microversion.

`layers` puts around an application what each request passes: the log of requests (`request_log`), the paths that need no
token (`elsewhere`, `health`), the identity of the caller (`strategies`, `noauth`, `keystone`, `identity`), and the memory
that a request leaves behind (`gc`). An application uses `policy` to ask what a caller may do, `messages` for
requests and responses, and `errors` with `envelope` to tell a client what went wrong.

`placedock.api` and `placedock.console` stand above this package, and neither imports the other.
"""
