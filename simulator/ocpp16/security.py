"""The security whitepaper: keys, profiles, certificates, events."""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Callable
from typing import Any

from simulator.link.errors import Answer, CallFailed, NotConnected
from simulator.link.tls import Security
from simulator.ocpp16 import certificates
from simulator.ocpp16.certificates import BadCertificate
from simulator.ocpp16.keys import KEYS
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point
from simulator.ocpp16.state import InstalledCertificate
from simulator.unit.unit import timestamp

# How long a new security profile may take to connect before the old one is used again.
FALL_BACK_S = 30.0

log = logging.getLogger(__name__)

CENTRAL_ROOT = "CentralSystemRootCertificate"


def profile(point: Point) -> int:
    """0–3: what the central system set, or else the settings."""
    return point.configuration.count("SecurityProfile")


def roots(point: Point, use: str = CENTRAL_ROOT) -> list[str]:
    """PEM of those installed; and, for the central system's, the one in the settings."""
    installed = [one.pem for one in point.state.certificates if one.use == use]
    ca = point.unit.settings.ca
    return [*installed, ca] if use == CENTRAL_ROOT and ca is not None else installed


def of(point: Point) -> Security:
    """How the next connection is made."""
    settings, own, key = point.unit.settings, point.state.own_certificate, point.state.authorization_key
    password = settings.password.encode() if settings.password is not None else None
    return Security(
        profile=profile(point),
        password=bytes.fromhex(key) if key is not None else password,
        ca="\n".join(roots(point)) or None,
        certificate=own.chain or settings.certificate,
        key=own.key if own.chain is not None else settings.key,
    )


# -- configuration -------------------------------------------------------------------------------------------


def change_authorization_key(point: Point, value: str) -> tuple[str, Callable[[], object] | None]:
    """Used by the connection that follows (whitepaper, A01)."""
    takes = KEYS["AuthorizationKey"].takes
    if takes is None or not takes(value):
        return "Rejected", None
    point.state.authorization_key = bytes.fromhex(value).hex()
    event(point, "ReconfigurationOfSecurityParameters", "AuthorizationKey")
    point.unit.commit()
    return "Accepted", point.unit.firmware.reconnect


def change_profile(point: Point, value: str) -> tuple[str, Callable[[], object] | None]:
    """Only upwards, and only with what the profile needs (whitepaper, A05). Falls back when nobody answers."""
    before, security = point.configuration.text("SecurityProfile"), of(point)
    takes = KEYS["SecurityProfile"].takes
    if takes is None or not takes(value) or int(value) < int(before):
        return "Rejected", None
    wanted = int(value)
    lacks_password = wanted in {1, 2} and security.password is None
    lacks_root = wanted >= 2 and security.ca is None
    lacks_certificate = wanted == 3 and (security.certificate is None or security.key is None)
    if lacks_password or lacks_root or lacks_certificate:
        return "Rejected", None
    if value == before:
        return "Accepted", None
    point.configuration.change("SecurityProfile", value)
    event(point, "ReconfigurationOfSecurityParameters", "SecurityProfile")
    point.unit.commit()
    return "Accepted", lambda: point.unit.start(_move(point, before))


async def _move(point: Point, before: str) -> None:
    """Connect by the new profile, or again by the old one."""
    opened = point.unit.connection.opened
    opened.clear()
    point.unit.firmware.reconnect()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FALL_BACK_S):
            await opened.wait()
        return
    log.warning("%s: no connection by the new security profile; back to %s", point.unit.id, before)
    point.configuration.change("SecurityProfile", before)
    point.unit.commit()
    point.unit.firmware.reconnect()


# -- certificates --------------------------------------------------------------------------------------------


def install_certificate(point: Point, payload: dict[str, Any]) -> Answer:
    """Rejected: no certificate, or not valid now, or no room."""
    pem, use = payload["certificate"], payload["certificateType"]
    try:
        certificates.check(pem, point.unit.now())
    except BadCertificate as bad:
        log.info("%s: certificate rejected: %s", point.unit.id, bad)
        return status("Rejected")
    kept = [one for one in point.state.certificates if one.pem != pem or one.use != use]
    if len(kept) >= point.configuration.count("CertificateStoreMaxLength"):
        return status("Rejected")
    point.state.certificates[:] = [*kept, InstalledCertificate(use=use, pem=pem)]
    point.unit.commit()
    return status("Accepted")


def get_installed_certificate_ids(point: Point, payload: dict[str, Any]) -> Answer:
    """Hash data of every root of one use."""
    use = payload["certificateType"]
    found = [certificates.hash_data(one.pem) for one in point.state.certificates if one.use == use]
    if not found:
        return status("NotFound")
    return {"status": "Accepted", "certificateHashData": found}, None


def delete_certificate(point: Point, payload: dict[str, Any]) -> Answer:
    """Failed for the last root that the present connection is believed by."""
    wanted = payload["certificateHashData"]
    algorithm = wanted["hashAlgorithm"]
    matching = [one for one in point.state.certificates if _same(certificates.hash_data(one.pem, algorithm), wanted)]
    if not matching:
        return status("NotFound")
    kept = [one for one in point.state.certificates if one not in matching]
    left = point.unit.settings.ca is not None or any(one.use == CENTRAL_ROOT for one in kept)
    if profile(point) >= 2 and not left:
        return status("Failed")
    point.state.certificates[:] = kept
    point.unit.commit()
    return status("Accepted")


def _same(one: dict[str, str], other: dict[str, str]) -> bool:
    names = ("issuerNameHash", "issuerKeyHash", "serialNumber")
    return all(
        hmac.compare_digest(one[name].lower().lstrip("0").encode(), other[name].lower().lstrip("0").encode())
        for name in names
    )


def certificate_signed(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted where it is of the key that was asked for, valid, and from somebody trusted."""
    chain, own = payload["certificateChain"], point.state.own_certificate
    try:
        _check_own(point, chain)
    except BadCertificate as bad:
        event(point, "InvalidChargePointCertificate", str(bad))
        point.unit.commit()
        return status("Rejected")
    own.chain, own.key, own.next_key = chain, own.next_key, None
    point.unit.commit()
    return {"status": "Accepted"}, point.unit.firmware.reconnect if profile(point) == 3 else None


def _check_own(point: Point, chain: str) -> None:
    """Raises :class:`BadCertificate`."""
    if len(chain) > point.configuration.count("CertificateSignedMaxChainSize"):
        raise BadCertificate("the chain is too long")
    key = point.state.own_certificate.next_key
    leaf = certificates.check_chain(chain, roots(point), point.unit.now())
    if key is None or not certificates.belong_together(leaf, key):
        raise BadCertificate("it is not of the key that was asked for")


def signing_request(point: Point) -> dict[str, Any]:
    """SignCertificate.req with a new key; the key is kept until its certificate comes."""
    key, csr = certificates.request(point.unit.id, point.configuration.text("CpoName"))
    point.state.own_certificate.next_key = key
    point.unit.commit()
    return {"csr": csr}


async def sign(point: Point) -> None:
    """Ask for a certificate."""
    try:
        await point.unit.call("SignCertificate", signing_request(point))
    except (CallFailed, NotConnected) as error:
        log.info("%s: SignCertificate was not taken: %s", point.unit.id, error)


# -- events --------------------------------------------------------------------------------------------------


def event(point: Point, kind: str, info: str | None = None) -> None:
    """Told durably by a charge point that has a security profile; to be saved by the caller."""
    if profile(point) > 0:
        point.unit.queue("SecurityEventNotification", event_payload(point, kind, info), "")


def event_payload(point: Point, kind: str, info: str | None = None) -> dict[str, Any]:
    """SecurityEventNotification.req."""
    payload = {"type": kind, "timestamp": timestamp(point.unit.now())}
    return payload | ({"techInfo": info[:255]} if info else {})
