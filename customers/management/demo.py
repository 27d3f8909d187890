"""The demo of `make run`: a seller whose record shows what Frontdesk keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from customers import services
from customers.delivery import connections
from customers.models import Actor, Address, Customer, Role, Seller, Source, Status, User

SLUG: Final = "demo"
SANDBOX_SLUG: Final = "demo-upstream"
EMAIL: Final = "staff@demo.example"
LIMIT: Final = 25


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What a newcomer needs; `password` and `api_key` only where they were made just now."""

    slug: str
    email: str
    password: str | None = None
    api_key: str | None = None


def load_demo(address: str) -> Demo:
    """Make the demo where there is none; leave one that exists as it is, whatever was done to it.

    It is served at `address`.
    """
    demo = _load_seller()
    if settings.SANDBOX_FILE is not None:
        settings.SANDBOX_FILE.write_text(address)
        _load_sandbox()
    return demo


def _load_sandbox() -> None:
    """Connect the demo to a second seller of the same site, so that changes are seen to arrive there."""
    with transaction.atomic():
        if Seller.objects.filter(slug=SANDBOX_SLUG).exists():
            return
        upstream = services.create_seller(SANDBOX_SLUG, name="My Virtual Office (Demo)")
        _key, plain = services.create_api_key(upstream, name="Demo")
        connection, _is_new = connections.connect(Seller.objects.get(slug=SLUG), "my_virtual_office", plain)
        connections.send_everybody(connection)


def _load_seller() -> Demo:
    with transaction.atomic():
        if Seller.objects.filter(slug=SLUG).exists():
            return Demo(slug=SLUG, email=EMAIL)
        seller = services.create_seller(SLUG, name="Hafenbüro Hamburg", customer_limit=LIMIT)
        password = None
        if not User.objects.filter(email=EMAIL).exists():
            # An operator, so that a newcomer finds every page.
            _user, password = services.create_staff(EMAIL, seller=seller, role=Role.OWNER, is_superuser=True)
        _key, plain = services.create_api_key(seller, name="Demo")
        for values in CUSTOMERS:
            _create(seller, **values)
    return Demo(slug=SLUG, email=EMAIL, password=password, api_key=plain)


def _create(seller: Seller, *, then: dict[str, Any] | None = None, **values: Any) -> None:
    actor = Actor(source=Source.SYSTEM, reason="Demo")
    customer = services.create_customer(Customer(seller=seller, **values), actor=actor)
    if then:
        services.update_customer(customer, actor=actor, **then)


def _address(street: str, postal_code: str, city: str, country: str = "Germany", **more: Any) -> dict[str, Any]:
    return Address(street=street, postal_code=postal_code, city=city, country=country, **more).to_json()


CUSTOMERS: Final[tuple[dict[str, Any], ...]] = (
    {
        "first_name": "Jette",
        "last_name": "Petersen",
        "email": "jette@petersen-software.example",
        "company_name": "Petersen Software",
        "legal_entity": "GmbH",
        "address_data": _address("Musterstraße 123", "10115", "Berlin", latitude=52.5323, longitude=13.3846),
        "postal_redirect_address": _address("Weiterleitungsstraße 5", "80331", "München"),
        "phone_number": "+493012345678",
        "customer_number": "1001",
    },
    {
        "first_name": "Oskar",
        "last_name": "Lindqvist",
        "email": "oskar.lindqvist@nordlys.example",
        "company_name": "Nordlys Studio",
        "legal_entity": "ApS",
        "language": "da",
        "address_data": _address(
            "Vestergade 18",
            "1456",
            "København",
            "Denmark",
            latitude=55.6783,
            longitude=12.5715,
            translations={"city": {"da": "København", "en": "Copenhagen", "de": "Kopenhagen"}},
        ),
        "customer_number": "1002",
    },
    {
        "first_name": "Amélie",
        "last_name": "Roux",
        "email": "amelie@roux-conseil.example",
        "company_name": "Roux Conseil",
        "legal_entity": "SARL",
        "language": "fr",
        "address_data": _address("12 rue des Lilas", "67000", "Strasbourg", "France"),
        "customer_number": "1003",
        "then": {"postal_redirect_address": _address("4 quai des Bateliers", "67000", "Strasbourg", "France")},
    },
    {
        "first_name": "Deniz",
        "last_name": "Aydın",
        "email": "deniz.aydin@example.com",
        "customer_number": "1004",
        "then": {"status": Status.SUSPENDED.value},
    },
    {
        "first_name": "Hannah",
        "last_name": "Größle",
        "email": "h.groessle@example.com",
        "company_name": "Größle Übersetzungen",
        "legal_entity": "e. K.",
        "address_data": _address("Königstraße 7", "70173", "Stuttgart"),
        "customer_number": "1005",
        "notes": "Bitte Post nur mittwochs weiterleiten.",
    },
    {
        "first_name": "Grace",
        "last_name": "Okafor",
        "email": "grace@okafor-imports.example",
        "company_name": "Okafor Imports",
        "legal_entity": "Ltd",
        "language": "en",
        "address_data": _address("221 Bishopsgate", "EC2M 3TX", "London", "United Kingdom"),
        "customer_number": "1006",
    },
    {
        "first_name": "Marek",
        "last_name": "Wójcik",
        "email": "marek@wojcik.example",
        "language": "pl",
        "customer_number": "1007",
        "then": {"status": Status.INACTIVE.value},
    },
)
