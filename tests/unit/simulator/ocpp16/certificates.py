"""A certificate authority for tests."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """``root`` is its certificate as PEM."""

    def __init__(self, name="Root"):
        self._name = named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign(self._name, self._key.public_key(), authority=True)
        self.root = pem(self.certificate)

    def sign_new(self, name, days=1):
        """A certificate of a new key; ``days`` negative: no longer valid."""
        return pem(self._sign(named(name), ec.generate_private_key(ec.SECP256R1()).public_key(), days=days))

    def sign(self, csr):
        """The certificate that a request asks for."""
        request = x509.load_pem_x509_csr(csr.encode())
        assert request.is_signature_valid
        return pem(self._sign(request.subject, request.public_key()))

    def server(self):
        """PEM of certificate and key for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return pem(self._sign(named("127.0.0.1"), key.public_key())) + private

    def _sign(self, subject, public_key, *, authority=False, days=1):
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=-2))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
                    key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False,
                    decipher_only=False,
                ), critical=True,
            )
            .sign(self._key, hashes.SHA256())
        )  # fmt: skip


def pem(certificate):
    return certificate.public_bytes(Encoding.PEM).decode()
