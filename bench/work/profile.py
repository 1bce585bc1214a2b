# SPDX-License-Identifier: Apache-2.0
"""Where placedock's time goes: what it is at, looked at a thousand times a second while it answers one read again and again.

Inside its container and without a server: what Apache and the way to the client cost is the rest of what the other
sections measure.
"""

import json
from collections.abc import Iterator

from ..clouds import flat, nested
from ..measure import Figure
from ..rows import Row, Unit
from ..run import Run
from .candidates import FLAT, NESTED, NOWHERE

SECTION = "profile"
DATABASE = "waiting for MySQL"

# By the file that is at work, or else by who called it.
LAYERS = {
    "/ssl.py": DATABASE,
    "/socket.py": DATABASE,
    "/pymysql/": "PyMySQL",
    "/sqlalchemy/": "SQLAlchemy",
    "/placedock/store/": "reading trees and rows",
    "/placedock/candidates/answers.py": "putting the answer together",
    "/placedock/candidates/": "searching",
    "/placedock/operations/": "searching",
    "/placedock/api/resource.py": "putting the answer together",
    "/placedock/api/representations.py": "putting the answer together",
    "/placedock/": "the request itself",
}

LOOK = """
import collections, io, json, os, signal, sys, time
path, layers, seconds = sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])
told = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
from placedock.wsgi import application

def ask():
    where, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": where, "QUERY_STRING": query,
        "SERVER_NAME": "here", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_X_AUTH_TOKEN": "admin", "HTTP_OPENSTACK_API_VERSION": "placement latest",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
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
for _ in range(3):
    ask()
signal.signal(signal.SIGALRM, look)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
end = time.monotonic() + seconds
while time.monotonic() < end:
    began = time.perf_counter()
    ask()
    times.append(time.perf_counter() - began)
signal.setitimer(signal.ITIMER_REAL, 0)
os.write(told, json.dumps([sorted(seen), sorted(times)[len(times) // 2], found]).encode())
"""


def measure(run: Run) -> Iterator[Row]:
    hosts = flat(100 if run.quick else 1000)
    run.load(hosts)
    for name, path in {
        "a provider": f"/resource_providers/{hosts.provider(7)}",
        "all providers": "/resource_providers",
        "candidates, flat, limit=1": f"{FLAT}&limit=1",
        "candidates, flat, no limit": FLAT,
        "no host has both": NOWHERE,
    }.items():
        yield from _parts(run, name, path)
    run.load(nested(20 if run.quick else 1000))
    for name, path in {
        "candidates, nested, limit=1": f"{NESTED}&limit=1",
        "candidates, nested, no limit": NESTED,
    }.items():
        yield from _parts(run, name, path)


def _parts(run: Run, name: str, path: str) -> Iterator[Row]:
    """A row for each layer, the most expensive first; together they are the time of one answer."""
    seconds = 0.2 if run.quick else 4
    asked = (path, json.dumps(LAYERS), str(seconds))
    told = run.bench.placedock.container.execute("python3", "-c", LOOK, *asked)
    statuses, median, found = json.loads(told)
    if statuses != ["200 OK"]:
        raise RuntimeError(f"{path} was answered with {statuses}")
    whole = sum(found.values())
    for layer, times in sorted(found.items(), key=lambda each: -each[1]):
        spent = Figure(1000 * median * times / whole)
        yield Row(f"{SECTION}: {name}", layer, Unit.MILLISECONDS, spent, None)
