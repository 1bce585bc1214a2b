# SPDX-License-Identifier: Apache-2.0
"""Measures the explorer in large clouds, in a real browser: `scripts/explorer-figures`.

It judges nothing, since a figure says something only on a machine that does nothing else. The targets, on two cores: the first
picture in 1 s, a page of 50 trees in 50 ms, and 150 kB for the page itself when it is compressed.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import mysql_server
import requests
from conformance import container, servers
from conformance.servers import Server
from conformance.suite import PLAIN_SETTINGS
from playwright.sync_api import Browser, Page, sync_playwright

from bench import clouds, loader, real

from .browsing import launched, map_of, watched

TARGETS = {"container": container.container, "serve": servers.serve}
TURNS = 7
HEADERS = {"X-Auth-Token": "admin", "OpenStack-API-Version": "placement 1.39"}
ENDPOINTS = {
    "totals": "-/overview",
    "map of one class": "-/map?resource_class=VCPU",
    "50 trees, the first page": "-/trees?limit=50",
    "50 trees, a page in the middle": "-/trees?limit=50&marker={middle}",
    "50 trees with a trait": "-/trees?limit=50&trait=HW_CPU_X86_AVX2",
    "50 trees with a name": "-/trees?limit=50&name=99",
    "50 trees that are full": "-/trees?limit=50&state=full",
    "one tree": "-/trees?uuid={middle}",
    "100 consumers": "-/consumers?limit=100",
    "100 consumers of a project": "-/consumers?limit=100&project_id={project}",
    "consumers of one tree": "-/consumers?limit=200&tree={middle}",
}
WATCH_FOR_THE_MAP = """
const look = () => {
  const map = document.querySelector("canvas")?.getAttribute("aria-label") ?? "";
  if (!/^Map of [1-9]/.test(map)) return requestAnimationFrame(look);
  requestAnimationFrame(() => setTimeout(() => { window.firstPicture = performance.now(); }));
};
requestAnimationFrame(look);
"""
COLLECT_FRAMES = """() => {
  window.frames_ms = [];
  let last = performance.now();
  const frame = (now) => {
    window.frames_ms.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
WEIGHT = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
  .filter((each) => /[.](js|css|svg|html)$|[/]-[/]$/.test(new URL(each.name).pathname))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
"""The bytes of the page's own files as they were sent, which is without compression."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/explorer-figures", description=__doc__)
    parser.add_argument("--target", choices=TARGETS, default="container")
    asked = parser.parse_args()
    with sync_playwright() as playwright, mysql_server.shared() as mysql:
        browser = launched(playwright)
        for cloud in (real.real(5_880), clouds.flat(10_000), clouds.nested(1_430)):
            with served(asked.target, mysql, cloud) as server:
                measure(browser, server, cloud)
        flat = clouds.flat(20_000)
        with served(asked.target, mysql, flat) as server:
            tell(f"frames of a map of {flat.trees:,} cells", *frames(browser, server))
        browser.close()


@contextmanager
def served(target: str, mysql: mysql_server.Server, cloud: clouds.Cloud) -> Iterator[Server]:
    """The service on MySQL with this cloud."""
    with mysql.database() as url, TARGETS[target].served(PLAIN_SETTINGS, url) as server:
        with mysql.connect() as connection:
            connection.select_db(url.rpartition("/")[2])
            loader.load(connection, cloud)
        print(f"\n{cloud.providers:,} providers in {cloud.trees:,} trees ({cloud.name})")
        yield server


def measure(browser: Browser, server: Server, cloud: clouds.Cloud) -> None:
    session = requests.Session()
    session.headers.update(HEADERS)
    known = {
        "middle": cloud.provider(cloud.repetitions // 2),
        "project": clouds.uuid_of("project", 3),
    }
    for name, path in ENDPOINTS.items():
        url = f"{server.url}/{path.format(**known)}"
        tell(name, *timed(partial(answered, session, url)))
    url = f"{server.url}/-/overview"
    etag = session.get(url, timeout=60).headers["ETag"]
    tell("totals that have not changed", *timed(partial(answered, session, url, etag)))
    pictures, weight = first_pictures(browser, server)
    tell("first picture with an empty cache", *pictures)
    print(f"  {'the page without the data':<36} {weight / 1000:8.1f} kB")


def answered(session: requests.Session, url: str, etag: str = "") -> None:
    answer = session.get(url, headers={"If-None-Match": etag} if etag else {}, timeout=60)
    assert answer.status_code == (304 if etag else 200), answer.text


def timed(work: Callable[[], object]) -> list[float]:
    """The milliseconds of each turn, but for a first one that fills caches."""
    found = []
    for _ in range(TURNS + 1):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return found[1:]


def first_pictures(browser: Browser, server: Server) -> tuple[list[float], int]:
    """Milliseconds from the start of the navigation to the painted map, and the bytes that were sent of the page itself."""
    found, weight = [], 0
    for _ in range(TURNS + 1):
        with watched(browser, server.url) as watch:
            watch.page.add_init_script(WATCH_FOR_THE_MAP)
            page = watch.open()
            page.wait_for_function("() => window.firstPicture", timeout=120_000)
            found.append(page.evaluate("() => window.firstPicture"))
            weight = page.evaluate(WEIGHT)
    return found[1:], weight


def frames(browser: Browser, server: Server) -> list[float]:
    """The milliseconds between frames while the pointer wanders over the map."""
    with watched(browser, server.url) as watch:
        page: Page = watch.open("#/overview?map=VCPU")
        _, left, top = map_of(page, "20,000")
        page.evaluate(COLLECT_FRAMES)
        for step in range(200):
            page.mouse.move(left + 5 + step * 5, top + 5 + step)
        found: list[float] = page.evaluate("() => window.frames_ms.slice(1)")
        return found


def tell(name: str, *values: float) -> None:
    ordered = sorted(values)
    last = ordered[max(0, round(0.95 * len(ordered)) - 1)]
    print(
        f"  {name:<36} {statistics.median(ordered):8.1f} ms; 95 of 100 take no more than {last:.1f} ms"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
