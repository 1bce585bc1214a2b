# SPDX-License-Identifier: Apache-2.0
"""Putting the service together: settings, log, database, tables, application."""

import atexit
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from oslo_config import cfg

from placedock import config
from placedock.api import app, asked, description, routes, spelling
from placedock.console import page
from placedock.console.app import Console, DispatchesByPrefix
from placedock.console.outside import Outside
from placedock.console.policies import rules
from placedock.console.routes import ROUTES
from placedock.errors import OldTables, ReadOnlyDatabase, Unavailable
from placedock.once import Once
from placedock.store import standards
from placedock.store.address import WrongAddress
from placedock.store.database import Database, connect
from placedock.web import gc, health, layers, log
from placedock.web.environ import Application
from placedock.web.policy import Policy
from placedock.web.turnstile import Turnstile

LOG = logging.getLogger(__name__)

RULES = [*routes.ROUTER.rules(), *rules(ROUTES)]
"""Every rule that a policy file may change."""


AT_THE_END = 2
"""Seconds that a clean end waits for the thread that completes the start. Apache ends a worker after 5."""


class Service(NamedTuple):
    """The WSGI application, its settings, and the rest of the start, which each process that serves it does once.

    `complete` loads what only requests for more than the version and health need, a quarter of the start, and makes sure that
    the database has the standard names. The first request that needs it calls it, and so does the readiness check. It
    raises `Unavailable` when the database cannot be read.
    """

    settings: cfg.ConfigOpts
    application: Application
    complete: Once

    def warm_up(self) -> None:
        """Complete the start in a thread, while the first requests are answered. The process must not fork any more."""
        thread = threading.Thread(target=self._warm_up, daemon=True)
        thread.start()
        # A clean end waits for the thread before it closes the database (`store.database`): a connection that is in use then
        # would stay open, and SQLite's journal with it.
        atexit.register(thread.join, AT_THE_END)

    def _warm_up(self) -> None:
        with _warning("the database cannot be used yet"):
            self.complete()
        # Queries and bodies need it. It takes a twentieth of the start, for which a plain list need not wait.
        import placedock.api.schemas.validation  # noqa: F401

        gc.settle()


def make() -> Service:
    """The service as the environment describes it. It holds no connection and has no thread, so that it may be forked."""
    settings = config.load()
    log.set_up(settings)
    storage = prepared(settings)
    synced = settings.placement_database.sync_on_startup
    policy = Policy(settings, RULES)

    def work() -> None:
        policy.load()
        # Before the database is asked: without it the collector would stay off.
        gc.settle()
        if settings.placedock.read_only or synced:
            storage.ready()
        else:
            _add_standard_names(storage)

    complete = Once(work)
    return Service(settings, wired(settings, storage, policy, complete), complete)


def prepared(settings: cfg.ConfigOpts) -> Database:
    """The database, synchronised when the settings ask for it. It holds no connection.

    Raises `WrongSetting`, also when a service that changes nothing cannot read the tables as they are.
    """
    storage = database(settings)
    if settings.placement_database.sync_on_startup:
        synchronise(settings, storage)
    if settings.placedock.read_only:
        _refuse_old_tables(storage)
    storage.close()
    return storage


def wired(
    settings: cfg.ConfigOpts, storage: Database, policy: Policy, complete: Callable[[], None]
) -> Application:
    """The applications, and the layers around them, on `storage`."""
    open_paths = {**health.applications(storage, complete), description.PATH: description.describe}
    application: Application = app.Placement(settings, storage, policy, complete)
    turnstile = Turnstile(settings.placedock.keystone_requests)
    if settings.placedock.console:
        outside = Outside(asked.candidates, asked.claim, spelling.query, description.of_request)
        console = Console(settings, storage, policy, complete, outside, turnstile)
        open_paths |= console.open_paths() | page.files()
        application = DispatchesByPrefix(application, console)
    return layers.around(application, settings, open_paths, turnstile)


def database(settings: cfg.ConfigOpts) -> Database:
    try:
        return connect(
            settings.placement_database,
            db_max_retries=settings.placement.allocation_conflict_retry_count,
            statement_seconds=settings.placedock.statement_seconds,
            snapshot_seconds=settings.placedock.snapshot_seconds,
            read_only=settings.placedock.read_only,
        )
    except WrongAddress as error:
        name = config.variable("placement_database", error.option)
        raise config.WrongSetting(f"{name}: {error}") from None


def synchronise(settings: cfg.ConfigOpts, storage: Database, patience: float | None = None) -> None:
    """Make or migrate the tables, waiting for the database `patience` seconds or as the settings say."""
    # Imported here: Alembic is a sixth of the time that a worker takes to start, and most need none.
    from placedock.store import sync

    if settings.placedock.read_only:
        name = config.variable("placedock", "read_only")
        raise config.WrongSetting(
            f"{name}: is True, and a sync changes the database; set it to False"
        )
    options, consumers = settings.placement_database, settings.placement
    if patience is None:
        tries = options.max_retries
        patience = float("inf") if tries < 0 else tries * options.retry_interval
    sync.sync(
        storage,
        patience,
        incomplete_consumer=(
            consumers.incomplete_consumer_project_id,
            consumers.incomplete_consumer_user_id,
        ),
    )


def _refuse_old_tables(storage: Database) -> None:
    """End the start when the tables are too old to be read as they are.

    A database that does not answer now keeps nobody from starting: `/readyz` says it, and which tables there are.
    """
    try:
        storage.ready()
    except OldTables as error:
        name = config.variable("placedock", "read_only")
        raise config.WrongSetting(f"{name}: {error.reason}") from None
    except Unavailable as error:
        LOG.warning("the tables' revision was not looked at: %s", error.reason)


def _add_standard_names(storage: Database) -> None:
    """A database that upstream's `db sync` made has no standard traits and classes until a service starts on it.

    A database that can be read and not written is served without the names that it lacks.
    """
    storage.ready()
    if not storage.query(standards.are_missing):
        return
    with _warning("standard traits and resource classes were not added"):
        standards.ensure(storage)


@contextmanager
def _warning(what: str) -> Iterator[None]:
    """Log why the database cannot be used. oslo.log would add the error to a line that is logged while it is handled."""
    reason = None
    try:
        yield
    except ReadOnlyDatabase:
        reason = "the database is read-only"
    except Unavailable as error:
        reason = error.reason
    if reason is not None:
        LOG.warning("%s: %s", what, reason)
