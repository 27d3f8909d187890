"""What only the database can decide, decided by the database."""

from __future__ import annotations

from collections import Counter

import pytest

from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_customer, make_seller
from tests.services.racing import RACERS, race

pytestmark = pytest.mark.django_db(transaction=True)


def test_create__one_free_place() -> None:
    seller = make_seller(customer_limit=3)
    for _number in range(2):
        make_customer(seller)

    outcomes = race(*(("create", str(seller.pk), f"racer{number}@example.com") for number in range(RACERS)))

    assert Counter(outcomes) == {"done": 1, "CustomerLimitReached": RACERS - 1}
    assert Customer.objects.count() == Seller.objects.get().customer_count == 3
    assert CustomerChange.objects.count() == 3


def test_create__one_email() -> None:
    seller = make_seller()
    spellings = ["john@example.com", "JOHN@example.com", "John@Example.COM"]

    outcomes = race(*(("create", str(seller.pk), spellings[number % 3]) for number in range(RACERS)))

    assert Counter(outcomes) == {"done": 1, "EmailTaken": RACERS - 1}
    assert Customer.objects.count() == Seller.objects.get().customer_count == 1


def test_update__one_email() -> None:
    seller = make_seller()
    customers = [make_customer(seller) for _number in range(RACERS)]

    outcomes = race(*(("update", str(customer.pk), "email", "john@example.com") for customer in customers))

    assert Counter(outcomes) == {"done": 1, "EmailTaken": RACERS - 1}


def test_update__different_fields_of_one_customer() -> None:
    customer = make_customer(make_seller())
    changes = {
        "first_name": "Jane",
        "last_name": "Roe",
        "email": "jane@example.com",
        "company_name": "Acme",
        "legal_entity": "GmbH",
        "language": "en",
        "status": "inactive",
        "notes": "Ring twice.",
    }

    outcomes = race(*(("update", str(customer.pk), field, value) for field, value in changes.items()))

    customer.refresh_from_db()
    assert outcomes == ["done"] * len(changes)
    assert {field: getattr(customer, field) for field in changes} == changes
    assert customer.version == 1 + len(changes)
    assert CustomerChange.objects.filter(action="updated").count() == len(changes)
    assert customer.search_text == "jane roe jane@example.com acme"


def test_delete__beside_creates_of_the_same_email() -> None:
    seller = make_seller(customer_limit=1)
    customer = make_customer(seller, email="john@example.com")

    outcomes = race(
        ("delete", str(customer.pk)),
        *(("create", str(seller.pk), "john@example.com") for _number in range(RACERS - 2)),
        ("delete", str(customer.pk)),
    )

    deletes = Counter([outcomes[0], outcomes[-1]])
    assert deletes == {"done": 1, "CustomerNotFound": 1}
    assert set(outcomes[1:-1]) <= {"done", "CustomerLimitReached", "EmailTaken"}
    created = outcomes[1:-1].count("done")
    assert created <= 1
    assert Customer.objects.of(seller).count() == Seller.objects.get().customer_count == created
