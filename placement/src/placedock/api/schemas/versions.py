# SPDX-License-Identifier: Apache-2.0
"""The version document at the root."""

from placedock.api.schemas.parts import LINKS, TEXT
from placedock.api.schemas.vocabulary import Array, Object, Representation, shown

_VERSION = Object(
    {
        "id": shown(TEXT),
        "min_version": shown(TEXT),
        "max_version": shown(TEXT),
        "status": shown({"const": "CURRENT"}),
        "links": shown(LINKS),
    }
)
VERSIONS = Representation(Object({"versions": shown(Array(_VERSION))}))
