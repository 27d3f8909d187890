from __future__ import annotations

import pytest
from django.test import Client

from customers.models import Seller
from tests.admin.pages import signed_in
from tests.factory import make_seller, make_user


@pytest.fixture
def seller(db: None) -> Seller:
    return make_seller()


@pytest.fixture
def other(db: None) -> Seller:
    return make_seller("other")


@pytest.fixture
def owner(seller: Seller) -> Client:
    """The browser of somebody who owns `seller`, and nothing else."""
    return signed_in(make_user("owner@example.com", seller, "owner"))


@pytest.fixture
def operator(db: None) -> Client:
    return signed_in(make_user("operator@example.com", is_superuser=True))
