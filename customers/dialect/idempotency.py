"""One answer for one Idempotency-Key, however often and however simultaneously it is sent.

The key is claimed in a transaction of its own, so that a second request sees it at once. The work
and the answer are then stored in one transaction: after a crash either both are there, and the
answer is replayed, or neither is, and the claim lapses.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from customers.dialect.exceptions import IdempotencyKeyInFlight, IdempotencyKeyReused
from customers.models import IdempotencyRecord, Seller

#: How long an answer is kept.
KEPT: Final = timedelta(hours=24)
#: After this a request that was never finished is taken for dead. Longer than any server lets
#: one run; its own transaction checks the claim again before it commits.
LEASE: Final = timedelta(seconds=90)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a slice answers: status, JSON value, headers of its own."""

    status: int
    data: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False


def answer_once(seller: Seller, key: str, body: Any, work: Callable[[], Answer]) -> Answer:
    """Return the stored answer for `key`, or that of `work()`, which is then stored.

    Raises IdempotencyKeyReused where the key came with another body before, and
    IdempotencyKeyInFlight while another request works on it. What `work` raises is not stored.
    """
    fingerprint = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    token = uuid.uuid4()
    record = _claim(seller, key, fingerprint, token)
    if record.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if record.token != token:
        if record.status is None:
            raise IdempotencyKeyInFlight
        return Answer(status=record.status, data=json.loads(record.body), headers=record.headers, replayed=True)
    mine = IdempotencyRecord.objects.filter(pk=record.pk, token=token, status=None)
    try:
        with transaction.atomic():
            answer = work()
            body_text = json.dumps(answer.data)
            if not mine.update(status=answer.status, body=body_text, headers=dict(answer.headers)):
                raise IdempotencyKeyInFlight
            return answer
    except BaseException:
        mine.delete()
        raise


def _claim(seller: Seller, key: str, fingerprint: str, token: uuid.UUID) -> IdempotencyRecord:
    """Return the key's record: with our token where the work is ours."""
    now = timezone.now()
    rows = IdempotencyRecord.objects.filter(seller=seller)
    values = {"fingerprint": fingerprint, "token": token, "claimed_at": now, "expires_at": now + KEPT}
    # Housekeeping where it is cheap: answers hold personal data and are not kept past their time.
    rows.filter(expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(seller=seller, key=key, **values)
    except IntegrityError:
        abandoned = Q(status=None, claimed_at__lte=now - LEASE, fingerprint=fingerprint)
        rows.filter(abandoned, key=key).update(**values)
        record = rows.filter(key=key).first()
        if record is None:
            # The other request failed between our two looks; the client may send again at once.
            raise IdempotencyKeyInFlight from None
        return record
