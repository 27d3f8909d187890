"""The small rules that the record stands on."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Address
from customers.models.api_key import CHECKSUM_LENGTH, checksum, generate_key, is_well_formed
from customers.models.email import KEY_LENGTH, email_key, is_email
from customers.models.ids import uuid7
from customers.models.text import fold, is_storable


@pytest.mark.parametrize(
    "text",
    [
        "a@b.de",
        "A.b+c@sub.Example.COM",
        "!#$%&'*+/=?^_`{|}~-@b-c.d3",
        "a@1.2",
        "a@b--c.de",
        "a@127.0.0.1",
        "x" * 300 + "@b.de",
    ],
)
def test_email__accepted(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b.de",
        "a@b",
        "a@b.",
        "a@.de",
        "a@b..de",
        "a@-b.de",
        "a@b-.de",
        "a@b.de-",
        "a@b_c.de",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "a b@c.de",
        "a@b.de\n",
        "\na@b.de",
        "a@b@c.de",
        '"a"@b.de',
        "a@[127.0.0.1]",
        "ä@b.de",
        "a@bü.de",
        "\u212a@b.de",
        "a@\u017f.de",
        "a\u0131@b.de",
        "a@b.de,c@d.de",
        "=cmd|1@b",
    ],
)
def test_email__refused(text: str) -> None:
    assert not is_email(text)


def test_email__hostile_texts_are_read_once() -> None:
    """With backtracking this test would not end."""
    hostile = ["a" * 500_000, "a." * 250_000, "a@" + "a-" * 250_000, "a@" + "a." * 250_000 + "!", "a@" + "-" * 500_000]

    assert not any(is_email(text) for text in hostile)


@given(st.text(alphabet="aAbB@.~", min_size=1, max_size=600), st.text(alphabet="aAbB@.~", min_size=1, max_size=600))
def test_email_key__is_equal_for_equal_addresses_alone(one: str, other: str) -> None:
    assert (email_key(one) == email_key(other)) == (one.lower() == other.lower())
    assert len(email_key(one)) <= KEY_LENGTH


def test_api_key__every_single_slip_breaks_the_checksum() -> None:
    key = generate_key()

    slips = [
        key[:place] + ("0" if key[place] != "0" else "1") + key[place + 1 :]
        for place in range(len("sk_live_"), len(key))
    ]

    assert is_well_formed(key)
    assert not any(is_well_formed(slip) for slip in slips)
    assert not is_well_formed(key + "\n")
    assert len({generate_key() for _number in range(100)}) == 100


def test_checksum__is_padded() -> None:
    assert checksum("") == "0" * CHECKSUM_LENGTH


def test_uuid7__sorts_by_time() -> None:
    made = []
    for _number in range(200):
        made.append(uuid7())
        time.sleep(0.000_01)

    assert made == sorted(made)
    assert {(id.version, id.variant) for id in made} == {(7, "specified in RFC 4122")}
    assert abs((made[0].int >> 80) / 1000 - time.time()) < 60


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Größle", "grossle"), ("WÓJCIK", "wojcik"), ("ﬁ", "fi"), ("e\u0301", "e"), ("Ａ１", "a1"), ("%_\\", "%_\\")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "storable"), [("\x01\x7f😀\ufffe", True), ("a\0", False), ("\ud83d", False)])
def test_storable(text: str, storable: bool) -> None:
    assert is_storable(text) is storable


def test_address__keeps_what_was_given() -> None:
    data = {"street": "", "city": "Berlin", "latitude": 52.5}

    assert Address.from_json(data).to_json() == data
    assert Address.from_json(None).to_json() == {}


def test_address__lines() -> None:
    address = Address(street="Hauptstr.", number="5", postal_code="10115", city="Berlin", state="", country="Germany")

    assert address.lines() == ["Hauptstr. 5", "10115 Berlin", "Germany"]
    assert Address(postal_code="", city=None).lines() == []
