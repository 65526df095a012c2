"""Services: signs the certificates of charge points (security whitepaper of OCPP 1.6, SignCertificate)."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from model.charge_point_records import IssuedCertificate
from model.ids import fold
from services.authority.keys import load_pair
from services.authority.request import Asked, BadRequest, PublicKey, request_of
from services.authority.usage import key_usage
from services.ports import CertificateRefused

VALID_FOR = timedelta(days=365)
SET_BACK = timedelta(hours=1)
"""How long before now a certificate begins: charge points' clocks are not exact."""


class Authority:
    """An authority's certificate and key. Implements :class:`services.ports.CertificateAuthority`.

    The key stays in this process's memory.
    """

    def __init__(self, certificate_pem: bytes, key_pem: bytes) -> None:
        """Raises :class:`services.authority.keys.BadAuthority`."""
        self._certificate, self._key = load_pair(certificate_pem, key_pem)
        found = self._certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        self.organisation = str(found[0].value) if found else ""
        """Whose charge points these are; empty: the authority's certificate does not say."""

    def sign(self, charge_point_id: str, request_pem: str, now: datetime) -> IssuedCertificate | CertificateRefused:
        """See the port. Valid for a year at most, and no longer than the authority."""
        try:
            asked = request_of(request_pem)
            self._check_names(asked, charge_point_id)
        except BadRequest as error:
            return CertificateRefused(why=str(error))
        not_after = min(now + VALID_FOR, self._certificate.not_valid_after_utc)
        if not_after <= now:
            return CertificateRefused(why="the authority's own certificate has ended")
        made = self._made(charge_point_id, asked.public_key, now, not_after)
        return IssuedCertificate(
            serial=f"{made.serial_number:x}",
            subject=made.subject.rfc4514_string(),
            issued_at=now,
            not_after=made.not_valid_after_utc,
            pem=made.public_bytes(Encoding.PEM).decode(),
        )

    def chain(self, issued: IssuedCertificate) -> str:
        """See the port."""
        return issued.pem + self._certificate.public_bytes(Encoding.PEM).decode()

    def _check_names(self, asked: Asked, charge_point_id: str) -> None:
        if asked.common_name != charge_point_id:
            raise BadRequest(f"its common name is {asked.common_name[:64]!r}, not {charge_point_id!r}")
        if asked.organisation and self.organisation and fold(asked.organisation) != fold(self.organisation):
            raise BadRequest(f"its organisation is {asked.organisation[:64]!r}, not {self.organisation!r}")

    def _made(self, charge_point_id: str, key: PublicKey, now: datetime, not_after: datetime) -> x509.Certificate:
        """Of the request only the key is taken over: what it may be used for is ours to say."""
        names = [x509.NameAttribute(NameOID.COMMON_NAME, charge_point_id)]
        if self.organisation:
            names.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organisation))
        uses = ["digital_signature", *(["key_encipherment"] if isinstance(key, rsa.RSAPublicKey) else [])]
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name(names))
            .issuer_name(self._certificate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(max(now - SET_BACK, self._certificate.not_valid_before_utc))
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage(*uses), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(issuer_key, critical=False)
            .sign(self._key, hashes.SHA256())
        )
