# SPDX-License-Identifier: Apache-2.0
"""`response_error` in a lesson: which error it is. That it has the shape of one is checked for every answer."""

from typing import Any, ClassVar

from gabbi.case import HTTPTestCase
from gabbi.handlers.base import ResponseHandler


class Error(ResponseHandler):
    """`detail` is part of the text, `code` the whole code; `max_version` and `min_version` likewise."""

    test_key_suffix = "error"
    test_key_value: ClassVar[dict[str, Any]] = {}

    def action(self, test: HTTPTestCase, item: str, value: Any = None) -> None:
        (error,) = test.response_data["errors"]
        expected = test.replace_template(value)
        if item == "detail":
            assert expected in error["detail"], f"expected {expected!r}, got {error['detail']!r}"
        else:
            assert error.get(item) == expected, f"expected {expected!r}, got {error.get(item)!r}"
