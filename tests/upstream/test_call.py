"""A call to an upstream that answers wrongly, slowly, without end or not at all."""

from __future__ import annotations

import gzip
import logging
import time
from typing import Any

import pytest

from customers.upstream import Answer, Call, NoAnswer, Problem, Upstream
from tests.upstream.hostile import Hostile, Talk, ok, say

SECRET = "sk_live_abcdefghijklmnop"


@pytest.fixture(autouse=True)
def _short(settings: Any) -> None:
    settings.DELIVERY_DEADLINE = 1.5
    settings.DELIVERY_READ_TIMEOUT = 1


def ask(url: str, upstream: Upstream | None = None, **fields: Any) -> Answer:
    call = Call(**{"method": "POST", "url": f"{url}/x", "headers": {"X-API-Key": SECRET}, "body": {"a": 1}, **fields})
    return (upstream or Upstream()).call(call)


def fails(url: str, **fields: Any) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        ask(url, **fields)
    return caught.value


def test_call__says_who_calls_and_what(settings: Any) -> None:
    with Hostile(say(ok(b"{}"))) as server:
        ask(server.url, headers={"X-API-Key": SECRET, "Idempotency-Key": "k"}, body={"name": "Größle"})

    head, _end, body = server.requests[0].partition(b"\r\n\r\n")
    assert f"User-Agent: Frontdesk/{settings.VERSION}".encode() in head
    assert b"Idempotency-Key: k" in head
    assert body == '{"name": "Größle"}'.encode()


def test_line__is_kept_for_further_calls() -> None:
    upstream = Upstream()
    with Hostile(say(ok(b"{}"), more=True)) as server:
        for _number in range(5):
            ask(server.url, upstream)

    assert (len(server.requests), server.lines) == (5, 1)


def test_line__that_was_closed_meanwhile_is_not_taken_for_a_lost_call() -> None:
    upstream = Upstream()
    with Hostile(say(ok(b"{}"))) as server:
        first = ask(server.url, upstream)
        time.sleep(0.2)
        second = ask(server.url, upstream)

    assert (first.status, second.status, len(server.requests)) == (200, 200, 2)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_redirect__is_not_followed(status: str) -> None:
    with Hostile(say(ok(b"{}"))) as elsewhere:
        redirect = ok(b"", f"Location: {elsewhere.url}/", status=status)
        with Hostile(say(redirect)) as server:
            answer = ask(server.url)

    assert answer.status == int(status[:3])
    assert elsewhere.requests == []


def endless(line: Any, _request: bytes) -> bool:
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        line.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


@pytest.mark.parametrize(
    "talk",
    [
        say(ok(b'{"a": "' + b"x" * 10_000_000 + b'"}')),
        endless,
        say(ok(gzip.compress(b"x" * 200_000_000), "Content-Encoding: gzip")),
        say(ok(b"junk", "Content-Encoding: br")),
    ],
    ids=["10 MB", "endless", "gzip bomb", "encoded"],
)
def test_large_answer__is_cut_off(talk: Talk) -> None:
    with Hostile(talk) as server:
        answer = ask(server.url)

    assert (answer.status, answer.data) == (200, None)
    assert len(answer.excerpt) <= 1000


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"<html>OK</html>", b"[" * 100_000, b"\xff\xfe", b'{"a": NaN', b'"\\ud800', b"\0" * 100, b"1" * 50_000],
)
def test_nonsense__is_an_answer_without_data(body: bytes) -> None:
    with Hostile(say(ok(body))) as server:
        answer = ask(server.url)

    assert (answer.status, answer.data) == (200, None)
    assert "\0" not in answer.excerpt


def drip(head: bytes, piece: bytes) -> Talk:
    def talk(line: Any, _request: bytes) -> bool:
        line.sendall(head)
        for _time in range(100):
            line.sendall(piece)
            time.sleep(0.2)
        return False

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drip(b"", b""),
    ],
    ids=["head", "body", "chunks", "silence"],
)
def test_drip__ends_with_the_calls_whole_time(talk: Talk) -> None:
    began = time.monotonic()

    with Hostile(talk) as server:
        error = fails(server.url)

    # Twenty seconds of dripping were on offer.
    assert time.monotonic() - began < 10
    assert (error.problem, error.sent) == (Problem.TOO_LATE, True)


@pytest.mark.parametrize(
    "talk",
    [
        say(b""),
        say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"),
        say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        say(b"junk junk\r\n\r\n"),
        say(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 500 + b"\r\n"),
        say(b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\n\r\n"),
    ],
    ids=["nothing", "short", "bad chunk", "junk", "many headers", "long line"],
)
def test_broken_answer__is_a_lost_call(talk: Talk) -> None:
    with Hostile(talk) as server:
        error = fails(server.url)

    assert error.sent
    assert error.problem in (Problem.LOST, Problem.TOO_LATE)


def test_nobody_there__was_not_sent() -> None:
    for url in ("http://127.0.0.1:9", "http://nowhere.invalid", "http://", "junk://x"):
        error = fails(url)
        assert (error.problem, error.sent) == (Problem.UNREACHABLE, False), url


def test_cookies_and_surroundings__are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    upstream = Upstream()
    with Hostile(say(ok(b"{}", "Set-Cookie: a=b; Path=/"), more=True)) as server:
        for _time in range(2):
            ask(server.url, upstream)

    assert b"cookie" not in server.requests[1].lower()


def test_key__appears_in_no_word_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f'{{"message": "key {SECRET} of Bearer abcdefghijkl is wrong"}}'.encode()
    with Hostile(say(ok(echo, status="401 Unauthorized"))) as server:
        answer = ask(server.url)
        error = fails(server.url.replace(str(server.port), "9"))

    call = Call(method="GET", url="http://x", headers={"X-API-Key": SECRET})
    for text in (answer.excerpt, repr(answer.excerpt), str(error), repr(error), repr(call), caplog.text):
        assert SECRET not in text
    assert "abcdefghijkl" not in answer.excerpt
