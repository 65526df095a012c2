"""Services: an authority's certificate and key, from where a deployment keeps them."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.adapters.secret_manager import PREFIX, read_secret

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
_PEM = "-----BEGIN"


class BadAuthority(ValueError):
    """What is configured is no authority; one line that says what is wrong, and nothing of the key."""


def read_pem(name: str, value: str) -> bytes:
    """The PEM a setting names: a file, a secret, or the text itself. Raises :class:`BadAuthority`, `SecretTrouble`."""
    if value.lstrip().startswith(_PEM):
        return value.encode()
    if value.startswith(PREFIX):
        return read_secret(value)
    try:
        return Path(value).read_bytes()
    except (OSError, ValueError) as error:
        raise BadAuthority(f"{name} names a file that cannot be read ({type(error).__name__}).") from error


def load_pair(certificate_pem: bytes, key_pem: bytes) -> tuple[x509.Certificate, PrivateKey]:
    """The certificate and its key. Raises :class:`BadAuthority` unless they may sign for charge points."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        may_sign = any(
            isinstance(each.value, x509.BasicConstraints) and each.value.ca for each in certificate.extensions
        )
    except ValueError as error:
        raise BadAuthority("The authority's certificate is none in PEM.") from error
    try:
        key = load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError) as error:
        raise BadAuthority("The authority's key is none in PEM, or it has a password.") from error
    if not may_sign:
        raise BadAuthority("The authority's certificate may sign no others: it is no authority's.")
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise BadAuthority("The authority's key must be RSA or of an elliptic curve.")
    if key.public_key() != certificate.public_key():
        raise BadAuthority("The authority's key is not that of its certificate.")
    return certificate, key
