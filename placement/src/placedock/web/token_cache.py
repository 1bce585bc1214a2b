# SPDX-License-Identifier: Apache-2.0
"""Keeps verdicts on tokens: in memcached for all processes, or in the memory of this one.

keystonemiddleware takes such an object from the WSGI environ. Its own clients of memcached unpickle what they find there, which
runs the code of anybody who can write to memcached. Here entries are bytes. keystonemiddleware encrypts and signs them with a
secret, so a forged entry counts as none.
"""

import hashlib
import hmac
import logging
import secrets
import ssl
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Protocol

from pymemcache.client.hash import HashClient

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

LOG = logging.getLogger(__name__)

MOST = 10_000
"""Verdicts that a process keeps by itself: some 30 MiB with the catalog of a large cloud."""

IDLE_SECONDS = 60
"""Seconds that an idle connection to memcached is kept, unless a setting says otherwise."""


class TokenCache(Protocol):
    """The cache that keystonemiddleware calls. `time` is in seconds."""

    def get(self, key: str) -> bytes | None: ...

    def set(self, key: str, value: bytes, time: int) -> None: ...


def made(options: "ConfigOpts") -> TokenCache:
    """The cache that the group `[keystone_authtoken]` describes."""
    return SharedTokenCache(options) if options.memcached_servers else OwnTokenCache()


def secret(options: "ConfigOpts") -> str:
    """The key of the entries where none is set: derived from what the service logs in to Keystone with, so that all replicas
    have the same. Where there is no such thing, each process has a key of its own."""
    for name in ("password", "application_credential_secret"):
        known = options.get(name) if name in options else None
        if known:
            return hmac.new(known.encode(), b"placedock token cache", hashlib.sha256).hexdigest()
    return secrets.token_hex(32)


class SharedTokenCache:
    """Keeps verdicts in memcached. When a memcached does not answer, it counts as one that keeps nothing."""

    def __init__(self, options: "ConfigOpts") -> None:
        self._client = HashClient(
            [_address(each) for each in options.memcached_servers],
            connect_timeout=options.memcache_pool_socket_timeout,
            timeout=options.memcache_pool_socket_timeout,
            dead_timeout=options.memcache_pool_dead_retry,
            max_pool_size=options.memcache_pool_maxsize,
            pool_idle_timeout=options.memcache_pool_unused_timeout,
            tls_context=_tls(options),
            use_pooling=True,
            no_delay=True,
        )

    def get(self, key: str) -> bytes | None:
        try:
            found: bytes | None = self._client.get(key)
        except Exception as error:
            LOG.debug("memcached: %s", error)
            return None
        return found

    def set(self, key: str, value: bytes, time: int) -> None:
        try:
            self._client.set(key, value, expire=time)
        except Exception as error:
            LOG.debug("memcached: %s", error)


class OwnTokenCache:
    """Keeps the newest `MOST` verdicts in this process."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def get(self, key: str) -> bytes | None:
        good_until, value = self._verdicts.get(key, (0.0, b""))
        return value if good_until > time.monotonic() else None

    def set(self, key: str, value: bytes, time: int) -> None:
        with self._one_at_a_time:
            self._verdicts[key] = (_now() + time, value)
            self._verdicts.move_to_end(key)
            if len(self._verdicts) > MOST:
                self._verdicts.popitem(last=False)


def _now() -> float:
    return time.monotonic()


def _address(server: str) -> str:
    """The address as pymemcache takes it. keystonemiddleware also takes `inet6:[::1]:11211`."""
    return server.removeprefix("inet6:").removeprefix("inet:")


def _tls(options: Any) -> ssl.SSLContext | None:
    if not options.memcache_tls_enabled:
        return None
    context = ssl.create_default_context(cafile=options.memcache_tls_cafile)
    if options.memcache_tls_certfile:
        context.load_cert_chain(options.memcache_tls_certfile, options.memcache_tls_keyfile)
    if options.memcache_tls_allowed_ciphers:
        context.set_ciphers(options.memcache_tls_allowed_ciphers)
    return context
