# SPDX-License-Identifier: Apache-2.0
"""The wrong settings: a title, the variables that are added to the good ones, and what the line says.

The line must begin with the first variable of a row, and go on with a part of the text. In values `{folder}` is the current
directory, in which there are the files of `FILES`, and `{taken}` is a port of 127.0.0.1 at which somebody else listens.
"""

from typing import NamedTuple

from .process import AUTHTOKEN, KEYSTONE

DATABASE = "OS_PLACEMENT_DATABASE__"
CONNECTION = f"{DATABASE}CONNECTION"
PARAMETERS = f"{DATABASE}CONNECTION_PARAMETERS"
DEFAULT = "OS_DEFAULT__"
POLICY = "OS_OSLO_POLICY__"
MYSQL = "mysql+pymysql://placement:pa55word@127.0.0.1:1/placement"

FILES = {
    "nul": b"a\0b",
    "latin1": b"caf\xe9",
    "empty": b"",
    "text": b"hello\n",
    "list.yaml": b"- a\n- b\n",
    "number.yaml": b'"placement:traits:list": 7\n',
    "brackets.yaml": b'"placement:traits:list": "((("\n',
    "word.yaml": b'"placement:traits:list": "role"\n',
    "cut.yaml": b"x: [\n",
    "policies/bad.yaml": b'"placement:traits:list": "not"\n',
    "logging.ini": b"[nope\n",
    "empty.ini": b"",
    "classes.ini": b"[loggers]\nkeys=root\n[handlers]\nkeys=h\n[formatters]\nkeys=\n[logger_root]\nhandlers=h\n"
    b"[handler_h]\nclass=NoSuchHandler\nargs=()\n",
}


class Wrong(NamedTuple):
    """One row."""

    title: str
    variables: dict[str, str]
    says: str = ""


def one(name: str, value: str, says: str = "", **others: str) -> Wrong:
    return Wrong(f"{name}={value}"[:90], {name: value} | others, says)


DATABASES = [
    one(CONNECTION, "", "must be set"),
    one(CONNECTION, "placement.db", "is not a database URL"),
    one(CONNECTION, "sqlite:placement.db", "is not a database URL"),
    one(CONNECTION, "sqlite://placement.db", "three slashes"),
    one(CONNECTION, "sqlite:////nowhere/placement.db", "no such directory"),
    one(CONNECTION, "sqlite:///{folder}", "is a directory"),
    one(CONNECTION, "sqlite:///p.db?timeout=long", "could not convert"),
    one(CONNECTION, "sqlite:///p.db?colour=blue", "'colour'"),
    one(CONNECTION, "postgresql://host/placement", "only mysql, mariadb and sqlite"),
    one(CONNECTION, "oracle+nothing://host/placement", "is not a database URL"),
    one(CONNECTION, "mysql+mysqldb://u:p@host/placement", "the driver mysqldb"),
    one(CONNECTION, "mysql+aiomysql://u:p@host/placement", "the driver aiomysql"),
    one(CONNECTION, "sqlite+aiosqlite:///p.db", "the driver aiosqlite"),
    one(CONNECTION, "mysql+pymysql://u:p@host", "names no database"),
    one(CONNECTION, "mysql+pymysql://u:p@host/", "names no database"),
    one(CONNECTION, "mysql+pymysql://u:p@host:port/placement", "is not a database URL"),
    one(CONNECTION, "mysql+pymysql://u:p@host:99999/placement", "from 1 to 65535"),
    one(CONNECTION, "mysql+pymysql://u:p@[::1/placement", "is not a database URL"),
    one(CONNECTION, "mysql+pymysql://u:pa55$word@host/placement", "must be written `$$`"),
    one(CONNECTION, f"{MYSQL}?charset=klingon", "the charset 'klingon'"),
    one(CONNECTION, f"{MYSQL}?charset=utf8&charset=utf8mb4", "more than once"),
    one(CONNECTION, f"{MYSQL}?colour=blue", "'colour'"),
    one(CONNECTION, f"{MYSQL}?connect_timeout=soon", "'soon'"),
    one(CONNECTION, f"{MYSQL}?read_timeout=-1", "read_timeout"),
    one(CONNECTION, f"{MYSQL}?ssl=true", "cannot be given as text"),
    one(CONNECTION, f"{MYSQL}?ssl_ca=/nowhere.pem", "ssl_ca=/nowhere.pem"),
    one(CONNECTION, MYSQL + "?ssl_ca={folder}/text", "ssl_ca="),
    one(CONNECTION, f"{MYSQL}?ssl_check_hostname=perhaps", "'perhaps'"),
    one(CONNECTION, f"{MYSQL}?plugin=dbcounter", "the plugin 'dbcounter'"),
    one(PARAMETERS, "?charset=utf8mb4", "without a question mark", **{CONNECTION: MYSQL}),
    one(PARAMETERS, "charset", "must be pairs", **{CONNECTION: MYSQL}),
    one(PARAMETERS, "charset=klingon", "the charset 'klingon'", **{CONNECTION: MYSQL}),
    one(PARAMETERS, "colour=blue", "'colour'", **{CONNECTION: MYSQL}),
    one(PARAMETERS, "charset=utf8", "more than once", **{CONNECTION: f"{MYSQL}?charset=utf8"}),
    one(f"{DATABASE}SYNC_ON_STARTUP", "perhaps", "'perhaps'"),
    one(f"{DATABASE}MAX_POOL_SIZE", "many", "'many'"),
    one(f"{DATABASE}MAX_POOL_SIZE", "0", "greater than or equal to 1"),
    one(f"{DATABASE}MAX_OVERFLOW", "-1", "greater than or equal to 0"),
    one(f"{DATABASE}POOL_TIMEOUT", "1.5", "'1.5'"),
    one(f"{DATABASE}POOL_TIMEOUT", "86401", "less than or equal to 86400"),
    one(f"{DATABASE}RETRY_INTERVAL", "86401", "less than or equal to 86400"),
    one(f"{DATABASE}CONNECTION_RECYCLE_TIME", "-2", "greater than or equal to -1"),
    one(f"{DATABASE}MAX_RETRIES", "-2", "greater than or equal to -1"),
    one(f"{DATABASE}RETRY_INTERVAL", "soon", "'soon'"),
    one(f"{DATABASE}SQLITE_SYNCHRONOUS", "2", "'2'"),
    one(f"{DATABASE}CONNECTION_DEBUG", "101", "less than or equal to 100"),
    one(f"{DATABASE}CONNECTION_TRACE", "no way", "'no way'"),
]

OTHERS = [
    one("OS_API__AUTH_STRATEGY", "noauth", "keystone, noauth2"),
    one("OS_API__AUTH_STRATEGY", "", "keystone, noauth2"),
    one("OS_PLACEMENT__RANDOMIZE_ALLOCATION_CANDIDATES", "a bit", "'a bit'"),
    one("OS_PLACEMENT__INCOMPLETE_CONSUMER_PROJECT_ID", "x" * 256, "maximum length"),
    one("OS_PLACEMENT__INCOMPLETE_CONSUMER_USER_ID", "x" * 256, "maximum length"),
    one("OS_PLACEMENT__ALLOCATION_CONFLICT_RETRY_COUNT", "0", "greater than or equal to 1"),
    one("OS_PLACEMENT__MAX_ALLOCATION_CANDIDATES", "-2", "greater than or equal to -1"),
    one("OS_PLACEMENT__ALLOCATION_CANDIDATES_GENERATION_STRATEGY", "best-first", "depth-first"),
    one("OS_WORKAROUNDS__OPTIMIZE_FOR_WIDE_PROVIDER_TREES", "wide", "'wide'"),
    one("OS_PLACEDOCK__REQUEST_SECONDS", "0", "greater than or equal to 0.1"),
    one("OS_PLACEDOCK__REQUEST_SECONDS", "nan", "finite"),
    one("OS_PLACEDOCK__REQUEST_SECONDS", "86401", "less than or equal to 86400"),
    one("OS_PLACEDOCK__STATEMENT_SECONDS", "0", "greater than or equal to 0.1"),
    one("OS_PLACEDOCK__STATEMENT_SECONDS", "1e9", "less than or equal to 86400"),
    one("OS_PLACEDOCK__ANSWER_MIB", "1e6", "less than or equal to 65536"),
    one("OS_PLACEDOCK__KEYSTONE_REQUESTS", "1001", "less than or equal to 1000"),
    one("OS_PLACEDOCK__HEADER_SECONDS", "86401", "less than or equal to 86400"),
    one("OS_PLACEDOCK__BODY_SECONDS", "86401", "less than or equal to 86400"),
    one("OS_PLACEDOCK__BODY_MIB", "1025", "less than or equal to 1024"),
    one("OS_PLACEDOCK__BODY_ITEMS", "100000001", "less than or equal to"),
    one("OS_PLACEDOCK__SNAPSHOT_SECONDS", "3601", "less than or equal to 3600"),
    one("OS_PLACEDOCK__REQUEST_SECONDS", "inf", "less than or equal to 86400"),
    one("OS_CORS__MAX_AGE", "long", "'long'", OS_CORS__ALLOWED_ORIGIN="http://a.example"),
    one("OS_CORS__ALLOW_CREDENTIALS", "some", "'some'", OS_CORS__ALLOWED_ORIGIN="http://a.example"),
    one("OS_OSLO_MIDDLEWARE__ENABLE_PROXY_HEADERS_PARSING", "perhaps", "'perhaps'"),
]

NAMES = [
    one("OS_PLACMENT__MAX_ALLOCATION_CANDIDATES", "1", "OS_PLACEMENT__MAX_ALLOCATION_CANDIDATES?"),
    one("OS_PLACEMENT_DATABASES__CONNECTION", "x", f"{CONNECTION}?"),
    one(f"{DATABASE}CONECTION", "x", f"{CONNECTION}?"),
    one(f"{DATABASE}CONECTION_FILE", "x", f"{CONNECTION}?"),
    one("OS_PLACEMENT_DATABASE_CONNECTION", "x", f"{CONNECTION}?"),
    one("OS_API_AUTH_STRATEGY", "noauth2", "OS_API__AUTH_STRATEGY?"),
    one("os_api__auth_strategy", "noauth2", "OS_API__AUTH_STRATEGY?"),
    one("OS_DATABASE__CONNECTION", "x", "there is no such setting"),
    one("OS_PROFILER__ENABLED", "True", "there is no such setting"),
    one("OS_DEFAULT__DEBG", "True", "OS_DEFAULT__DEBUG?"),
    one("OS_DEFAULT__CONFIG_FILE", "/etc/placement.conf", "there is no such setting"),
    one("OS_OSLO_POLICY__POLICY_FIL", "x", "OS_OSLO_POLICY__POLICY_FILE?"),
    one("OS_CORS__ALLOWED_ORIGN", "x", "OS_CORS__ALLOWED_ORIGIN?"),
    one("OS_OSLO_MIDDLEWARE__ENABLE_PROXY_HEADER_PARSING", "x", "PROXY_HEADERS_PARSING?"),
    one(f"{AUTHTOKEN}USER_DOMIAN_NAME", "Default", "USER_DOMAIN_NAME?", **KEYSTONE),
    # keystonemiddleware's name for it of long ago, which it does not read from the environment.
    one(f"{AUTHTOKEN}AUTH_URI", "http://127.0.0.1:1", f"{AUTHTOKEN}AUTH_URL?", **KEYSTONE),
]

OF_FILES = [
    one(f"{CONNECTION}_FILE", "x", "is set too"),
    one(f"{PARAMETERS}_FILE", "/nowhere", "cannot read '/nowhere'"),
    one(f"{PARAMETERS}_FILE", "{folder}", "Is a directory"),
    one(f"{PARAMETERS}_FILE", "{folder}/nul", "null byte"),
    one(f"{PARAMETERS}_FILE", "{folder}/latin1", "can't decode"),
    one(f"{PARAMETERS}_FILE", "", "cannot read"),
    one(f"{POLICY}POLICY_FILE", "/nowhere.yaml", "there is no file '/nowhere.yaml'"),
    one(f"{POLICY}POLICY_FILE", "{folder}", "Is a directory"),
    one(f"{POLICY}POLICY_FILE", "{folder}/latin1", "can't decode"),
    one(f"{POLICY}POLICY_FILE", "{folder}/cut.yaml", "line 2"),
    one(f"{POLICY}POLICY_FILE", "{folder}/text", "must hold pairs"),
    one(f"{POLICY}POLICY_FILE", "{folder}/list.yaml", "must hold pairs"),
    one(f"{POLICY}POLICY_FILE", "{folder}/number.yaml", "must be a text"),
    one(f"{POLICY}POLICY_FILE", "{folder}/brackets.yaml", "((("),
    one(f"{POLICY}POLICY_FILE", "{folder}/word.yaml", "role"),
    one(f"{POLICY}POLICY_DIRS", "/nowhere.d", "there is no directory"),
    one(f"{POLICY}POLICY_DIRS", "{folder}/policies", "bad.yaml"),
]

LOG = [
    one(f"{DEFAULT}DEBUG", "perhaps", "'perhaps'"),
    one(f"{DEFAULT}USE_JSON", "perhaps", "'perhaps'"),
    one(f"{DEFAULT}LOG_FILE", "/nowhere/log", "No such file"),
    one(f"{DEFAULT}LOG_FILE", "{folder}", "Is a directory"),
    one(f"{DEFAULT}LOG_DIR", "/nowhere", "there is no directory"),
    one(f"{DEFAULT}LOG_DIR", "{folder}/text", "there is no directory"),
    one(f"{DEFAULT}LOG_CONFIG_APPEND", "/nowhere", "/nowhere"),
    one(f"{DEFAULT}LOG_CONFIG_APPEND", "{folder}/logging.ini", "logging.ini"),
    one(f"{DEFAULT}LOG_CONFIG_APPEND", "{folder}/empty.ini", "empty.ini"),
    one(f"{DEFAULT}LOG_CONFIG_APPEND", "{folder}/classes.ini", "NoSuchHandler"),
    one(f"{DEFAULT}DEFAULT_LOG_LEVELS", "foo", "'foo' has no level"),
    one(f"{DEFAULT}DEFAULT_LOG_LEVELS", "sqlalchemy=LOUD", "'sqlalchemy=LOUD' has no level"),
    one(f"{DEFAULT}USE_JOURNAL", "True", "systemd"),
    one(f"{DEFAULT}PUBLISH_ERRORS", "True", "oslo.messaging"),
    one(
        f"{DEFAULT}SYSLOG_LOG_FACILITY",
        "LOG_NOBODY",
        "LOG_USER",
        **{f"{DEFAULT}USE_SYSLOG": "True"},
    ),
    one(f"{DEFAULT}LOG_ROTATION_TYPE", "sometimes", "interval"),
    one(f"{DEFAULT}LOGGING_DEFAULT_FORMAT_STRING", "%(nothing)s", "'nothing'"),
    one(f"{DEFAULT}LOGGING_DEFAULT_FORMAT_STRING", "%(message)", "no line can be written"),
    one(f"{DEFAULT}LOGGING_CONTEXT_FORMAT_STRING", "%(nothing)s", "'nothing'"),
    one(f"{DEFAULT}LOGGING_DEBUG_FORMAT_SUFFIX", "%(nothing)s", "'nothing'"),
    one(f"{DEFAULT}LOGGING_EXCEPTION_PREFIX", "%(nothing)s", "'nothing'"),
    Wrong(
        "a rotation on the eighth day of the week",
        {
            f"{DEFAULT}LOG_ROTATE_INTERVAL": "7",
            f"{DEFAULT}LOG_ROTATE_INTERVAL_TYPE": "weekday",
            f"{DEFAULT}LOG_ROTATION_TYPE": "interval",
            f"{DEFAULT}LOG_FILE": "{folder}/log",
        },
        "from 0 to 6",
    ),
]

NO_OTHERS: dict[str, str] = {}
WITH_KEYSTONE = [
    one(f"{AUTHTOKEN}{name}", value, says, **(KEYSTONE | {f"{AUTHTOKEN}{name}": value} | others))
    for name, value, says, others in [
        ("AUTH_TYPE", "", "must be set", NO_OTHERS),
        ("AUTH_TYPE", "by-name", "by-name", NO_OTHERS),
        ("AUTH_URL", "", "must be set", NO_OTHERS),
        ("AUTH_URL", "keystone:5000/v3", "must be a URL", NO_OTHERS),
        ("USERNAME", "", "must be set", NO_OTHERS),
        ("PASSWORD", "", "must be set", NO_OTHERS),
        ("AUTH_SECTION", "elsewhere", "elsewhere", NO_OTHERS),
        ("WWW_AUTHENTICATE_URI", "keystone", "must be a URL", NO_OTHERS),
        ("TOKEN_CACHE_TIME", "soon", "'soon'", NO_OTHERS),
        ("INSECURE", "perhaps", "'perhaps'", NO_OTHERS),
        ("CAFILE", "/nowhere.pem", "'/nowhere.pem'", NO_OTHERS),
        ("CAFILE", "{folder}/text", "certificate", NO_OTHERS),
        ("CERTFILE", "/nowhere.pem", "'/nowhere.pem'", NO_OTHERS),
        ("MEMCACHED_SERVERS", "memcached:port", "'memcached:port'", NO_OTHERS),
        ("MEMCACHED_SERVERS", "a b", "'a b'", NO_OTHERS),
        ("MEMCACHE_TLS_CAFILE", "/nowhere.pem", "'/nowhere.pem'", NO_OTHERS),
        ("MEMCACHE_SECURITY_STRATEGY", "ROT13", "ENCRYPT", NO_OTHERS),
    ]
] + [
    Wrong(
        "a strategy without its key",
        {
            f"{AUTHTOKEN}MEMCACHE_SECRET_KEY": "",
            f"{AUTHTOKEN}MEMCACHE_SECURITY_STRATEGY": "ENCRYPT",
            **KEYSTONE,
        },
        "must be defined",
    ),
]

SERVING = [
    one("HOST", "", "it is empty"),
    one("HOST", "a b", "cannot listen on"),
    one("HOST", "nowhere.invalid", "cannot listen on"),
    one("HOST", "192.0.2.1", "cannot listen on"),
    one("PORT", "", "from 0 to 65535"),
    one("PORT", "http", "from 0 to 65535"),
    one("PORT", "65536", "from 0 to 65535"),
    one("PORT", "-1", "from 0 to 65535"),
    one("PORT", "²", "from 0 to 65535"),
    one("THREADS", "0", "from 1 to 1000"),
    one("THREADS", "several", "from 1 to 1000"),
    Wrong("a port that is taken", {"HOST": "127.0.0.1", "PORT": "{taken}"}, "in use"),
    one("HEALTH", "http", "PORT or ADDRESS:PORT"),
    one("HEALTH", "65536", "PORT or ADDRESS:PORT"),
    one("HEALTH", "localhost:8779", "PORT or ADDRESS:PORT"),
    one("HEALTH", "192.0.2.1:8779", "cannot listen on"),
    one("HEALTH", "127.0.0.1:{taken}", "in use"),
]

ALL = DATABASES + OTHERS + NAMES + OF_FILES + LOG + WITH_KEYSTONE + SERVING
