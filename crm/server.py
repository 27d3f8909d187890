"""How gunicorn runs Frontdesk: `gunicorn -c crm/server.py crm.wsgi`.

Every gunicorn option can still be given on the command line or in GUNICORN_CMD_ARGS.
"""

import os
import subprocess
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
os.environ.setdefault("DEBUG_DEFAULT", "false")

# Read here, before gunicorn forks: a wrong setting stops the start with its one line.
from django.conf import settings

from crm import embedded

proc_name = "frontdesk"
worker_class = "crm.worker.Worker"
threads = settings.WEB_THREADS
# Rate limits are counted in the cache. One process can count in its own memory; several need a
# cache that they share.
workers = settings.WEB_CONCURRENCY if settings.CACHE_IS_SHARED else 1
preload_app = True
# A worker that was told to stop finishes what it has begun.
graceful_timeout = 30
timeout = 60
keepalive = 5
# Nobody moves the site to another path by a header; gunicorn would believe it from this machine.
forwarder_headers = ""
# Requests longer than this belong to nobody's client.
limit_request_line = 8190
errorlog = "-"
accesslog = "-" if settings.ACCESS_LOG else None
loglevel = "warning"


_delivery: list[subprocess.Popen[bytes]] = []


def when_ready(server: Any) -> None:
    """Say where, since nothing else is logged while all is well; start delivery beside the server."""
    for listener in server.LISTENERS:
        print(f"Frontdesk serves at {listener}. Ctrl-C stops it.", flush=True)
    if settings.EMBEDDED_DELIVERY:
        _delivery.append(embedded.start())


def on_exit(server: Any) -> None:
    for process in _delivery:
        process.terminate()
