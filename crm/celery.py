"""Celery, which wakes delivery on all machines: `celery -A crm worker --beat`.

Nothing is kept in the broker but wake-ups. Every worker may run beat: a sweep too many finds
nothing to do.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
os.environ.setdefault("DEBUG_DEFAULT", "false")

from celery import Celery
from django.conf import settings

app = Celery("frontdesk")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL or None,
    # A broker that is away fails at once; who sends has more to do than to wait for it.
    broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 0},
    broker_connection_timeout=1,
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_acks_late=True,
    task_default_queue="frontdesk",
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        # What became due by time: retries, leases of dead workers. Wake-ups that were lost.
        "sweep": {"task": "customers.tasks.deliver", "schedule": 5.0, "options": {"expires": 10}},
    },
)
app.autodiscover_tasks(["customers"])
