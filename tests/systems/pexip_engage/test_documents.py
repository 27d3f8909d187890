"""The documented examples: our answer for an equal customer equals the file, and its command works."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from customers.models import Customer
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site, missing_part
from tests.systems.pexip_engage.api import DOCUMENTS, SCHEMA, Api, answered, assert_refused, document, same

MOMENT = datetime(2022, 8, 17, 19, 5, 21, 362_000, tzinfo=UTC)
ADDRESS = {
    "street": "Lorem ipsum",
    "street2": "Lorem ipsum",
    "postal_code": "9000",
    "city": "Lorem ipsum",
    "state": "Lorem ipsum",
    "country": "Belgium",
    "latitude": 51.0479466,
    "longitude": 3.6912248,
}
# What the document fills in: its host, enterprise, id and token.
BASE = "https://api.development.pexipengage.com"


@pytest.fixture
def documented(db: None) -> Customer:
    """The customer of the document, as far as ids are ours."""
    seller = make_seller(default_language="en")
    customer = make_customer(
        seller,
        external_id="ABCD1234",
        customer_number="123456",
        email="john.doe@pexip.com",
        first_name="John",
        last_name="Doe",
        company_name="Acme Corp",
        language="da",
        notes="Lorem ipsum",
        phone_number="+32412345678",
        existing=True,
        time_zone="Europe/Brussels",
        address_data=ADDRESS,
    )
    Customer.objects.filter(pk=customer.pk).update(created_at=MOMENT, updated_at=MOMENT, deleted_at=MOMENT)
    return customer


def test_get__the_documented_customer(documented: Customer) -> None:
    api = Api(make_api_key(documented.seller)[1])

    answer = answered(api.get(documented.pk, Accept_Language="en *"))

    # Two values of the sample are placeholders.
    formatted = answer["location"]["formattedAddress"]
    assert (answer["id"], formatted.count("Lorem ipsum")) == (str(documented.pk), 4)
    answer["id"], answer["location"]["formattedAddress"] = "123", "string"
    assert same({"data": answer}, document("get_response"))


def test_404__has_the_documented_members(api: Api) -> None:
    response = api.get("1234")

    error = assert_refused(response, 404)
    assert list(error) == list(document("get_404")["errors"][0])


def test_schema__knows_the_sample_and_refuses_what_the_document_refuses() -> None:
    SCHEMA.check_schema(SCHEMA.schema)
    sample = document("get_response")

    assert SCHEMA.is_valid(sample)
    for member in sample["data"]:
        optional = member not in ("id", "existing", "timeZone", "createdAt", "updatedAt", "deletedAt")
        lacking = {name: value for name, value in sample["data"].items() if name != member}
        assert SCHEMA.is_valid({"data": lacking}) is optional, member
        assert not SCHEMA.is_valid({"data": {**sample["data"], member: ""}}), member
    assert not SCHEMA.is_valid({"data": {**sample["data"], "more": 1}})
    assert not SCHEMA.is_valid({"data": {**sample["data"], "location": {**sample["data"]["location"], "more": 1}}})


def test_curl__the_documents_command_against_the_running_site(site: Site) -> None:
    if shutil.which("curl") is None:
        missing_part("curl")
    seller = make_seller(default_language="en")
    customer = make_customer(seller, address_data=ADDRESS)
    key = make_api_key(seller)[1]
    command = (DOCUMENTS / "get_request.txt").read_text(encoding="utf-8")
    token = command.partition("Bearer ")[2].partition('"')[0]

    filled = command.replace(BASE, site.url).replace("customers/1234", f"customers/{customer.pk}").replace(token, key)
    done = subprocess.run(["sh", "-c", filled], capture_output=True, text=True, check=True, timeout=30)

    answer = json.loads(done.stdout)
    SCHEMA.validate(answer)
    assert answer["data"]["id"] == str(customer.pk)
    assert answer["data"]["location"]["city"] == {"language": "en", "value": "Lorem ipsum"}
