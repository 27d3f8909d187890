"""What Celery runs. The messages are wake-ups without content; the work stands in the database."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from customers.delivery.claims import work_is_due
from customers.delivery.draining import process_worker


@shared_task(ignore_result=True, acks_late=True)  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Deliver what is due. Sent after each change, and every few seconds by beat."""
    if work_is_due():
        process_worker(settings.DELIVERY_CONCURRENCY).drain()
