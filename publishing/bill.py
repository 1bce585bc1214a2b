# SPDX-License-Identifier: Apache-2.0
"""Makes the bills of materials of one image equal: without a serial number, with a given date, and in a fixed order.

syft IMAGE -o cyclonedx-json | python3 publishing/bill.py --date SECONDS >bill.cdx.json
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any


def settled(bill: dict[str, Any], date: int) -> dict[str, Any]:
    """The bill without the values that differ in each run."""
    moment = datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    bill = {key: value for key, value in bill.items() if key != "serialNumber"}
    bill["metadata"] |= {"timestamp": moment}
    bill["components"] = sorted(bill["components"], key=lambda one: one["bom-ref"])
    return bill


def main() -> None:
    parser = argparse.ArgumentParser(prog="bill", description=__doc__)
    parser.add_argument("--date", type=int, required=True, help="in seconds since 1970")
    bill = settled(json.load(sys.stdin), parser.parse_args().date)
    print(json.dumps(bill, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
