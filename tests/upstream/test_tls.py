"""Who the upstream is, is checked: without a certificate that is trusted nothing is sent."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from customers.upstream import Call, NoAnswer, Problem, Upstream
from tests.upstream.hostile import Hostile, ok, say


def certificate(folder: Path, address: str = "127.0.0.1", *, days: int = 1) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for an address, signed by itself; return its file and a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Upstream")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, private = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return path, context


def ask(url: str) -> int:
    call = Call(method="POST", url=url, headers={"X-API-Key": "sk_live_secret"}, body={"a": 1})
    return Upstream().call(call).status


def test_certificate__that_is_trusted(tmp_path: Path, settings: Any) -> None:
    path, context = certificate(tmp_path)
    settings.UPSTREAM_CA_FILE = str(path)

    with Hostile(say(ok(b"{}")), context) as server:
        status = ask(server.url)

    assert status == 200


@pytest.mark.parametrize("fault", ["unknown", "other address", "expired", "no TLS at all"])
def test_certificate__that_is_not_gets_nothing(tmp_path: Path, settings: Any, fault: str) -> None:
    address = "127.0.0.2" if fault == "other address" else "127.0.0.1"
    path, context = certificate(tmp_path, address, days=-1 if fault == "expired" else 1)
    if fault != "unknown":
        settings.UPSTREAM_CA_FILE = str(path)
    settings.DELIVERY_DEADLINE = settings.DELIVERY_READ_TIMEOUT = 2

    with Hostile(say(ok(b"{}")), None if fault == "no TLS at all" else context) as server, pytest.raises(NoAnswer) as e:
        ask(server.url.replace("http:", "https:"))

    assert not e.value.sent
    if fault != "no TLS at all":
        assert e.value.problem is Problem.UNTRUSTED
        assert server.requests == []
