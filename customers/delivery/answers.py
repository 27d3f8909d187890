"""What each answer of an upstream means for the change that was sent. Pure: no database, no clock.

"Ambiguous" says that the call may have been applied although no definite answer came.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

from customers.models import Blocked, Pause
from customers.upstream import Answer, NoAnswer, Problem


class Operation(StrEnum):
    CREATE = "create"
    UPDATE = "update"


class Act(StrEnum):
    """What happens to the entry."""

    DELIVERED = "delivered"
    RETRY = "retry"
    AMBIGUOUS = "ambiguous"
    BLOCK = "block"
    PAUSE = "pause"
    PAUSE_CREATES = "pause_creates"
    CONFIRM = "confirm"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to do with the entry and with its connection.

    `counts`: the failure starts the time after which the entry is given up. `strike`: it speaks
    against the upstream as a whole. `hold`: seconds during which the whole connection is silent.
    """

    act: Act
    blocked: Blocked | None = None
    pause: Pause | None = None
    counts: bool = False
    strike: bool = False
    misunderstood: bool = False
    hold: float | None = None

    @property
    def clears_strikes(self) -> bool:
        """Whether the upstream showed that it is there and answers for itself."""
        return not self.strike and self.act not in (Act.PAUSE, Act.NOT_SENT)


#: Retry-After of a 429 that names none, and between which limits it is believed, in seconds.
DEFAULT_HOLD: Final = 60.0
SHORTEST_HOLD: Final = 1.0
LONGEST_HOLD: Final = 900.0

NOT_SENT: Final = Verdict(act=Act.NOT_SENT)
_LOST: Final = Verdict(act=Act.AMBIGUOUS, counts=True, strike=True)
NONSENSE: Final = Verdict(act=Act.AMBIGUOUS, counts=True, strike=True, misunderstood=True)
_WRONG_ADDRESS: Final = Verdict(act=Act.PAUSE, pause=Pause.MISCONFIGURED)


def _blocked(why: Blocked) -> Verdict:
    return Verdict(act=Act.BLOCK, blocked=why)


def judge(operation: Operation, answer: Answer, *, ambiguous: bool, understood: bool) -> Verdict:
    """Return what `answer` means.

    `ambiguous`: an earlier call of the same create may have been applied. `understood`: the body is
    the customer that was sent.
    """
    create = operation is Operation.CREATE
    hold = retry_after(answer.headers)
    match answer.status:
        case status if 200 <= status < 300:
            return Verdict(act=Act.DELIVERED) if understood else NONSENSE
        case status if 300 <= status < 400:
            return _WRONG_ADDRESS
        case 400 | 413 | 415 | 422:
            return _blocked(Blocked.REJECTED)
        case 401:
            return Verdict(act=Act.PAUSE, pause=Pause.KEY_REFUSED)
        case 403:
            return Verdict(act=Act.PAUSE_CREATES) if create else Verdict(act=Act.PAUSE, pause=Pause.FORBIDDEN)
        case 404:
            return _WRONG_ADDRESS if create else Verdict(act=Act.CONFIRM)
        case 409 if hold is not None:
            # "Still working on it": a conflict with an earlier call, not with another customer.
            return Verdict(act=Act.RETRY, hold=hold)
        case 409:
            return _blocked(Blocked.LINK_NEEDED if create and ambiguous else Blocked.EMAIL_TAKEN)
        case 408 | 425:
            return Verdict(act=Act.RETRY, hold=hold)
        case 429:
            return Verdict(act=Act.RETRY, hold=DEFAULT_HOLD if hold is None else hold)
        case 503:
            return Verdict(act=Act.RETRY, strike=True, hold=hold)
        case status if 400 <= status < 500:
            return _blocked(Blocked.UNEXPECTED)
        case status if 500 <= status < 600:
            return _LOST
        case _:
            return NONSENSE


def judge_silence(error: NoAnswer) -> Verdict:
    """Return what it means that no answer came."""
    if error.sent:
        return _LOST
    if error.problem is Problem.UNTRUSTED:
        return _WRONG_ADDRESS
    return Verdict(act=Act.RETRY, strike=True)


def judge_confirmation(answer: Answer) -> Verdict:
    """Return what a GET says about an update that was answered with 404."""
    if answer.status == 404:
        return _blocked(Blocked.GONE)
    if 200 <= answer.status < 300:
        # It is there after all: not yet seen everywhere when the update came.
        return Verdict(act=Act.RETRY, counts=True)
    confirmed = judge(Operation.UPDATE, answer, ambiguous=False, understood=True)
    return Verdict(act=Act.RETRY, counts=True) if confirmed.act is Act.BLOCK else confirmed


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, within limits; None where there is none.

    Text that is neither a number nor a date means the default.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return DEFAULT_HOLD
        seconds = ((date if date.tzinfo else date.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()
    return DEFAULT_HOLD if math.isnan(seconds) else min(max(seconds, SHORTEST_HOLD), LONGEST_HOLD)
