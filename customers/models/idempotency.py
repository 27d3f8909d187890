"""What was answered to a request that carried an Idempotency-Key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from customers.models.seller import Seller


class IdempotencyRecord(models.Model):
    """One key of one seller. `status` is null while the request is being worked on.

    Whoever works on it holds `token`; after `claimed_at` + a lease the worker is taken for dead.
    """

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    token = models.UUIDField()
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    # Text, not JSON: the members keep their order.
    body = models.TextField(default="")
    headers = models.JSONField(default=dict)

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["seller", "key"], name="idempotency_key_once"),)

    def __str__(self) -> str:
        return self.key
