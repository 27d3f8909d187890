"""The WSGI entry that production servers load.

Here a missing DEBUG means off: a server that somebody forgot to configure refuses to start
instead of showing tracebacks to strangers.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
os.environ.setdefault("DEBUG_DEFAULT", "false")

from crm.chunked import ChunkedBodies
from crm.handler import make_handler

application = ChunkedBodies(make_handler())
