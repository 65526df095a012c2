"""What the deployment's authority signs, and what it refuses."""

import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.authority.authority import VALID_FOR, Authority
from services.authority.keys import BadAuthority, load_pair, read_pem
from services.authority.making import make_authority
from services.ports import CertificateRefused
from tests.fakes.certificate_requests import (
    MADE_AT,
    ORGANISATION,
    authority,
    authority_files,
    ec_key,
    request_pem,
    rsa_key,
)

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def why(request: str, charge_point_id: str = "CP 1", by: Authority | None = None, now: datetime = NOW) -> str:
    verdict = (by or authority()).sign(charge_point_id, request, now)
    assert isinstance(verdict, CertificateRefused), verdict
    return verdict.why


@pytest.mark.parametrize("key", [ec_key(), rsa_key(2048)], ids=["P-256", "RSA-2048"])
def test_a_certificate_is_for_the_key_and_the_charge_point_and_for_clients_only(key) -> None:
    signer = authority()
    issued = signer.sign("CP 1", request_pem("CP 1", key=key), NOW)
    assert not isinstance(issued, CertificateRefused)
    made = x509.load_pem_x509_certificate(issued.pem.encode())
    assert made.public_key() == key.public_key()
    assert issued.subject == f"CN=CP 1,O={ORGANISATION}" == made.subject.rfc4514_string()
    assert int(issued.serial, 16) == made.serial_number
    assert issued.not_after == made.not_valid_after_utc == NOW + VALID_FOR
    assert made.not_valid_before_utc < NOW
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    ours = x509.load_pem_x509_certificate(authority_files()[0])
    made.verify_directly_issued_by(ours)
    assert x509.load_pem_x509_certificates(signer.chain(issued).encode()) == [made, ours]


def test_a_bridge_that_trusts_the_authority_knows_the_charge_point_by_its_certificate(tmp_path) -> None:
    issued = authority().sign("CP 1", request_pem("CP 1"), datetime.now(UTC))
    assert not isinstance(issued, CertificateRefused)
    key = ec_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "client.pem").write_bytes(key + authority().chain(issued).encode())
    server_authority = trustme.CA()
    bridge = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority_files()[0].decode())
    bridge.verify_mode = ssl.CERT_REQUIRED
    server_authority.issue_cert("bridge.example.org").configure_cert(bridge)
    box = ssl.create_default_context()
    server_authority.configure_trust(box)
    box.load_cert_chain(tmp_path / "client.pem")
    assert client_seen(bridge, box) == {"commonName": "CP 1", "organizationName": ORGANISATION}


def client_seen(bridge: ssl.SSLContext, box: ssl.SSLContext) -> dict[str, str]:
    """Shake hands in memory; the subject of the client's certificate as the server has verified it."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = bridge.wrap_bio(up, down, server_side=True)
    client = box.wrap_bio(down, up, server_hostname="bridge.example.org")
    for _ in range(4):
        for side in (client, server):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    subject: Any = (server.getpeercert() or {})["subject"]
    return {name: value for ((name, value),) in subject}


def test_a_request_without_an_organisation_is_given_ours() -> None:
    issued = authority().sign("CP 1", request_pem("CP 1", organisation=""), NOW)
    assert not isinstance(issued, CertificateRefused)
    assert f"O={ORGANISATION}" in issued.subject


@pytest.mark.parametrize(
    ("request_text", "said"),
    [
        ("", "no request for a certificate"),
        ("A" * 5_501, "more than 5500 characters"),
        ("-----BEGIN CERTIFICATE REQUEST-----\n!!!\n-----END CERTIFICATE REQUEST-----\n", "no request"),
        (authority_files()[0].decode(), "no request"),
        (request_pem("CP 2"), "its common name is 'CP 2', not 'CP 1'"),
        (request_pem(), "its common name is ''"),
        (request_pem("CP 1", "CP 1"), "a name twice"),
        (request_pem("CP 1", organisation="Others"), "its organisation is 'Others'"),
        (request_pem("CP 1", key=rsa_key(1024)), "an RSA key of 1024 bits is not taken"),
        (request_pem("CP 1", key=ec_key("secp224r1")), "the curve secp224r1 is not taken"),
        (request_pem("CP 1", key=ed25519.Ed25519PrivateKey.generate()), "too weak"),
        ("\ud800", "no request"),
    ],
    ids=["empty", "long", "no base64", "a certificate", "another", "nobody", "two", "others", "RSA-1024", "P-224",
         "Ed25519", "no text"],
)  # fmt: skip
def test_what_is_no_good_request_is_refused_with_a_reason(request_text: str, said: str) -> None:
    assert said in why(request_text)


def test_a_request_whose_signature_is_another_keys_is_refused() -> None:
    lines = request_pem("CP 1").splitlines()
    body = list(lines[-2])
    body[-8] = "A" if body[-8] != "A" else "B"
    forged = "\n".join([*lines[:-2], "".join(body), lines[-1]])
    assert why(forged) in {
        "its signature is not its key's",
        "it is no request for a certificate in PEM that can be read",
    }


def test_no_certificate_outlives_the_authority() -> None:
    nearly = MADE_AT + timedelta(days=3650) - timedelta(days=1)
    issued = authority().sign("CP 1", request_pem("CP 1"), nearly)
    assert not isinstance(issued, CertificateRefused)
    assert issued.not_after == nearly + timedelta(days=1)
    assert why(request_pem("CP 1"), now=nearly + timedelta(days=2)) == "the authority's own certificate has ended"


def test_only_an_authoritys_own_certificate_and_key_are_taken(tmp_path) -> None:
    certificate, key = authority_files()
    other_certificate, other_key = make_authority("Others", MADE_AT)
    leaf = authority().sign("CP 1", request_pem("CP 1"), NOW)
    assert not isinstance(leaf, CertificateRefused)
    for pair, said in (
        ((certificate, other_key), "not that of its certificate"),
        ((b"x", key), "none in PEM"),
        ((certificate, b"x"), "none in PEM"),
        ((leaf.pem.encode(), key), "may sign no others"),
    ):
        with pytest.raises(BadAuthority, match=said):
            load_pair(*pair)
    assert load_pair(other_certificate, other_key)
    with pytest.raises(BadAuthority, match="KILOWAIT_AUTHORITY_KEY names a file that cannot be read"):
        read_pem("KILOWAIT_AUTHORITY_KEY", str(tmp_path / "none.pem"))
    (tmp_path / "key.pem").write_bytes(key)
    assert read_pem("KILOWAIT_AUTHORITY_KEY", str(tmp_path / "key.pem")) == key
    assert read_pem("KILOWAIT_AUTHORITY_KEY", key.decode()) == key


@pytest.mark.parametrize("name", ["", "x" * 65, "line\nbreak"])
def test_an_authority_has_a_name_people_can_read(name: str) -> None:
    with pytest.raises(ValueError, match="organisation's name"):
        make_authority(name, MADE_AT)
