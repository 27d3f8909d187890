"""Make the call of a claim and judge what comes back. No database here: threads do this."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings

from customers.delivery.answers import (
    NOT_SENT,
    Act,
    Operation,
    Verdict,
    judge,
    judge_confirmation,
    judge_silence,
)
from customers.delivery.plan import Claim
from customers.delivery.settling import Result
from customers.failpoint import failpoint
from customers.models import Pause
from customers.models.credential import CredentialUnreadable
from customers.systems import SYSTEMS
from customers.upstream import Access, Answer, Call, NoAnswer, Upstream, readable

logger = logging.getLogger(__name__)

UNREADABLE = "The stored key cannot be read: none of CREDENTIAL_KEYS opens it. Enter it again."


class Sender:
    """Makes the calls of one worker. What was claimed before an answer that stops a connection is not sent."""

    def __init__(self) -> None:
        self.upstream = Upstream()
        self.stopping = threading.Event()
        # Until when, by the monotonic clock, a claim of the connection is too old to be sent.
        self._halted: dict[UUID, float] = {}

    def send(self, claim: Claim) -> Result:
        """Make the call, if there is still time for it, and return what came of it. Never raises."""
        try:
            return self._send(claim)
        except CredentialUnreadable:
            verdict = Verdict(act=Act.PAUSE, pause=Pause.KEY_REFUSED)
            self._halted[claim.connection.pk] = math.inf
            return Result(claim=claim, verdict=verdict, words=UNREADABLE)
        except Exception as error:
            # A mistake of ours. What was sent before it is not known.
            logger.exception("The call for entry %s failed.", claim.entry.pk)
            verdict = Verdict(act=Act.AMBIGUOUS, counts=True)
            return Result(claim=claim, verdict=verdict, words=f"Frontdesk: {type(error).__name__}")

    def _send(self, claim: Claim) -> Result:
        pk = claim.connection.pk
        late = time.monotonic() + settings.DELIVERY_DEADLINE > claim.until
        if late or self.stopping.is_set() or self._halted.get(pk, 0) > claim.claimed_at:
            return Result(claim=claim, verdict=NOT_SENT)
        failpoint("before_send")
        result = self._result(claim, Access.of(claim.connection))
        failpoint("after_send")
        verdict = result.verdict
        if verdict.pause is not None or verdict.hold is not None:
            self._halted[pk] = math.inf
        return result

    def note_settled(self, results: Sequence[Result]) -> None:
        """Let what is claimed from now on be sent: the database knows the answers."""
        for result in results:
            if self._halted.get(result.claim.connection.pk) == math.inf:
                self._halted[result.claim.connection.pk] = time.monotonic()

    def _result(self, claim: Claim, access: Access) -> Result:
        client, plan = SYSTEMS[claim.entry.system].client, claim.plan
        try:
            call = _call(claim, access)
            answer = self.upstream.call(call)
            upstream_id = client.upstream_id_of(answer.data) or ""
            verdict = judge(
                plan.operation,
                answer,
                ambiguous=claim.entry.ambiguous,
                understood=bool(upstream_id) and plan.upstream_id in ("", upstream_id),
            )
            if verdict.act is Act.CONFIRM:
                left = settings.DELIVERY_DEADLINE - answer.milliseconds / 1000
                answer = self.upstream.call(client.read(access, plan.upstream_id), seconds=max(left, 1))
                verdict = judge_confirmation(answer)
        except NoAnswer as error:
            verdict = judge_silence(error)
            return Result(claim=claim, verdict=verdict, words=str(error), milliseconds=error.milliseconds)
        return Result(
            claim=claim,
            verdict=verdict,
            status=answer.status,
            words=words_of(client, answer, call),
            milliseconds=answer.milliseconds,
            upstream_id=upstream_id,
        )


def _call(claim: Claim, access: Access) -> Call:
    client, plan = SYSTEMS[claim.entry.system].client, claim.plan
    correlation_id = claim.entry.request_id or f"frontdesk-{claim.attempt.pk}"
    if plan.operation is Operation.CREATE:
        call: Call = client.create(access, plan.body, key=plan.key, correlation_id=correlation_id)
    else:
        call = client.update(access, plan.upstream_id, plan.body, correlation_id=correlation_id)
    return call


def words_of(client: Any, answer: Answer, call: Call) -> str:
    """Return what the upstream said, as far as people can read it."""
    return f"{answer.status} {readable(client.message_of(answer.data), call) or answer.excerpt}".strip()
