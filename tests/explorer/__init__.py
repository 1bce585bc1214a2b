# SPDX-License-Identifier: Apache-2.0
"""The explorer in a real browser: each thing that a person can do there, on `placedock serve` and on the container.

    browsing.py    the browser, and what every page of a test is watched for: errors, other hosts
    clouds.py      clouds to look at, made through Placement's API
    conftest.py    the services, and pages that are open on them

The browser is Debian's chromium, which Playwright drives. `scripts/browser` installs it.
"""
