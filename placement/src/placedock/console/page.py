# SPDX-License-Identifier: Apache-2.0
"""The explorer's files, served by WhiteNoise: `placedock serve` has no other server for them, and behind Apache they are few.

WhiteNoise keeps nothing open: it knows the files from the start, answers conditional requests and ranges, and refuses every
path that is not one of them. It sends the compressed files that the image's build puts beside them (Dockerfile). The headers
keep everything that is not of this server out of the page: no script, style or picture of another host, nothing inline, and
no frame around it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

from placedock.console.route import PREFIX
from placedock.web.environ import Application, Environ, StartResponse

FILES = Path(__file__).parent / "explorer"
KEPT_OUT = {".md", ".json", ".ts"}
"""Files that are in the folder for people who work on the page."""

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def files() -> dict[str, Application]:
    """The page's paths, each with the application that serves it. None of them needs a token: they are the same for all."""
    server: Any = WhiteNoise(
        _to_the_page,
        max_age=0,
        allow_all_origins=False,
        add_headers_function=_harden,
        index_file="index.html",
    )
    server.add_files(str(FILES), prefix=PREFIX)
    served = [path for path in server.files if Path(path).suffix not in KEPT_OUT]
    return dict.fromkeys(served, server) | {PREFIX.rstrip("/"): _to_the_page}


def _harden(headers: Any, path: str, url: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value


def _to_the_page(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Send a browser that asks for `/-` to `/-/`, against which the page's own addresses are relative."""
    start_response("308 Permanent Redirect", [("Location", environ["SCRIPT_NAME"] + PREFIX)])
    return [b""]
