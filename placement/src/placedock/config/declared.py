# SPDX-License-Identifier: Apache-2.0
"""Every setting of ours, its unit and default: upstream Placement's groups, options, defaults and meanings."""

from collections.abc import Sequence

from oslo_config import cfg

NOBODY = "00000000-0000-0000-0000-000000000000"

DAY = 24 * 60 * 60
"""The most seconds of any wait. The system, Apache and the database's sessions refuse numbers that are much larger."""

API = [
    cfg.StrOpt(
        "auth_strategy",
        default="keystone",
        choices=("keystone", "noauth2"),
        help="`keystone` validates tokens with Keystone; `noauth2` believes a token of the form "
        "USER[:PROJECT], for desks and tests only.",
    ),
]

DATABASE = [
    cfg.StrOpt(
        "connection",
        required=True,
        secret=True,
        help="SQLAlchemy URL of the database: mysql+pymysql://USER:PASSWORD@HOST/NAME or "
        "sqlite:////absolute/path.db.",
    ),
    cfg.StrOpt("connection_parameters", default="", help="More of the URL's query: a=1&b=2."),
    cfg.BoolOpt(
        "sync_on_startup",
        default=False,
        help="Make and migrate the tables before serving, as `placedock db sync` does.",
    ),
    cfg.IntOpt("max_pool_size", min=1, help="Connections kept open by each process (20)."),
    cfg.IntOpt("max_overflow", min=0, help="Connections opened beyond those under load (50)."),
    cfg.IntOpt(
        "pool_timeout", min=0, max=DAY, help="Seconds that a request waits for a connection (30)."
    ),
    cfg.IntOpt(
        "connection_recycle_time",
        default=3600,
        min=-1,
        help="Seconds after which an idle connection is replaced; less than the server's wait_timeout.",
    ),
    cfg.IntOpt(
        "max_retries",
        default=10,
        min=-1,
        help="Attempts to reach the database when syncing, -1 for no end.",
    ),
    cfg.IntOpt(
        "retry_interval", default=10, min=0, max=DAY, help="Seconds between these attempts."
    ),
    cfg.StrOpt("mysql_sql_mode", default="TRADITIONAL", help="sql_mode of our sessions on MySQL."),
    cfg.BoolOpt("sqlite_synchronous", default=True, help="Have SQLite wait for the disk."),
    cfg.IntOpt(
        "connection_debug",
        default=0,
        min=0,
        max=100,
        help="50 logs SQL statements, 100 also what they return.",
    ),
    cfg.BoolOpt(
        "connection_trace", default=False, help="Accepted as upstream does; without effect."
    ),
    cfg.StrOpt("slave_connection", secret=True, help="Accepted as upstream does; without effect."),
]

PLACEMENT = [
    cfg.BoolOpt(
        "randomize_allocation_candidates",
        default=False,
        help="With a limit, answer a random sample of the candidates instead of the first.",
    ),
    cfg.StrOpt(
        "incomplete_consumer_project_id",
        default=NOBODY,
        max_length=255,
        help="Project of consumers whose client (before 1.8) names none.",
    ),
    cfg.StrOpt(
        "incomplete_consumer_user_id",
        default=NOBODY,
        max_length=255,
        help="User of consumers whose client (before 1.8) names none.",
    ),
    cfg.IntOpt(
        "allocation_conflict_retry_count",
        default=10,
        min=1,
        help="How often a write that met another one is started again inside the service.",
    ),
    cfg.IntOpt(
        "max_allocation_candidates",
        default=-1,
        min=-1,
        help="Candidates generated for one request at most, -1 for all.",
    ),
    cfg.StrOpt(
        "allocation_candidates_generation_strategy",
        default="depth-first",
        choices=("depth-first", "breadth-first"),
        help="Which candidates a maximum leaves: all of one root before the next, or one of each root "
        "in turn.",
    ),
]

WORKAROUNDS = [
    cfg.BoolOpt(
        "optimize_for_wide_provider_trees",
        default=False,
        help="Accepted as upstream does; the search prunes wide trees always.",
    ),
]

PLACEDOCK = [
    cfg.IntOpt(
        "body_items",
        default=500000,
        min=1000,
        max=100_000_000,
        help="Items in a body at most: members of its objects and lists, all together.",
    ),
    cfg.FloatOpt(
        "request_seconds",
        default=50,
        min=0.1,
        max=DAY,
        help="Seconds after which a request is given up and answered with 503; less than the 60 of Apache and other proxies.",
    ),
    cfg.FloatOpt(
        "statement_seconds",
        default=15,
        min=0.1,
        max=DAY,
        help="Seconds that the database may take for one statement, waiting for locks included.",
    ),
    cfg.FloatOpt(
        "answer_mib",
        default=64,
        min=0.1,
        max=65536,
        help="MiB that the allocation candidates for one request may have; a request for more is answered with 400.",
    ),
    cfg.IntOpt(
        "keystone_requests",
        default=4,
        min=1,
        max=1000,
        help="Requests of a process that wait for Keystone at once; while it does not answer, others are answered with 503.",
    ),
    cfg.IntOpt(
        "header_seconds",
        default=10,
        min=1,
        max=DAY,
        help="Seconds in which the header of a request must arrive.",
    ),
    cfg.IntOpt(
        "body_seconds",
        default=60,
        min=1,
        max=DAY,
        help="Seconds in which the body of a request must arrive; after 10 of them, at 1,000 bytes a second at least.",
    ),
    cfg.IntOpt(
        "body_mib",
        default=32,
        min=1,
        max=1024,
        help="MiB that the body of a request may have.",
    ),
    cfg.IntOpt(
        "snapshot_seconds",
        default=60,
        min=0,
        max=3600,
        help="Seconds for which a process keeps inventories and traits that it has read; a provider's generation shows whether "
        "they still hold. 0 keeps nothing, and nothing is kept on SQLite.",
    ),
    cfg.BoolOpt(
        "console",
        default=True,
        help="Serve the console under /-/: the explorer, explanations, the audit. Placement has no such URLs.",
    ),
    cfg.BoolOpt(
        "read_only",
        default=False,
        help="Change nothing in the database: writes are answered 405, and the database user needs "
        "SELECT only.",
    ),
]
"""Settings that upstream does not have."""

WITHOUT_EFFECT = ("tempdir", "pybasedir", "state_path")
"""Options of upstream's [DEFAULT] that are accepted as upstream does."""

OURS: dict[str, Sequence[cfg.Opt]] = {
    "api": API,
    "placement_database": DATABASE,
    "placement": PLACEMENT,
    "workarounds": WORKAROUNDS,
    "placedock": PLACEDOCK,
}
