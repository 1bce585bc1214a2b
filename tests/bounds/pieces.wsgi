# SPDX-License-Identifier: Apache-2.0
"""Answers `/4+5` with a body of nine bytes, which it hands over in parts of four and five. `/4-` fails after four of nine, and
`/304` has not been modified, with the length that a body would have."""


def application(environ, start_response):
    if environ["PATH_INFO"] == "/304":
        start_response("304 Not Modified", [("Content-Length", "100000")])
        return
    sizes, failing, _ = environ["PATH_INFO"].strip("/").partition("-")
    parts = [bytes([number % 251]) * int(size) for number, size in enumerate(sizes.split("+"))]
    length = sum(map(len, parts)) + (5 if failing else 0)
    start_response("200 OK", [("Content-Length", str(length))])
    yield from parts
    if failing:
        raise RuntimeError("the application fails in the midst of its answer")
