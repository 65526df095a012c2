import hashlib
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.charge_point import ChargePoint
from simulator.unit.settings import Settings
from tests.unit.simulator.central import Central
from tests.unit.simulator.ocpp16.certificates import Authority, pem

pytestmark = pytest.mark.anyio

CENTRAL = "CentralSystemRootCertificate"
KEY = "00112233445566778899aabbccddeeff"


@pytest.fixture(autouse=True)
def quick_reconnection(monkeypatch):
    monkeypatch.setattr("simulator.link.connection.FIRST_DELAY_S", 0.02)
    monkeypatch.setattr("simulator.link.connection.LONGEST_DELAY_S", 0.05)
    monkeypatch.setattr("simulator.ocpp16.security.FALL_BACK_S", 0.3)


@pytest.fixture(scope="module")
def authority():
    return Authority()


async def install(central, certificate, use=CENTRAL):
    return (await central.ask("CP1", call.InstallCertificate(certificate_type=use, certificate=certificate))).status


async def installed(central, use=CENTRAL):
    answer = await central.ask("CP1", call.GetInstalledCertificateIds(certificate_type=use))
    return answer.status, answer.certificate_hash_data


async def delete(central, hash_data):
    return (await central.ask("CP1", call.DeleteCertificate(certificate_hash_data=hash_data))).status


async def change(central, key, value):
    return (await central.ask("CP1", call.ChangeConfiguration(key=key, value=value))).status


async def test_roots_are_installed_listed_by_their_hashes_and_deleted(central, charge_point, authority):
    assert await installed(central) == ("NotFound", None)
    assert [await install(central, authority.root) for _ in range(2)] == ["Accepted"] * 2
    status, [found] = await installed(central)
    root = authority.certificate
    point = root.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert (status, found) == ("Accepted", {
        "hash_algorithm": "SHA256",
        "issuer_name_hash": hashlib.sha256(root.issuer.public_bytes()).hexdigest(),
        "issuer_key_hash": hashlib.sha256(point).hexdigest(),
        "serial_number": f"{root.serial_number:x}",
    })  # fmt: skip
    assert await installed(central, "ManufacturerRootCertificate") == ("NotFound", None)
    assert await delete(central, found | {"serial_number": "1"}) == "NotFound"
    assert [await delete(central, found) for _ in range(2)] == ["Accepted", "NotFound"]


async def test_what_is_no_valid_certificate_is_not_installed(central, charge_point, authority):
    for certificate in (
        "",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        authority.sign_new("x", -1),
    ):
        assert await install(central, certificate) == "Rejected"
    statuses = [await install(central, authority.sign_new(str(number))) for number in range(11)]
    assert statuses == ["Accepted"] * 10 + ["Rejected"]


async def test_a_certificate_is_asked_for_and_taken_from_somebody_trusted_only(central, charge_point, authority):
    await install(central, authority.root)
    await change(central, "CpoName", "Kilowait")
    trigger = call.ExtendedTriggerMessage(requested_message="SignChargePointCertificate")
    assert (await central.ask("CP1", trigger)).status == "Accepted"
    csr = (await central.hears("SignCertificate")).csr
    subject = x509.load_pem_x509_csr(csr.encode()).subject.rfc4514_string()
    assert subject == "CN=CP1,O=Kilowait"
    stranger = Authority("Root")
    for certificate in (authority.sign_new("CP1"), stranger.sign(csr), "none"):
        answer = await central.ask("CP1", call.CertificateSigned(certificate_chain=certificate))
        assert answer.status == "Rejected"
    for expected in ("Accepted", "Rejected"):
        answer = await central.ask("CP1", call.CertificateSigned(certificate_chain=authority.sign(csr)))
        assert answer.status == expected


async def test_a_profile_needs_what_it_needs_and_never_goes_down(central, charge_point, authority):
    for value in ("1", "2", "3", "4", "x"):
        assert await change(central, "SecurityProfile", value) == "Rejected"
    await change(central, "AuthorizationKey", KEY)
    await central.until(lambda: len(central.authorizations) == 2)
    assert await change(central, "SecurityProfile", "2") == "Rejected"
    assert await change(central, "SecurityProfile", "1") == "Accepted"
    await central.until(lambda: len(central.authorizations) == 3)
    assert await charge_point.booted()
    assert await change(central, "SecurityProfile", "0") == "Rejected"
    assert charge_point.view()["security_profile"] == 1
    assert [one.type for one in central.of("SecurityEventNotification")] == ["ReconfigurationOfSecurityParameters"]


async def test_a_profile_that_does_not_connect_is_given_up(central, charge_point, authority):
    await change(central, "AuthorizationKey", KEY)
    await central.until(lambda: len(central.authorizations) == 2)
    await install(central, authority.root)
    # The central system speaks no TLS.
    assert await change(central, "SecurityProfile", "2") == "Accepted"
    await central.until(lambda: len(central.authorizations) == 3)
    assert charge_point.view()["security_profile"] == 0


async def test_the_last_root_of_a_connection_by_tls_stays(authority, tmp_path):
    async with tls_central(authority, tmp_path) as central:
        settings = Settings(central=central.address, security_profile=2, password="s3cret", ca=authority.root)
        async with ChargePoint("CP1", settings) as charge_point:
            assert await charge_point.booted()
            assert central.authorizations == ["Basic Q1AxOnMzY3JldA=="]
            await install(central, authority.root)
            _, [found] = await installed(central)
            await charge_point.update(Settings(central=central.address, security_profile=2, password="s3cret"))
            assert await charge_point.booted()
            assert await delete(central, found) == "Failed"


async def test_a_central_system_that_is_not_trusted_is_not_spoken_to(authority, tmp_path):
    async with tls_central(authority, tmp_path) as central:
        settings = Settings(central=central.address, security_profile=2, password="s3cret", ca=Authority("Other").root)
        async with ChargePoint("CP1", settings) as charge_point:
            assert not await charge_point.booted(0.3)
            assert "certificate verify failed" in charge_point.view()["connection"]["last_error"]


async def test_mutual_tls_with_the_certificate_that_was_signed(authority, tmp_path):
    async with tls_central(authority, tmp_path) as central:
        settings = Settings(central=central.address, security_profile=2, password="s3cret", ca=authority.root)
        async with ChargePoint("CP1", settings) as charge_point:
            assert await charge_point.booted()
            assert await change(central, "SecurityProfile", "3") == "Rejected"
            await charge_point.send("SignCertificate")
            csr = central.of("SignCertificate")[0].csr
            await central.ask("CP1", call.CertificateSigned(certificate_chain=authority.sign(csr)))
            central.require_certificate()
            assert await change(central, "SecurityProfile", "3") == "Accepted"
            await central.until(lambda: len(central.authorizations) == 2)
            assert await charge_point.booted()
            assert central.authorizations[-1] is None
            assert charge_point.view()["security_profile"] == 3


class TlsCentral(Central):
    def __init__(self, context):
        super().__init__()
        self.tls = self._context = context

    def require_certificate(self):
        self._context.verify_mode = ssl.CERT_REQUIRED


def tls_central(authority, folder):
    both, root = folder / "server.pem", folder / "root.pem"
    both.write_text(authority.server())
    root.write_text(pem(authority.certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    context.load_verify_locations(root)
    return TlsCentral(context)
