# SPDX-License-Identifier: Apache-2.0
"""Putting the service together: settings, log, database, tables, application."""

import importlib
import logging
import threading

from oslo_config import cfg

from placedock import config
from placedock.api import app, description, policies
from placedock.errors import Unavailable
from placedock.store import standards
from placedock.store.database import Database, connect
from placedock.web import health, layers, leftovers, log
from placedock.web.environ import Application
from placedock.web.policy import Policy

LOG = logging.getLogger(__name__)

NOT_READY_PAUSE = 5
"""Seconds after which a database that could not be used is asked again for the standard names."""


def application() -> Application:
    """The service as the environment describes it, ready to serve."""
    settings = config.load()
    log.set_up(settings)
    storage = database(settings)
    named = settings.placement_database.sync_on_startup
    if named:
        synchronise(settings, storage)
    policy, complete = Policy(settings, policies.RULES), threading.Event()
    made = wired(settings, storage, policy, complete)
    # Beside the first answers, from here on.
    threading.Thread(
        target=_finish, args=[None if named else storage, policy, complete], daemon=True
    ).start()
    return made


def _finish(nameless: Database | None, policy: Policy, complete: threading.Event) -> None:
    """Do, when it is served already, what only requests for more than the version and health need: a third of the start.

    `nameless` is the database when it may lack standard names.
    Such a request waits for it, as it would have waited for the start. Nothing can be found wrong here: the settings and
    the policy file have been looked at.
    """
    try:
        if nameless:
            _add_standard_names(nameless)
        policy.load()
        importlib.import_module("placedock.api.schemas.validation")
    finally:
        complete.set()
    leftovers.clear_between_requests()


def wired(
    settings: cfg.ConfigOpts, storage: Database, policy: Policy, complete: threading.Event
) -> Application:
    """The applications, and the layers around them, on `storage`."""
    open_paths = {**health.applications(storage), description.PATH: description.describe}
    placement = app.Placement(settings, storage, policy, complete)
    return layers.around(placement, settings, open_paths)


def database(settings: cfg.ConfigOpts) -> Database:
    try:
        return connect(
            settings.placement_database,
            db_max_retries=settings.placement.allocation_conflict_retry_count,
        )
    except ValueError as error:
        name = config.variable("placement_database", "connection")
        raise config.WrongSetting(f"{name}: {error}") from None


def synchronise(settings: cfg.ConfigOpts, storage: Database, patience: float | None = None) -> None:
    """Make or migrate the tables, waiting for the database `patience` seconds or as the settings say."""
    # Imported here: Alembic is a sixth of the time that a worker takes to start, and most need none.
    from placedock.store import sync

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


def _add_standard_names(storage: Database) -> None:
    """A database that upstream's `db sync` made has no standard traits and classes until a service starts on it.

    One that cannot be used now does not keep the service from starting: it is not ready, says so, and is asked again.
    """
    try:
        storage.ready()
        standards.ensure(storage)
    except Unavailable as error:
        LOG.warning("standard traits and resource classes were not looked at: %s", error.reason)
        again = threading.Timer(NOT_READY_PAUSE, _add_standard_names, [storage])
        again.daemon = True
        again.start()
