# SPDX-License-Identifier: Apache-2.0
"""Makes the bytes of an image depend on its contents alone: replaces every date in the image by a given one.

    docker save IMAGE | python3 publishing/settle.py --date SECONDS --base BASE | docker load

Two builds of one commit differ in the times at which files were written, and so in every digest. BuildKit can replace these
times when it exports (`rewrite-timestamp`), but the builder of a Docker engine cannot; this program does the same to the output
of `docker save` of Engine 25 and newer. The layers of the base image stay as they are, because other images share them.
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO


def settled_layer(layer: Path, date: int, into: Path) -> str:
    """Write the layer, uncompressed and with `date` for the date of every file. Returns its digest."""
    with tarfile.open(layer) as old, tarfile.open(into, "w", format=tarfile.PAX_FORMAT) as new:
        for member in old:
            member.mtime = date
            # PAX headers keep names that are too long for tar. Their dates, which are more exact than tar's own, must go.
            for name in "mtime", "atime", "ctime":
                member.pax_headers.pop(name, None)
            new.addfile(member, old.extractfile(member) if member.isreg() else None)
    return digest(into)


def digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def base_of(image: str) -> tuple[list[str], int]:
    """The digests of the layers of an image, and the number of steps in its history."""
    form = "{{json .RootFS.Layers}}"
    told = subprocess.run(
        ["docker", "image", "inspect", f"--format={form}", image], capture_output=True, check=True
    )
    steps = ["docker", "history", "--quiet", "--no-trunc", image]
    made = subprocess.run(steps, capture_output=True, check=True)
    return json.loads(told.stdout), len(made.stdout.splitlines())


def settle(saved: Path, out: BinaryIO, date: int, base: str, work: Path) -> None:
    """Write the archive for `docker load` from the unpacked output of `docker save` in the folder `saved`."""
    (manifest,) = json.loads((saved / "manifest.json").read_text())
    config: dict[str, Any] = json.loads((saved / manifest["Config"]).read_text())
    kept, steps = base_of(base)
    digests = config["rootfs"]["diff_ids"]
    if digests[: len(kept)] != kept:
        sys.exit(f"settle: the image is not built on the {base} that is here")
    layers = [saved / name for name in manifest["Layers"]]
    for number in range(len(kept), len(layers)):
        new = work / f"{number}.tar"
        digests[number] = f"sha256:{settled_layer(layers[number], date, new)}"
        layers[number] = new
    moment = datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    config["created"] = moment
    for step in config["history"][steps:]:
        step["created"] = moment
    _write(out, config, layers, manifest["RepoTags"])


def _write(out: BinaryIO, config: dict[str, Any], layers: list[Path], tags: list[str]) -> None:
    text = json.dumps(config, separators=(",", ":"), sort_keys=True).encode()
    named = f"{hashlib.sha256(text).hexdigest()}.json"
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": named, "RepoTags": tags, "Layers": names}]
    with tarfile.open(fileobj=out, mode="w|") as archive:
        for name, content in (named, text), ("manifest.json", json.dumps(manifest).encode()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for name, layer in zip(names, layers, strict=True):
            archive.add(layer, name)


def main() -> None:
    parser = argparse.ArgumentParser(prog="settle", description=__doc__)
    parser.add_argument("--date", type=int, required=True, help="in seconds since 1970")
    parser.add_argument("--base", required=True, help="the image that it is built on")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="settle-") as folder:
        saved, work = Path(folder, "saved"), Path(folder, "work")
        work.mkdir()
        with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as archive:
            archive.extractall(saved, filter="data")
        settle(saved, sys.stdout.buffer, asked.date, asked.base, work)


if __name__ == "__main__":
    main()
