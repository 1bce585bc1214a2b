# SPDX-License-Identifier: Apache-2.0
"""waitress with bounds: the server of `placedock serve`, and the one that answers for health next to Apache.

waitress receives requests in one loop and gives a thread only those that have arrived, so slow clients cost no thread. By
itself it waits for them as long as a byte comes now and then, and accepts nobody else once it has a number of connections.
"""

import resource
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

from placedock.web import health
from placedock.web.environ import QUEUED, Application

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

CONNECTIONS = 2000
"""Connections at once, where the system allows so many open files. Its loop looks at each of them, a microsecond long."""

ACCEPTED_AT_ONCE = 50

OTHER_FILES = 200
"""Open files that are no connections of clients: the database's, the log's, libraries'."""

IDLE_SECONDS = 75
"""The seconds for which a connection without a request is kept, as by Apache."""

BODY_START = 10
"""Seconds for the beginning of a body, before its rate counts."""

BODY_RATE = 1000
"""Bytes a second that are enough for a body to go on, up to the most that is allowed."""

BODIES = 256 * 1024**2
"""Bytes that the bodies which are arriving may take together, on disk. The largest is refused when they take more."""

ANSWERS = 1024**3
"""Bytes that answers which clients have not taken yet may take together, on disk. The largest are cut when they take more."""

SMALL = 64 * 1024
"""A body of so many bytes is never refused for the sake of others."""


@dataclass(frozen=True)
class Bounds:
    """The bounds of a client: seconds for a header and for a body, bytes for a body."""

    header_seconds: float = 10
    body_seconds: float = 60
    body_bytes: int = 32 * 1024**2


def told(settings: "ConfigOpts") -> Bounds:
    """The bounds as they are set."""
    ours = settings.placedock
    return Bounds(ours.header_seconds, ours.body_seconds, ours.body_mib * 1024**2)


class TooSlow(Error):
    code = 408
    reason = "Request Timeout"


class TooMuchAtOnce(Error):
    code = 503
    reason = "Service Unavailable"


class Task(WSGITask):
    """Tells the application since when the request has been waiting for its thread."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[QUEUED] = self.request.arrived
        return environ


class Parser(HTTPRequestParser):
    """A request that is arriving. `began` and `arrived` are moments: its first byte and its last."""

    def __init__(self, adjustments: object) -> None:
        super().__init__(adjustments)
        self.began = self.arrived = time.time()

    def received(self, data: bytes) -> int:
        used: int = super().received(data)
        self.arrived = time.time()
        return used

    def is_late(self, now: float, bounds: Bounds) -> bool:
        spent = now - self.began
        if not self.headers_finished:
            return spent > bounds.header_seconds
        earned = BODY_START + self.body_bytes_received / BODY_RATE
        return bool(spent > min(earned, bounds.body_seconds))


class Channel(HTTPChannel):
    """A client's connection."""

    task_class = Task
    parser_class = Parser
    request: Parser | None

    must_flush = False
    """Whether further requests of the client wait until it has taken more of its answers."""

    @property
    def takes_too_little(self) -> bool:
        return bool(self.total_outbufs_len > self.adj.outbuf_high_watermark)

    def writable(self) -> bool:
        # A thread that is writing an answer sends it, and wakes the loop when something is left. A loop that watched the socket
        # meanwhile could send nothing, would look again at once, and would keep Python's global lock from that thread. When the
        # loop is awake before the thread has let go, it looks again at the end of the answer, or after a second.
        if not self.outbuf_lock.acquire(blocking=False):
            return False
        self.outbuf_lock.release()
        return bool(self.must_flush or super().writable())

    def handle_write(self) -> None:
        super().handle_write()
        if self.must_flush and self.connected and not self.takes_too_little:
            self.must_flush = False
            self.server.add_task(self)

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait for no client: waitress would let the thread wait here, and a client that reads slowly would keep it.

        waitress keeps the rest of the answer in a file. `Server.add_task` lets the next request wait without a thread.
        """

    @property
    def is_idle(self) -> bool:
        return not (self.request or self.requests or self.total_outbufs_len)

    def refuse(self, error: Error) -> None:
        """Answer the request that is arriving, and close the connection."""
        with self.requests_lock:
            request, self.request = self.request, None
            if request is None or self.requests:
                self.will_close = True
                return
            request.error = error
            self.requests.append(request)
        self.server.add_task(self)


class Server(TcpWSGIServer):
    """Accepts connections, and looks every second whether one takes too much."""

    channel_class = Channel
    bounds = Bounds()

    def readable(self) -> bool:
        if len(self._map) >= self.adj.connection_limit:
            self._make_room()
        return bool(super().readable())

    def handle_accept(self) -> None:
        """Accept some of those who wait. One at a time, each would wait for a look at all connections."""
        for _ in range(ACCEPTED_AT_ONCE):
            before = len(self._map)
            super().handle_accept()
            if len(self._map) == before:
                break

    def add_task(self, channel: Channel) -> None:
        """Have a thread answer the next request of the client, once the client has taken most of the answers before."""
        if channel.takes_too_little:
            channel.must_flush = True
        else:
            super().add_task(channel)

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        self._bound_answers()
        sizes: dict[Channel, int] = {}
        for channel in list(self.active_channels.values()):
            if channel.must_flush and channel.last_activity < now - IDLE_SECONDS:
                # waitress takes a client with further requests for one that is at work.
                channel.will_close = True
            request = channel.request
            if request is None:
                continue
            if channel.requests:
                # The rest of it is not read while the request before it is at work.
                request.began = now
            elif request.is_late(now, self.bounds):
                channel.refuse(TooSlow("The request did not arrive in time."))
            else:
                sizes[channel] = request.body_bytes_received
        taken = sum(sizes.values())
        for channel in sorted(sizes, key=lambda each: sizes[each], reverse=True):
            if taken <= BODIES or sizes[channel] <= SMALL:
                break
            taken -= sizes[channel]
            channel.refuse(TooMuchAtOnce("Too many large requests are arriving. Please try again."))

    def _bound_answers(self) -> None:
        sizes = {each: each.total_outbufs_len for each in self.active_channels.values()}
        taken = sum(sizes.values())
        for channel in sorted(sizes, key=lambda each: sizes[each], reverse=True):
            if taken <= ANSWERS:
                break
            taken -= sizes[channel]
            channel.will_close = True

    def _make_room(self) -> None:
        """Close the tenth of the idle connections that have been idle longest."""
        idle = [each for each in self.active_channels.values() if each.is_idle]
        idle.sort(key=lambda each: each.last_activity)
        for channel in idle[: len(idle) // 10 + 1]:
            channel.will_close = True


def server(
    application: Application,
    listening: Sequence[socket.socket],
    bounds: Bounds,
    threads: int,
    connections: int | None = None,
) -> Server | MultiSocketServer:
    """A server of `application` at the sockets, for as many clients as files may be open. It serves when it is `run`."""
    adjustments = Adjustments(
        sockets=list(listening),
        threads=threads,
        connection_limit=connections or _room_for_connections(),
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=1,
        # waitress refuses a body of so many bytes already.
        max_request_body_size=bounds.body_bytes + 1,
        asyncore_use_poll=True,
        # The application believes them or not, as the settings say. waitress would take most of them away.
        clear_untrusted_proxy_headers=False,
    )
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    loop: dict[int, Any] = {}
    servers = []
    for each in listening:
        made = Server(
            application,
            map=loop,
            _sock=each,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=(each.family, each.type, each.proto, each.getsockname()),
            bind_socket=False,
        )
        made.bounds = bounds
        servers.append(made)
    if len(servers) == 1:
        return servers[0]
    places = [(each.effective_host, each.effective_port) for each in servers]
    return MultiSocketServer(loop, adjustments, places, dispatcher)


def serve_health(application: Application, listening: Sequence[socket.socket]) -> None:
    """Answer for the health of `application` in threads of this process, at a place that its clients do not come to."""
    made = server(health.alone(application), listening, Bounds(), threads=4, connections=100)
    threading.Thread(target=made.run, daemon=True).start()


def _room_for_connections() -> int:
    """The number of clients that can be connected, once the process may have open as many files as it can allow itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft - OTHER_FILES)
