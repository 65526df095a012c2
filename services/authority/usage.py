"""Services: what a certificate's key may be used for, as an extension (RFC 5280, 4.2.1.3)."""

from cryptography import x509

_ALL = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def key_usage(*allowed: str) -> x509.KeyUsage:
    """These uses and no other. Raises ``TypeError`` for one that is none."""
    return x509.KeyUsage(**(dict.fromkeys(_ALL, False) | dict.fromkeys(allowed, True)))
