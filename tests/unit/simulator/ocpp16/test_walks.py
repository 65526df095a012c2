from datetime import UTC, datetime, timedelta

import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.memory.sqlite import SqliteMemory
from simulator.unit.keeping import recall
from simulator.unit.settings import Settings
from tests.unit.simulator.ocpp16.certificates import Authority

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)
LOCATION = "https://firmware.test/kilowait-2.1.bin"


def at(seconds=0.0):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0)
    monkeypatch.setattr("simulator.link.connection.FIRST_DELAY_S", 0.02)


@pytest.fixture
async def charge_point(charge_point):
    assert charge_point.set_configuration("SimulatedStepSeconds", "0") == "Accepted"
    return charge_point


def told(central, action="FirmwareStatusNotification"):
    return [one.status for one in central.of(action)]


async def hears(central, *statuses, action="FirmwareStatusNotification"):
    await central.until(lambda: told(central, action) == list(statuses))


def signed(certificate, request_id=5, **firmware):
    return call.SignedUpdateFirmware(
        request_id=request_id,
        firmware={
            "location": LOCATION, "retrieve_date_time": at(), "signing_certificate": certificate, "signature": "c2ln",
            **firmware,
        },
    )  # fmt: skip


async def test_new_firmware_is_fetched_installed_and_told_after_a_restart(central, charge_point):
    await central.ask("CP1", call.UpdateFirmware(location=LOCATION, retrieve_date=at()))
    await hears(central, "Downloading", "Downloaded", "Installing", "Installed")
    assert charge_point.view()["firmware"] == "kilowait-2.1"
    boots = central.of("BootNotification")
    assert [one.firmware_version for one in boots] == ["1.0", "kilowait-2.1"]
    actions = [one.action for one in central.heard]
    assert actions.index("BootNotification", 1) < len(actions) - 1 - actions[::-1].index("FirmwareStatusNotification")


async def test_an_installation_waits_for_the_running_charge(central, charge_point):
    charge_point.plug(1, CAR)
    await charge_point.tap(1, "ALICE")
    await charge_point.settled()
    await central.ask("CP1", call.UpdateFirmware(location=LOCATION, retrieve_date=at()))
    await hears(central, "Downloading", "Downloaded")
    await central.ask("CP1", call.TriggerMessage(requested_message="FirmwareStatusNotification"))
    await hears(central, "Downloading", "Downloaded", "Downloaded")
    assert await charge_point.tap(1, "ALICE") == "stopped"
    await central.until(lambda: told(central)[-1] == "Installed")
    assert (await central.hears("StopTransaction")).reason == "Local"


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        ("DownloadFailed", ["Downloading", "DownloadFailed"] * 3),
        ("InstallationFailed", ["Downloading", "Downloaded", "Installing", "InstallationFailed"]),
    ],
)
async def test_firmware_fails_as_it_is_told_to(central, charge_point, outcome, statuses):
    charge_point.set_configuration("SimulatedFirmwareOutcome", outcome)
    await central.ask("CP1", call.UpdateFirmware(location=LOCATION, retrieve_date=at(), retries=2, retry_interval=0))
    await hears(central, *statuses)
    assert len(central.of("BootNotification")) == 1
    await central.ask("CP1", call.TriggerMessage(requested_message="FirmwareStatusNotification"))
    await hears(central, *statuses, "Idle")


async def test_a_location_that_is_none_cannot_be_downloaded(central, charge_point):
    await central.ask("CP1", call.UpdateFirmware(location="the web", retrieve_date=at()))
    await hears(central, "Downloading", "DownloadFailed")


async def test_signed_firmware_is_scheduled_verified_and_installed(central, charge_point):
    authority = Authority()
    request = signed(authority.root, retrieve_date_time=at(0.3), install_date_time=at(0.6))
    assert (await central.ask("CP1", request)).status == "Accepted"
    await hears(
        central, "DownloadScheduled", "Downloading", "Downloaded", "SignatureVerified", "InstallScheduled",
        "Installing", "InstallRebooting", "Installed", action="SignedFirmwareStatusNotification",
    )  # fmt: skip
    assert {one.request_id for one in central.of("SignedFirmwareStatusNotification")} == {5}


async def test_signed_firmware_of_a_stranger_is_refused(central, charge_point):
    manufacturer, stranger = Authority("Manufacturer"), Authority("Stranger")
    await central.ask(
        "CP1",
        call.InstallCertificate(certificate_type="ManufacturerRootCertificate", certificate=manufacturer.root),
    )
    for certificate in (stranger.sign_new("Firmware"), "none", manufacturer.sign_new("Firmware", days=-1)):
        assert (await central.ask("CP1", signed(certificate))).status == "InvalidCertificate"
    charge_point.set_configuration("SimulatedFirmwareOutcome", "InvalidSignature")
    assert (await central.ask("CP1", signed(manufacturer.sign_new("Firmware")))).status == "Accepted"
    await hears(central, "Downloading", "Downloaded", "InvalidSignature", action="SignedFirmwareStatusNotification")


async def test_a_later_order_takes_the_place_of_one_on_its_way(central, charge_point):
    root = Authority().root
    assert (await central.ask("CP1", signed(root, 1, retrieve_date_time=at(600)))).status == "Accepted"
    assert (await central.ask("CP1", signed(root, 2, retrieve_date_time=at(600)))).status == "AcceptedCanceled"


async def test_diagnostics_are_uploaded_or_fail_as_told(central, charge_point):
    request = call.GetDiagnostics(location="ftp://logs.test/in", retries=1, retry_interval=0)
    assert (await central.ask("CP1", request)).file_name.startswith("diagnostics-CP1-")
    await hears(central, "Uploading", "Uploaded", action="DiagnosticsStatusNotification")
    charge_point.set_configuration("SimulatedUploadOutcome", "PermissionDenied")
    await central.ask("CP1", request)
    failed = ["Uploading", "UploadFailed"] * 2
    await hears(central, "Uploading", "Uploaded", *failed, action="DiagnosticsStatusNotification")


@pytest.mark.parametrize(("outcome", "told_as"), [("Uploaded", "Uploaded"), ("UploadFailed", "UploadFailure"),
                                                  ("BadMessage", "BadMessage")])  # fmt: skip
async def test_a_log_is_uploaded_with_its_request(central, charge_point, outcome, told_as):
    charge_point.set_configuration("SimulatedUploadOutcome", outcome)
    log = {"remote_location": "https://logs.test/in"}
    answer = await central.ask("CP1", call.GetLog(log=log, log_type="SecurityLog", request_id=8))
    assert (answer.status, answer.filename.split("-")[0]) == ("Accepted", "security")
    await hears(central, "Uploading", told_as, action="LogStatusNotification")
    assert {one.request_id for one in central.of("LogStatusNotification")} == {8}
    await central.ask("CP1", call.ExtendedTriggerMessage(requested_message="LogStatusNotification"))
    await hears(central, "Uploading", told_as, "Idle", action="LogStatusNotification")


async def test_an_update_goes_on_after_the_process_ended(central):
    store = SqliteMemory()
    async with ChargePoint("CP1", Settings(central=central.address), store=store) as charge_point:
        await charge_point.booted()
        await central.ask("CP1", call.UpdateFirmware(location=LOCATION, retrieve_date=at(0.5)))
    [memory] = recall(store)
    async with ChargePoint("CP1", memory.settings, store=store, memory=memory) as charge_point:
        charge_point.set_configuration("SimulatedStepSeconds", "0")
        await central.until(lambda: "Downloading" in told(central))
    store.close()
