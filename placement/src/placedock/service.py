# SPDX-License-Identifier: Apache-2.0
"""Putting the service together: settings, log, database, application."""

from oslo_config import cfg

from placedock import config
from placedock.api import app, log
from placedock.api.identity import Application
from placedock.store.database import Database, connect


def application() -> Application:
    """The service as the environment describes it. Tables are left as they are: see `prepare`."""
    settings = config.load()
    log.set_up(settings)
    return app.make(settings, database(settings))


def database(settings: cfg.ConfigOpts) -> Database:
    try:
        return connect(
            settings.placement_database,
            db_max_retries=settings.placement.allocation_conflict_retry_count,
        )
    except ValueError as error:
        name = config.variable("placement_database", "connection")
        raise config.WrongSetting(f"{name}: {error}") from None


def prepare(settings: cfg.ConfigOpts) -> None:
    """What is done once before any worker serves: the tables, when `sync_on_startup` asks for them."""
    if settings.placement_database.sync_on_startup:
        # Imported here: Alembic is a sixth of the time that a worker takes to start, and no worker needs it.
        from placedock.store import sync

        sync.sync(database(settings))
