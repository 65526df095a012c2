"""X.509 as the security whitepaper uses it: hash data, checks, a key and its request. The library is loaded by
the first charge point that needs it.
"""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

ALGORITHMS = ("SHA256", "SHA384", "SHA512")


class BadCertificate(ValueError):
    """No certificate, or none that is good for what it is meant for; the text says why."""


def parse(pem: str) -> "list[x509.Certificate]":
    """A chain, leaf first. Raises :class:`BadCertificate`."""
    from cryptography import x509  # noqa: PLC0415 -- as the docstring says

    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise BadCertificate(f"no PEM certificate: {error}") from error


def check(pem: str, now: datetime) -> "x509.Certificate":
    """The first certificate, valid now. Raises :class:`BadCertificate`."""
    leaf = parse(pem)[0]
    if not leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
        raise BadCertificate("not valid now")
    return leaf


def check_chain(pem: str, roots: list[str], now: datetime) -> "x509.Certificate":
    """The first certificate, valid now, issued by those after it up to one of ``roots``, where there are any.
    Raises :class:`BadCertificate`.
    """
    leaf = check(pem, now)
    if not roots:
        return leaf
    trusted = [one for root in roots for one in parse(root)]
    issuers = [*parse(pem)[1:], *trusted]
    at = leaf
    for _ in range(1 + len(issuers)):
        if at in trusted:
            return leaf
        at = _issuer(at, issuers)
    raise BadCertificate("its issuers run in a circle")


def _issuer(certificate: "x509.Certificate", among: "list[x509.Certificate]") -> "x509.Certificate":
    """Raises :class:`BadCertificate`."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- as above

    for issuer in among:
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return issuer
    raise BadCertificate("issued by nobody that is trusted")


def hash_data(pem: str, algorithm: str = "SHA256") -> dict[str, str]:
    """``CertificateHashDataType`` (RFC 6960, 4.1.1) of a root, which is its own issuer."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 -- as above

    certificate = parse(pem)[0]
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "hashAlgorithm": algorithm,
        "issuerNameHash": hashlib.new(algorithm.lower(), certificate.issuer.public_bytes()).hexdigest(),
        "issuerKeyHash": hashlib.new(algorithm.lower(), _bit_string(key)).hexdigest(),
        "serialNumber": f"{certificate.serial_number:x}",
    }


def request(charge_point_id: str, organization: str) -> tuple[str, str]:
    """A new private key and its certificate signing request, both PEM."""
    from cryptography import x509  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = [x509.NameAttribute(NameOID.COMMON_NAME, charge_point_id)]
    if organization:
        name.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    signed = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(name)).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), signed.public_bytes(Encoding.PEM).decode()


def belong_together(certificate: "x509.Certificate", private_key: str) -> bool:
    """Whether this is the certificate of that key."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 -- as above

    return load_pem_private_key(private_key.encode(), None).public_key() == certificate.public_key()


def _bit_string(public_key: bytes) -> bytes:
    """The key of a SubjectPublicKeyInfo without algorithm, tag, length and unused bits."""
    rest = _content(public_key)
    algorithm_end = len(rest) - len(_after(rest))
    return _content(rest[algorithm_end:])[1:]


def _header(der: bytes) -> tuple[int, int]:
    """Where the content of the first element begins, and its length."""
    if der[1] < 0x80:
        return 2, der[1]
    count = der[1] & 0x7F
    return 2 + count, int.from_bytes(der[2 : 2 + count])


def _content(der: bytes) -> bytes:
    start, length = _header(der)
    return der[start : start + length]


def _after(der: bytes) -> bytes:
    start, length = _header(der)
    return der[start + length :]
