# SPDX-License-Identifier: Apache-2.0
"""The version document at the root."""

from placedock.api.schemas.parts import LINKS, TEXT
from placedock.api.schemas.vocabulary import Answer, Array, Object, shown

_VERSION = Object(
    {
        "id": shown(TEXT),
        "min_version": shown(TEXT),
        "max_version": shown(TEXT),
        "status": shown({"const": "CURRENT"}),
        "links": shown(LINKS),
    }
)
VERSIONS = Answer(Object({"versions": shown(Array(_VERSION))}))
