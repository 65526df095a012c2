"""Services: makes a deployment's authority: a certificate for its chargers' trust, a key for the operator to guard."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.authority.usage import key_usage

VALID_FOR = timedelta(days=3650)
MOST_NAME_CHARS = 64


def make_authority(organisation: str, now: datetime) -> tuple[bytes, bytes]:
    """A new authority's certificate and key, both PEM. P-256, ten years. Raises ``ValueError`` for the name."""
    if not 1 <= len(organisation) <= MOST_NAME_CHARS or not organisation.isprintable():
        raise ValueError(f"the organisation's name must have 1 to {MOST_NAME_CHARS} printable characters")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, "Charge points"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), secret
