"""Requests for certificates, as charge points make them, and an authority's files."""

from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from services.authority.authority import Authority
from services.authority.making import make_authority

ORGANISATION = "Rows of Chargers"
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def authority_files() -> tuple[bytes, bytes]:
    """An authority's certificate and key, PEM."""
    return make_authority(ORGANISATION, MADE_AT)


def authority() -> Authority:
    return Authority(*authority_files())


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(curve: str = "secp256r1") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key({"secp256r1": ec.SECP256R1, "secp224r1": ec.SECP224R1}[curve]())


def request_pem(
    *common_names: str,
    organisation: str = ORGANISATION,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | None = None,
) -> str:
    """A request in PEM for these names, signed with ``key`` (P-256 unless given)."""
    names = [x509.NameAttribute(NameOID.COMMON_NAME, each) for each in common_names]
    if organisation:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    signer = key or ec_key()
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    # A request to be an authority oneself is not listened to.
    asked = asked.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return asked.sign(signer, digest).public_bytes(Encoding.PEM).decode()
