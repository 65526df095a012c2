"""Services: a request for a certificate (PKCS #10), judged: what it asks for, and whether its key may be trusted."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

PublicKey = RSAPublicKey | EllipticCurvePublicKey
MOST_CHARS = 5_500
"""By OCPP's schema."""
RSA_BITS = range(2048, 8193)
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_WEAK = frozenset({"md5", "sha1"})


class BadRequest(ValueError):
    """The request is not granted; the text says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a request counts."""

    common_name: str
    organisation: str
    public_key: PublicKey


def request_of(pem: str) -> Asked:
    """What a request in PEM asks for. Raises :class:`BadRequest`: too long, no PEM, a weak key, not its own key."""
    if len(pem) > MOST_CHARS:
        raise BadRequest(f"it has more than {MOST_CHARS} characters")
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        names = [_named(request, which) for which in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)]
        key = request.public_key()
        digest = request.signature_hash_algorithm
        is_its_own = request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm) as error:
        if isinstance(error, BadRequest):
            raise
        raise BadRequest("it is no request for a certificate in PEM that can be read") from error
    if digest is None or digest.name in _WEAK:
        raise BadRequest("it is signed with a digest that is too weak")
    if not is_its_own:
        raise BadRequest("its signature is not its key's")
    return Asked(common_name=names[0], organisation=names[1], public_key=_trusted(key))


def _trusted(key: object) -> PublicKey:
    if isinstance(key, RSAPublicKey):
        if key.key_size not in RSA_BITS:
            raise BadRequest(f"an RSA key of {key.key_size} bits is not taken: {RSA_BITS[0]} to {RSA_BITS[-1]}")
        return key
    if isinstance(key, EllipticCurvePublicKey):
        if key.curve.name not in CURVES:
            raise BadRequest(f"the curve {key.curve.name} is not taken: {', '.join(sorted(CURVES))}")
        return key
    raise BadRequest("its key is neither RSA nor of an elliptic curve")


def _named(request: x509.CertificateSigningRequest, which: x509.ObjectIdentifier) -> str:
    """A name of the subject; empty when there is none."""
    found = request.subject.get_attributes_for_oid(which)
    if len(found) > 1:
        raise BadRequest("its subject has a name twice")
    return str(found[0].value) if found else ""
