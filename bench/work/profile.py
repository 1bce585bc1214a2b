# SPDX-License-Identifier: Apache-2.0
"""Shows where placedock's time goes: a timer samples the stack a thousand times a second during one kind of work.

The section covers every kind of work that has a target, except for those with a section of their own. The work runs inside
the container and without a server. The other sections measure also Apache and the way to the client.
"""

import json
from collections.abc import Iterator, Sequence

from ..client import request
from ..clients import Work
from ..clouds import flat, nested
from ..measure import Figure
from ..real import real as real_cloud
from ..rows import NONE, Row, Unit
from ..run import Read, Run
from . import candidates, claims, creation, reads, real

SECTION = "profile"
DATABASE = "waiting for MySQL"

# The layer of a sample is that of the innermost frame whose file matches.
LAYERS = {
    "/ssl.py": DATABASE,
    "/socket.py": DATABASE,
    "/pymysql/": "PyMySQL",
    "/sqlalchemy/": "SQLAlchemy",
    "/placedock/store/": "trees and rows",
    "/placedock/candidates/answers.py": "putting the answer together",
    "/placedock/candidates/": "searching",
    "/placedock/operations/candidates.py": "searching",
    "/placedock/operations/": "checking",
    "/placedock/web/messages.py": "putting the answer together",
    "/placedock/api/representations.py": "putting the answer together",
    "/placedock/": "the request itself",
}

# Each argument after the second is one piece of work, a list of requests. A single piece of work is repeated.
LOOK = """
import collections, io, itertools, json, os, signal, sys, time
layers, seconds, *rounds = json.loads(sys.argv[1]), float(sys.argv[2]), *map(json.loads, sys.argv[3:])
told = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
from placedock.wsgi import application

def ask(request):
    head, _, body = request.partition("\\r\\n\\r\\n")
    first, *lines = head.split("\\r\\n")
    method, target, _ = first.split()
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "here", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body.encode()), "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for line in lines:
        name, _, value = line.partition(": ")
        name = name.upper().replace("-", "_")
        environ[name if name.startswith("CONTENT_") else f"HTTP_{name}"] = value
    return b"".join(application(environ, lambda status, headers, exc_info=None: seen.add(status)))

def look(signal, frame):
    while frame is not None:
        for part, layer in layers.items():
            if part in frame.f_code.co_filename:
                found[layer] += 1
                return
        frame = frame.f_back
    found["the request itself"] += 1

seen, found, times = set(), collections.Counter(), []
work = itertools.cycle(rounds) if len(rounds) == 1 else iter(rounds)
for requests in itertools.islice(work, 3):
    for request in requests:
        ask(request)
signal.signal(signal.SIGALRM, look)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
end = time.monotonic() + seconds
for requests in work:
    began = time.perf_counter()
    for request in requests:
        ask(request)
    times.append(time.perf_counter() - began)
    if time.monotonic() > end:
        break
signal.setitimer(signal.ITIMER_REAL, 0)
os.write(told, json.dumps([sorted(seen), sorted(times)[len(times) // 2], found]).encode())
"""


def measure(run: Run) -> Iterator[Row]:
    cloud = flat(100 if run.quick else 1000)
    writes = 10 if run.quick else 400
    run.load(cloud)
    yield from _reads(run, "candidates, flat", candidates.flat_reads(cloud))
    yield from _reads(run, "reads", reads.small(cloud))
    yield from _reads(run, "lists", reads.lists())
    one = claims.CASES[0]
    claimed = [[claims.claim(cloud, one, number)] for number in range(writes)]
    yield from _parts(run, "claims: one", claimed)
    created = [creation.host(cloud, number) for number in range(writes // 2)]
    yield from _parts(run, "creation: a host", created)
    cloud = nested(20 if run.quick else 1000)
    run.load(cloud)
    yield from _reads(run, "candidates, nested", candidates.nested_reads(cloud))
    cloud = real_cloud(20 if run.quick else 1000)
    run.load(cloud)
    yield from _reads(run, "real cloud", [*real.candidates(cloud), *real.periodic(cloud)])


def _reads(run: Run, section: str, wanted: Sequence[Read]) -> Iterator[Row]:
    for read in wanted:
        if read.target != NONE:
            yield from _parts(run, f"{section}: {read.name}", [[request("GET", read.path)]])


def _parts(run: Run, title: str, rounds: Sequence[Work]) -> Iterator[Row]:
    """Yield a row for each layer, the most expensive first. Their sum is the median time of one piece of work."""
    seconds = 0.2 if run.quick else 4
    words = [json.dumps([each.decode() for each in requests]) for requests in rounds]
    asked = (json.dumps(LAYERS), str(seconds), *words)
    told = run.bench.placedock.container.execute("python3", "-c", LOOK, *asked)
    statuses, median, found = json.loads(told)
    if not all(status.startswith("2") for status in statuses):
        raise RuntimeError(f"{title} was answered with {statuses}")
    whole = sum(found.values())
    for layer, times in sorted(found.items(), key=lambda each: -each[1]):
        spent = Figure(1000 * median * times / whole)
        yield Row(f"{SECTION}: {title}", layer, Unit.MILLISECONDS, spent, None)
