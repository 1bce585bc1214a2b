# SPDX-License-Identifier: Apache-2.0
"""The parts that several schemas are made of."""

UUID = {"type": "string", "format": "uuid"}
UUID_PATTERN = "^[0-9a-fA-F-]{36}$"
NAME_PATTERN = "^[A-Z0-9_]+$"
CUSTOM_PATTERN = "^CUSTOM_[A-Z0-9_]+$"
NUMBER_SUFFIX = "[1-9][0-9]*"
NAME_SUFFIX = "[a-zA-Z0-9_-]{1,64}"

GENERATION = {"type": "integer"}
TEXT = {"type": "string"}
EXTERNAL_ID = {"type": "string", "minLength": 1, "maxLength": 255}
CONSUMER_TYPE = {"type": "string", "pattern": NAME_PATTERN, "minLength": 1, "maxLength": 255}
