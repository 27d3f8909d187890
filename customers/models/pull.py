"""A pull of another system's customers, and how far it is: what goes on after the process died."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from customers.models.seller import Seller


class Pull(models.Model):
    """One pull. It moves forward in the transaction of each customer that it writes.

    `what` is a fingerprint of what was asked for: the same question again goes on with an unfinished
    pull. `page` is the first page that is not done, `done` the ids of it that are. `counts` maps an
    outcome to a number, `reasons` a reason of refusal to its number and first ids. `rejects_file` is
    where refused records are written, `rejects_size` its length in bytes at this point.
    """

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    system = models.CharField(max_length=40)
    what = models.CharField(max_length=64)
    page = models.PositiveIntegerField(default=1)
    done = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    rejects_file = models.TextField(default="")
    rejects_size = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["seller", "system", "what"],
                condition=models.Q(finished_at=None),
                name="pull_one_unfinished",
            ),
        )

    def __str__(self) -> str:
        return f"{self.system} → {self.seller}"
