"""What somebody changed upstream is found, shown and decided by people; nothing is overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from customers.delivery import drift
from customers.delivery.draining import Drained
from customers.exceptions import InvalidInput, Refusal
from customers.models import Connection, Customer, CustomerChange, OutboxEntry, Seller, UpstreamLink
from tests.delivery.states import edit, entry_of, linked
from tests.delivery.upstream import Answer, Request, ScriptedUpstream, always, friendly
from tests.factory import make_actor

Drain = Callable[[], Drained]


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "UNHURRIED", 1000)


def holding(changes: dict[str, dict[str, Any]]) -> Callable[[Request], Answer]:
    """Return an upstream that has what was acknowledged, but for `changes` by id."""
    links = {link.upstream_id: link.acknowledged for link in UpstreamLink.objects.all()}

    def answer(request: Request) -> Answer:
        upstream_id = request.path.rpartition("/")[2]
        return 200, {"id": upstream_id, **links[upstream_id], **changes.get(upstream_id, {})}, {}

    return answer


def check(connection: Connection) -> drift.Checked:
    return drift.check(connection, drift.links_of(connection))


def test_check__finds_each_difference_and_no_other(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    for _number in range(60):
        linked(seller, address_data={"street": "Musterstraße 1"})
    ids = list(UpstreamLink.objects.order_by("pk").values_list("upstream_id", flat=True))
    changed = {one: {"company_name": "Theirs"} for one in ids[::3]}
    # The same said in another way is no difference.
    empty = {"street": "Musterstraße 1", "city": "", "country": None}
    upstream.answer = holding(changed | {ids[1]: {"company_name": "", "address_data": empty, "extra": 1}})

    checked = check(connection)

    found = set(UpstreamLink.objects.exclude(drift={}).values_list("upstream_id", flat=True))
    assert (checked.compared, checked.drifted, checked.failed) == (60, 20, 0)
    assert found == set(changed)
    assert UpstreamLink.objects.filter(upstream_id=ids[0]).values_list("drift", flat=True)[0] == {
        "company_name": [None, "Theirs"]
    }
    assert set(upstream.methods) == {"GET"}
    assert not Customer.objects.filter(company_name="Theirs").exists()


def test_check__forgets_what_is_equal_again(seller: Seller, connection: Connection, upstream: ScriptedUpstream) -> None:
    linked(seller)
    UpstreamLink.objects.update(drift={"status": ["active", "inactive"]}, is_gone=True)
    upstream.answer = holding({})

    check(connection)

    link = UpstreamLink.objects.get()
    assert (link.drift, link.is_gone, link.has_drifted) == ({}, False, False)
    assert link.checked_at is not None


def test_check__leaves_out_who_has_changes_waiting(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    edit(linked(seller), company_name="New")

    checked = check(connection)

    assert (checked.compared, checked.waiting, upstream.requests) == (0, 1, [])


def test_check__notes_who_is_gone(seller: Seller, connection: Connection, upstream: ScriptedUpstream) -> None:
    linked(seller)
    upstream.answer = always(404, "Customer not found")

    checked = check(connection)

    assert (checked.compared, checked.drifted) == (1, 1)
    assert UpstreamLink.objects.get().is_gone


@pytest.mark.parametrize("answer", [always(500), always(401, "no"), lambda _request: None, always(200)])
def test_check__does_not_take_trouble_for_a_difference(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, answer: Callable[[Request], Answer]
) -> None:
    linked(seller)
    upstream.answer = answer

    checked = check(connection)

    assert (checked.compared, checked.drifted, checked.failed) == (0, 0, 1)
    assert not UpstreamLink.objects.get().has_drifted


def test_check__gives_up_where_nobody_answers(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    for _number in range(20):
        linked(seller)
    upstream.answer = always(401, "Invalid API key")

    checked = check(connection)

    assert (checked.gave_up, checked.failed, checked.last_failure[:3]) == (True, 5, "401")
    assert len(upstream.requests) == 5


def test_check__takes_part_in_the_rate_limit(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, settings: Any
) -> None:
    settings.MY_VIRTUAL_OFFICE_RATE_LIMIT = 600
    for _number in range(5):
        linked(seller)
    upstream.answer = holding({})
    before = Connection.objects.get().next_call_at

    check(connection)

    assert Connection.objects.get().next_call_at - before >= timedelta(milliseconds=500)


def test_sample__is_as_large_as_asked(seller: Seller, connection: Connection, upstream: ScriptedUpstream) -> None:
    for _number in range(10):
        linked(seller)
    upstream.answer = holding({})

    checked = drift.check(connection, drift.links_of(connection, 4))

    assert checked.compared == len({one.path for one in upstream.requests}) == 4


@pytest.fixture
def drifted(seller: Seller, connection: Connection) -> UpstreamLink:
    linked(seller, company_name="Ours", legal_entity="GmbH")
    UpstreamLink.objects.update(drift={"company_name": ["Ours", "Theirs"]})
    return UpstreamLink.objects.get()


def test_push_ours__sends_our_value_alone(
    drifted: UpstreamLink, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    drift.push_ours(drifted, connection)
    drain()

    assert [one.body for one in upstream.requests] == [{"company_name": "Ours"}]
    assert not UpstreamLink.objects.get().has_drifted


def test_push_ours__creates_one_who_is_gone(
    drifted: UpstreamLink, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    UpstreamLink.objects.update(is_gone=True, drift={})
    drifted.refresh_from_db()
    upstream.answer = lambda request: friendly(request) if request.method == "POST" else (404, {"message": "no"}, {})

    drift.push_ours(drifted, connection)
    drain()

    assert upstream.methods == ["GET", "POST"]
    assert not UpstreamLink.objects.get().is_gone


def test_take_theirs__is_a_change_with_history_that_is_not_sent_back(
    drifted: UpstreamLink, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    drift.take_theirs(drifted, make_actor(system="my_virtual_office"))
    drain()

    customer = Customer.objects.get()
    assert (customer.company_name, customer.legal_entity) == ("Theirs", "GmbH")
    assert CustomerChange.objects.filter(customer=customer)[0].changes == {"company_name": ["Ours", "Theirs"]}
    assert upstream.requests == []
    assert not UpstreamLink.objects.get().has_drifted


def test_take_theirs__keeps_what_was_edited_meanwhile(
    drifted: UpstreamLink, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    edit(drifted.customer, legal_entity="AG")

    drift.take_theirs(drifted, make_actor(system="my_virtual_office"))
    drain()

    assert [one.body for one in upstream.requests] == [{"legal_entity": "AG"}]
    assert Customer.objects.get().company_name == "Theirs"


def test_take_theirs__is_not_possible_of_one_who_is_gone(drifted: UpstreamLink, connection: Connection) -> None:
    UpstreamLink.objects.update(is_gone=True)
    drifted.refresh_from_db()

    with pytest.raises(InvalidInput):
        drift.take_theirs(drifted, make_actor(system="my_virtual_office"))


def test_edit_of_what_differs__sends_it_and_settles_the_difference(
    drifted: UpstreamLink, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    edit(drifted.customer, company_name="Newest")

    drain()

    assert [one.body for one in upstream.requests] == [{"company_name": "Newest"}]
    assert entry_of(drifted.customer).state == "delivered"
    assert not UpstreamLink.objects.get().has_drifted
    assert OutboxEntry.objects.exclude(state="delivered").count() == 0


@pytest.mark.parametrize(
    "theirs",
    [
        {"company_name": "x" * 500},
        {"company_name": 5},
        {"company_name": ["x"]},
        {"company_name": {"x": 1}},
        {"first_name": None},
        {"first_name": 5},
        {"email": None},
        {"email": "not an address"},
        {"email": 5},
        {"status": "dancing"},
        {"status": None},
        {"language": 7},
        {"address_data": {"street": 5}},
        {"address_data": {"street": ["x"]}},
    ],
)
def test_values_that_the_record_cannot_hold__are_refused_and_nothing_changes(
    drifted: UpstreamLink, connection: Connection, theirs: dict[str, Any]
) -> None:
    UpstreamLink.objects.update(drift={name: ["Ours", value] for name, value in theirs.items()})
    before = Customer.objects.values().get()
    drifted.refresh_from_db()

    with pytest.raises(Refusal):
        drift.take_theirs(drifted, make_actor(system="my_virtual_office"))

    assert Customer.objects.values().get() == before
