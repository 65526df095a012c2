from datetime import UTC, datetime, timedelta

import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.charge_point import ChargePoint
from simulator.memory.port import StateError
from simulator.memory.sqlite import SqliteMemory
from simulator.unit.keeping import recall
from simulator.unit.settings import Settings
from tests.unit.simulator.ocpp16.certificates import Authority

pytestmark = pytest.mark.anyio

PROFILE = {
    "charging_profile_id": 1,
    "stack_level": 0,
    "charging_profile_purpose": "TxDefaultProfile",
    "charging_profile_kind": "Relative",
    "charging_schedule": {"charging_rate_unit": "A", "charging_schedule_period": [{"start_period": 0, "limit": 8.0}]},
}


def requests():
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    entry = {"id_tag": "LISTED", "id_tag_info": {"status": "Accepted"}}
    return [
        call.ChangeConfiguration(key="HeartbeatInterval", value="77"),
        call.ChangeConfiguration(key="ConnectorPhaseRotation", value="RST"),
        call.SendLocalList(list_version=4, update_type="Full", local_authorization_list=[entry]),
        call.ReserveNow(connector_id=1, expiry_date=soon, id_tag="A", reservation_id=1),
        call.ReserveNow(connector_id=0, expiry_date=soon, id_tag="B", reservation_id=2),
        call.SetChargingProfile(connector_id=1, cs_charging_profiles=PROFILE),
        call.InstallCertificate(certificate_type="CentralSystemRootCertificate", certificate=Authority().root),
    ]


async def test_all_that_was_set_is_there_after_the_process_ended(central):
    store = SqliteMemory()
    async with ChargePoint("CP1", Settings(central=central.address, connectors=2), store=store) as charge_point:
        await charge_point.booted()
        for request in requests():
            assert (await central.ask("CP1", request)).status in {"Accepted", "RebootRequired"}
        await charge_point.send("SignCertificate")
        before = charge_point.speaker.state
    [memory] = recall(store)
    async with ChargePoint("CP1", memory.settings, store=store, memory=memory) as charge_point:
        assert charge_point.speaker.state == before
        assert await charge_point.booted()
        assert (await central.ask("CP1", call.GetLocalListVersion())).list_version == 4
        assert (await central.ask("CP1", call.CancelReservation(reservation_id=2))).status == "Accepted"
        assert (await central.ask("CP1", call.ClearChargingProfile(id=1))).status == "Accepted"
    store.close()


def test_what_another_program_wrote_is_refused_in_words():
    store = SqliteMemory()
    store.save("CP1", b"{}", b"[]")
    with pytest.raises(StateError, match="another version"):
        recall(store)
    store.close()


async def test_while_its_boot_is_pending_it_says_what_it_is_asked_for(central):
    central.boots = [("Pending", 60)]
    async with ChargePoint("CP1", Settings(central=central.address)):
        await central.hears("BootNotification")
        for message in ("StatusNotification", "FirmwareStatusNotification", "Heartbeat", "MeterValues"):
            assert (await central.ask("CP1", call.TriggerMessage(requested_message=message))).status == "Accepted"
            await central.hears(message)
        assert (await central.ask("CP1", call.RemoteStartTransaction(id_tag="ALICE"))).status == "Rejected"
        assert (
            await central.ask("CP1", call.TriggerMessage(requested_message="BootNotification"))
        ).status == "Accepted"
        await central.shown("Available", "Available")
