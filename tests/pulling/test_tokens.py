"""Tokens: fixed ones, and those that a system hands out for minutes."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.pulling.running import Here
from tests.pulling.upstream import Answer, Request
from tests.pulling.vendors import TOKEN, MyVirtualOffice, PexipEngage, Vendor, Yativo

SECRET = "the-secret-of-the-tests-0123456789"
PEXIP_LOGIN = ["realms", "there", "protocol", "openid-connect", "token"]
YATIVO_LOGIN = ["api", "v1", "auth", "login"]


@dataclass
class Login:
    """Hands out tokens that end after `lives` seconds, and counts the calls that came with a dead one."""

    vendor: Vendor
    lives: float = 600
    requests: list[Request] = field(default_factory=list)
    ends: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __call__(self, request: Request) -> Answer | None:
        """Answer a call that signs in; let others pass, unless their token is over."""
        if request.segments not in (PEXIP_LOGIN, YATIVO_LOGIN):
            if not self.is_good(request):
                self.refused += 1
                return self.vendor.unauthorized()
            return None
        self.requests.append(request)
        is_right = self.is_right_yativo if isinstance(self.vendor, Yativo) else self.is_right_pexip
        if request.method != "POST" or not is_right(request):
            return self.vendor.unauthorized()
        token = f"{TOKEN}-{next(self.ids)}"
        self.vendor.tokens.add(token)
        self.ends[token] = time.monotonic() + self.lives
        shown = {"access_token": token, "token_type": "bearer", "expires_in": int(self.lives)}
        return 200, {"data": shown} if isinstance(self.vendor, Yativo) else shown, {}

    def is_good(self, request: Request) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return time.monotonic() < self.ends.get(token, 0)

    def is_right_pexip(self, request: Request) -> bool:
        expected = {"grant_type": "client_credentials", "client_id": "acme-client", "client_secret": SECRET}
        scopes = request.form.get("scope", "").split()
        kind = request.headers.get("content-type", "").partition(";")[0]
        is_form = kind == "application/x-www-form-urlencoded"
        return is_form and expected.items() <= request.form.items() and scopes == ["engage:customers:readOnly"]

    def is_right_yativo(self, request: Request) -> bool:
        return bool(request.json == {"account_id": "acme-account", "app_secret": SECRET})

    def end_all(self) -> None:
        self.ends.clear()


@pytest.fixture(params=["pexip", "yativo"])
def login(request: pytest.FixtureRequest, here: Here) -> Login:
    """A system that is connected with an account, whose secret signs in."""
    vendor: Vendor = request.getfixturevalue(request.param)
    vendor.tokens.clear()
    account = {"account_id": "acme-account"} if isinstance(vendor, Yativo) else {"client_id": "acme-client"}
    here.connect(vendor.system, SECRET, **vendor.options, **account)
    login = Login(vendor)
    vendor.first = login
    return login


def test_login__once_for_a_whole_pull(here: Here, login: Login) -> None:
    ids = login.vendor.put_many(10)

    pulled = here.pull_ids(login.vendor.system, *ids)

    assert (pulled.code, pulled.counts) == (0, (10, 0, 0, 0))
    assert (len(login.requests), login.refused) == (1, 0)
    assert SECRET not in pulled.stdout + pulled.stderr


def test_login__is_renewed_before_the_token_ends(here: Here, login: Login) -> None:
    login.lives = 4
    ids = login.vendor.put_many(6)
    limit = {f"{login.vendor.system.upper()}_RATE_LIMIT": "100"}

    pulled = here.pull_ids(login.vendor.system, *ids, **limit)

    assert (pulled.code, pulled.counts) == (0, (6, 0, 0, 0))
    assert len(login.requests) >= 2
    assert login.refused == 0


def test_login__signs_in_again_where_the_token_ended_early(here: Here, login: Login) -> None:
    ids = login.vendor.put_many(6)

    def ends_all(request: Request) -> Answer:
        del login.vendor.special["c003"]
        login.end_all()
        return login.vendor.unauthorized()

    login.vendor.special["c003"] = ends_all

    pulled = here.pull_ids(login.vendor.system, *ids)

    assert (pulled.code, pulled.counts) == (0, (6, 0, 0, 0))
    assert len(login.requests) == 2


def test_login__stops_where_a_new_token_does_not_help(here: Here, login: Login) -> None:
    ids = login.vendor.put_many(6)
    login.lives = 0

    pulled = here.pull_ids(login.vendor.system, *ids)

    assert pulled.code == 1
    assert len(login.requests) == 2
    assert here.customers() == []


def test_login__refused(here: Here, login: Login) -> None:
    ids = login.vendor.put_many(6)
    other = {"account_id": "other"} if isinstance(login.vendor, Yativo) else {"client_id": "other"}
    here.connect(login.vendor.system, SECRET, **login.vendor.options, **other)

    pulled = here.pull_ids(login.vendor.system, *ids)

    assert pulled.code == 1
    assert not any(login.vendor.asked(id) for id in ids)
    assert SECRET not in pulled.stdout + pulled.stderr


def test_login__goes_on_with_the_right_secret(here: Here, login: Login) -> None:
    ids = login.vendor.put_many(6)
    account = {"account_id": "acme-account"} if isinstance(login.vendor, Yativo) else {"client_id": "acme-client"}
    here.connect(login.vendor.system, "wrong-secret-0123456789", **login.vendor.options, **account)
    stopped = here.pull_ids(login.vendor.system, *ids)
    here.connect(login.vendor.system, SECRET, **login.vendor.options, **account)

    pulled = here.pull_ids(login.vendor.system, *ids)

    assert stopped.code == 1
    assert (pulled.code, pulled.counts) == (0, (6, 0, 0, 0))


def test_fixed_token__stops_where_it_is_refused(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(30)
    here.pull_ids(upstream.system, *ids[:5])
    upstream.tokens.clear()

    pulled = here.pull_ids(upstream.system, *ids)

    assert pulled.code == 1
    assert len(here.customers()) == 5
    assert upstream.asked("c030") == 0


def test_fixed_token__goes_on_with_a_new_one(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(30)

    def ends(request: Request) -> Answer:
        upstream.tokens.clear()
        return upstream.unauthorized()

    upstream.special["c020"] = ends
    stopped = here.pull_ids(upstream.system, *ids)
    del upstream.special["c020"]
    upstream.tokens.add("new-token-0123456789")
    here.connect(upstream.system, "new-token-0123456789", **upstream.options)

    pulled = here.pull_ids(upstream.system, *ids)

    assert (stopped.code, pulled.code, pulled.counts) == (1, 0, (30, 0, 0, 0))
    assert (upstream.asked("c001"), upstream.asked("c020")) == (1, 2)


def test_key__is_sent_as_the_documents_say(
    here: Here, pexip: PexipEngage, yativo: Yativo, office: MyVirtualOffice
) -> None:
    for vendor in (pexip, yativo, office):
        vendor.put(f"of-{vendor.system}")
        here.pull_ids(vendor.system, f"of-{vendor.system}")

    sent = [{**vendor.requests[-1].headers} for vendor in (pexip, yativo, office)]
    assert [one["authorization"] for one in sent[:2]] == [f"Bearer {TOKEN}"] * 2
    assert sent[2]["x-api-key"] == TOKEN


def test_key__that_cannot_be_read(here: Here, upstream: Vendor) -> None:
    upstream.put("c1")

    pulled = here.pull_ids(upstream.system, "c1", CREDENTIAL_KEYS="another one", SECRET_KEY="another one " * 5)

    assert pulled.code == 1
    assert len(pulled.stderr.splitlines()) == 1
    assert upstream.requests == []
