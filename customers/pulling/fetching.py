"""The calls of a pull: one after the other, within the upstream's limits, tried again where that helps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.delivery.answers import DEFAULT_HOLD, retry_after
from customers.delivery.pacing import wait_for_turn
from customers.delivery.sending import words_of
from customers.exceptions import InvalidInput, Refusal
from customers.models import Connection, Pause, Pull
from customers.models.credential import CredentialUnreadable
from customers.systems import SYSTEMS
from customers.upstream import Access, Answer, Call, NoAnswer, Problem, SignInRefused, Tokens, Upstream

#: How often in a row an upstream may ask for patience.
PATIENCE: Final = 50


class Stopped(InvalidInput):
    """The pull cannot go on; what it has done stays, and is told by `pull`."""

    pull: Pull


class NotThere(Refusal):
    """The upstream does not have the customer."""

    message = gettext_lazy("The upstream has no such customer.")


class Unusable(InvalidInput):
    """The upstream answered, but not with the customer."""


class Failing(Exception):
    """The upstream did not answer, or only with errors, however often it was asked."""


class Fetcher:
    """What a pull asks of one connection. `correlation_id` ties its calls together in the upstream's logs."""

    def __init__(self, connection: Connection, *, correlation_id: str = "") -> None:
        self.connection, self.correlation_id = connection, correlation_id
        self.client = SYSTEMS[connection.system].client
        self.upstream = Upstream()
        try:
            self.tokens = Tokens(connection, self.client, self.upstream)
        except CredentialUnreadable as error:
            raise Stopped(_("The stored key cannot be read. Enter it again.")) from error

    def customer(self, upstream_id: str) -> Any:
        """Return the record of one customer.

        Raises NotThere, Unusable, Failing, Stopped.
        """
        answer = self._ask(lambda access: self.client.read(access, upstream_id, correlation_id=self.correlation_id))
        record = self.client.record_of(answer.data)
        if self.client.record_id(record) != upstream_id:
            raise Unusable(_("The upstream's answer does not show this customer."))
        return record

    def page(self, number: int) -> Any:
        """Return the answer with one page of the list. Raises Stopped."""
        try:
            answer = self._ask(lambda access: self.client.list_page(access, number, correlation_id=self.correlation_id))
        except (Failing, Refusal) as error:
            raise Stopped(str(error)) from error
        if self.client.records_of(answer.data) is None:
            raise Stopped(_("The upstream's list makes no sense."))
        return answer.data

    def _ask(self, make: Callable[[Access], Call]) -> Answer:
        """Return a good answer, after as many tries as are allowed."""
        delays = list(settings.PULL_RETRY_DELAYS)
        patience, signed_in_again = PATIENCE, False
        while True:
            if wait_for_turn(self.connection).pause == Pause.BY_HAND:
                raise Stopped(_("The connection is paused."))
            try:
                call = make(self.tokens.access())
                answer = self.upstream.call(call)
            except SignInRefused as error:
                raise Stopped(_("The upstream refuses the sign-in: %(words)s") % {"words": error}) from error
            except NoAnswer as error:
                if error.problem is Problem.UNTRUSTED:
                    raise Stopped(_("The upstream did not answer: %(reason)s") % {"reason": error}) from error
                self._wait(delays, str(error))
                continue
            hold = retry_after(answer.headers)
            if answer.status == 401 and self.tokens.renewable and not signed_in_again:
                self.tokens.forget()
                signed_in_again = True
            elif answer.status == 429 and patience:
                patience -= 1
                time.sleep(DEFAULT_HOLD if hold is None else hold)
            elif answer.status in (408, 425, 429) or answer.status >= 500:
                self._wait(delays, words_of(self.client, answer, call), hold or 0)
            else:
                return self._good(answer, call)

    def _wait(self, delays: list[float], words: str, hold: float = 0) -> None:
        if not delays:
            raise Failing(words)
        time.sleep(max(delays.pop(0), hold))

    def _good(self, answer: Answer, call: Call) -> Answer:
        """Return the answer if it is a success; say what it means otherwise."""
        words = words_of(self.client, answer, call)
        if 200 <= answer.status < 300:
            return answer
        if answer.status == 404:
            raise NotThere
        if answer.status == 401:
            raise Stopped(_("The upstream refuses the key: %(words)s") % {"words": words})
        if answer.status == 403:
            raise Stopped(_("The upstream forbids this: %(words)s") % {"words": words})
        if 300 <= answer.status < 400:
            raise Stopped(_("The upstream's address is wrong: %(words)s") % {"words": words})
        raise Unusable(_("The upstream said: %(words)s") % {"words": words})
