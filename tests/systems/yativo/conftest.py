from __future__ import annotations

import pytest

from customers.models import Seller
from tests.factory import make_api_key, make_seller
from tests.systems.yativo.api import Api


@pytest.fixture
def seller(db: None) -> Seller:
    return make_seller()


@pytest.fixture
def api(seller: Seller) -> Api:
    return Api(make_api_key(seller)[1])
