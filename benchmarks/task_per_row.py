"""What one might write instead: a Celery task for each row that loads it, sends it and notes that it was sent.

No lease, no order, no evidence: what dies with a worker is lost or sent twice.
"""

from __future__ import annotations

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

import requests
from celery import Celery
from django.conf import settings

app = Celery("benchmark", broker=settings.CELERY_BROKER_URL)
app.conf.update(task_ignore_result=True, task_default_queue="benchmark", worker_prefetch_multiplier=4)
sessions = threading.local()


@app.on_after_configure.connect
def set_up(**_arguments: object) -> None:
    import django

    django.setup()


@app.task
def send(pk: int) -> None:
    from customers.models import OutboxEntry
    from customers.systems.my_virtual_office.client import create_body, render

    entry = OutboxEntry.objects.select_related("customer", "connection").get(pk=pk)
    if not hasattr(sessions, "session"):
        sessions.session = requests.Session()
    headers = {"X-API-Key": entry.connection.credential}
    url = f"{settings.MY_VIRTUAL_OFFICE_URL}/api/customers"
    answer = sessions.session.post(url, json=create_body(render(entry.customer)), headers=headers, timeout=10)
    answer.raise_for_status()
    OutboxEntry.objects.filter(pk=pk).update(state="delivered")
