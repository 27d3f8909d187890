"""All settings of Frontdesk, read once from the environment and from `.env`.

`.env.example` explains each variable. Unset means the embedded default: SQLite, local memory, this
machine only. No other module reads the environment.
"""

import os
import secrets
import sys
import tomllib
from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

from crm.libraries import AUTH_PASSWORD_VALIDATORS as AUTH_PASSWORD_VALIDATORS
from crm.libraries import PASSWORD_HASHERS as PASSWORD_HASHERS
from crm.libraries import REST_FRAMEWORK as REST_FRAMEWORK
from crm.libraries import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from crm.libraries import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
env = environ.FileAwareEnv()
env.read_env(BASE_DIR / ".env")

# What the site writes on one machine: the SQLite database, collected files, the embedded key.
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / ".data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# --- Mode ---------------------------------------------------------------------------------------
# On for manage.py on a machine that nobody configured. The production entries set DEBUG_DEFAULT.
DEBUG = env.bool("DEBUG", default=env.bool("DEBUG_DEFAULT", default=not env("SECRET_KEY", default="")))


def embedded_key() -> str:
    """The key of a machine that nobody configured: made once, readable by its owner alone."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = env("SECRET_KEY", default="")
# What `make run` serves: one machine that nobody configured.
EMBEDDED = not SECRET_KEY
if not SECRET_KEY:
    if not DEBUG and not env.bool("EMBEDDED_KEY", default=False):
        sys.exit("Frontdesk: SECRET_KEY is not set. Set it to 50 random characters (see .env.example).")
    SECRET_KEY = embedded_key()

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"}

# Outside development everything but this machine itself is HTTPS.
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=not DEBUG)
# crm.middleware.HttpsOnly redirects; Django's own redirect would not spare this machine itself.
SILENCED_SYSTEM_CHECKS = ["security.W008"]
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY

# --- Parts --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "customers",
]

MIDDLEWARE = [
    "crm.middleware.Health",
    "crm.middleware.Dialects",
    "crm.middleware.HttpsOnly",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crm.middleware.CleanCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crm.middleware.BadInput",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database -----------------------------------------------------------------------------------
# WAL lets readers pass a writer; FULL keeps the last commits through a power cut. A transaction
# that began as a reader cannot become a writer without failing, so each begins as a writer and
# waits for its turn.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
}
POSTGRESQL_OPTIONS: dict[str, Any] = {
    "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=10), "timeout": 10},
}


def database() -> dict[str, Any]:
    """The database of DATABASE_URL with the options that its kind needs."""
    url = env("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'frontdesk.sqlite3'}"
    config: dict[str, Any] = env.db_url_config(url)
    options = config.setdefault("OPTIONS", {})
    defaults = SQLITE_OPTIONS if config["ENGINE"].endswith("sqlite3") else POSTGRESQL_OPTIONS
    config["OPTIONS"] = {**defaults, **options}
    # A connection that died in the pool, with the server's restart, is replaced before it is used.
    config["CONN_HEALTH_CHECKS"] = True
    # Each test run has a database of its own; on SQLite a file, because several processes share it.
    name = f"test_frontdesk_{os.getpid()}"
    sqlite = config["ENGINE"].endswith("sqlite3")
    config["TEST"] = {"NAME": str(DATA_DIR / f"{name}.sqlite3") if sqlite else name}
    return config


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and background work ------------------------------------------------------------------
CACHE_URL = env("CACHE_URL", default="")
CACHE_IS_SHARED = CACHE_URL.startswith(("redis://", "rediss://"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if CACHE_IS_SHARED
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
# Celery only wakes workers; what is to be done stands in the database.
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="")
CELERY_APP = "crm.celery"
# The server starts the embedded delivery loop beside itself.
EMBEDDED_DELIVERY = env.bool("EMBEDDED_DELIVERY", default=env.bool("EMBEDDED_DELIVERY_DEFAULT", default=False))

# --- Delivery to upstreams; times in seconds ------------------------------------------------------
# The first key encrypts credentials, all of them decrypt. SECRET_KEY serves where there is none.
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[])
DELIVERY_CONCURRENCY = env.int("DELIVERY_CONCURRENCY", default=8)
# A whole call, however slowly the answer drips; connecting; between two bytes of the answer.
DELIVERY_DEADLINE = env.float("DELIVERY_DEADLINE", default=20)
DELIVERY_CONNECT_TIMEOUT = env.float("DELIVERY_CONNECT_TIMEOUT", default=5)
DELIVERY_READ_TIMEOUT = env.float("DELIVERY_READ_TIMEOUT", default=10)
# How long a worker owns what it claimed; longer than waiting for a free thread and the call.
DELIVERY_LEASE = env.float("DELIVERY_LEASE", default=60)
# A call whose answer was lost may still be applied this much later; nothing overtakes it.
DELIVERY_AMBIGUOUS_WAIT = env.float("DELIVERY_AMBIGUOUS_WAIT", default=60)
DELIVERY_RETRY_DELAYS = env.list(
    "DELIVERY_RETRY_DELAYS", cast=float, default=[5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200]
)
DELIVERY_GIVE_UP_HOURS = env.float("DELIVERY_GIVE_UP_HOURS", default=72)
# After five failures in a row a connection rests: this long at first, twenty times that at most.
DELIVERY_BREAKER_PAUSE = env.float("DELIVERY_BREAKER_PAUSE", default=30)
# The certificates to trust; default: those of the requests library.
UPSTREAM_CA_FILE = env("UPSTREAM_CA_FILE", default="")
# For tests of crashes alone: name:probability ends the process at that point.
FAILPOINT = env("FAILPOINT", default="")

# --- The documented systems ---------------------------------------------------------------------
# Folders with packages of further systems, see docs/adding-a-system.md.
SYSTEM_FOLDERS = env.list("SYSTEM_FOLDERS", default=[])
# The demo pushes to the site itself, at the address that is kept here.
SANDBOX_FILE = DATA_DIR / "sandbox_address" if EMBEDDED and not env("MY_VIRTUAL_OFFICE_URL", default="") else None
SANDBOX = SANDBOX_FILE.read_text().strip() if SANDBOX_FILE and SANDBOX_FILE.exists() else ""
MY_VIRTUAL_OFFICE_URL = env("MY_VIRTUAL_OFFICE_URL", default="") or SANDBOX or "https://app-api.my-virtual-office.com"
PEXIP_ENGAGE_URL = env("PEXIP_ENGAGE_URL", default="https://api.development.pexipengage.com")
PEXIP_ENGAGE_AUTH_URL = env("PEXIP_ENGAGE_AUTH_URL", default="https://auth.development.pexipengage.com")
YATIVO_URL = env("YATIVO_URL", default="https://smtp.yativo.com/api/v1")
# Calls a minute that one connection makes; 0: as many as the upstream answers (the first documents
# no limit, the others do).
MY_VIRTUAL_OFFICE_RATE_LIMIT = env.int("MY_VIRTUAL_OFFICE_RATE_LIMIT", default=0)
PEXIP_ENGAGE_RATE_LIMIT = env.int("PEXIP_ENGAGE_RATE_LIMIT", default=3000)
YATIVO_RATE_LIMIT = env.int("YATIVO_RATE_LIMIT", default=120)
# Seconds before each further try of a call that a pull makes; then it counts as failed.
PULL_RETRY_DELAYS = env.list("PULL_RETRY_DELAYS", cast=float, default=[1, 5, 20, 60])

# Requests a minute for each API key; 0 means no limit.
API_RATE_LIMIT = env.int("API_RATE_LIMIT", default=600)

# --- Staff --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "customers.User"
LOGIN_URL = "admin:login"

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = env("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
USE_I18N = True
TIME_ZONE = env("TIME_ZONE", default="Europe/Berlin")
USE_TZ = True

# --- Static files -------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
# Until files are collected they are served from where they lie.
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv
WHITENOISE_USE_FINDERS = DEBUG or not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED and not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Server and logs ----------------------------------------------------------------------------
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2 * (os.cpu_count() or 1))
WEB_THREADS = env.int("WEB_THREADS", default=8)
ACCESS_LOG = env.bool("ACCESS_LOG", default=False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # What strangers get wrong is told to them; it does not fill the log.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
