"""An address that changed on both sides: of its members, only those that changed there are taken over."""

from __future__ import annotations

from typing import Any

from customers import services
from tests.factory import make_actor
from tests.pulling.running import Here
from tests.pulling.vendors import MyVirtualOffice, PexipEngage, Vendor

HOME = {"street": "Old Street 1", "city": "Old Town", "postal_code": "1000", "country": "BE"}


def move(vendor: Vendor, **address: str) -> None:
    """Let the customer c1 have this address there, as the system writes it."""
    if isinstance(vendor, MyVirtualOffice):
        vendor.put("c1", address_data=address)
    elif isinstance(vendor, PexipEngage):
        texts = {name: {"language": "en", "value": address[ours]} for name, ours in PEXIP.items()}
        vendor.put("c1", location=located(texts, address))
    else:
        named = {"city": "city", "zipcode": "postal_code", "street": "street"}
        sent = {theirs: address[ours] for theirs, ours in named.items()}
        country = {"customer_country": "BEL"}
        vendor.put("c1", **country, customer_address={**sent, "state": None, "number": None, "country": "BEL"})


PEXIP = {"city": "city", "street1": "street"}


def located(texts: dict[str, Any], address: dict[str, str]) -> dict[str, Any]:
    return {
        **{"state": None, "street2": None, "formattedAddress": "somewhere", **texts},
        **{"postalCode": address["postal_code"], "countryCode": address["country"]},
        "geolocation": {"latitude": 51.0479466, "longitude": 3.6912248},
        "translations": {name: [text] for name, text in texts.items()},
    }


def test_address__changed_on_both_sides(here: Here, vendor: Vendor) -> None:
    move(vendor, **HOME)
    here.pull_ids(vendor.system, "c1")
    customer = here.customer("c1")
    corrected = {**(customer.address_data or {}), "street": "Corrected Street 1"}
    services.update_customer(customer, actor=make_actor(), address_data=corrected)
    move(vendor, **{**HOME, "postal_code": "2000"})

    again = here.pull_ids(vendor.system, "c1")

    address = here.customer("c1").address_data or {}
    assert again.counts == (0, 1, 0, 0)
    assert (address["street"], address["postal_code"]) == ("Corrected Street 1", "2000")
    assert address["city"] == "Old Town"


def test_address__taken_away_there(here: Here, vendor: Vendor) -> None:
    move(vendor, **HOME)
    here.pull_ids(vendor.system, "c1")
    vendor.put("c1")

    again = here.pull_ids(vendor.system, "c1")

    assert again.counts == (0, 1, 0, 0)
    assert here.customer("c1").address_data is None
