"""The whole station over a real WebSocket, against a central system that shares no code with it."""

import pytest
from ocpp.exceptions import NotSupportedError  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.memory.sqlite import SqliteMemory
from simulator.unit.keeping import recall
from simulator.unit.settings import Settings
from tests.unit.simulator.ocpp201.bench import token, variable
from tests.unit.simulator.ocpp201.profiles import profile

pytestmark = pytest.mark.anyio


def settings(central, **more):
    return Settings(central=central.address, protocol="ocpp2.0.1", meter_interval_s=1, **more)


def car():
    return Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)


def told(central):
    return [(one["eventType"], one["triggerReason"]) for one in central.events]


async def test_a_station_boots_charges_and_is_asked_everything(central):
    async with ChargePoint("CS1", settings(central, connectors=2, password="eight888")) as station:
        assert await station.booted()
        assert central.authorizations == ["Basic Q1MxOmVpZ2h0ODg4"]
        assert [action for action, _ in central.heard] == ["BootNotification", *["StatusNotification"] * 2]
        ask = central.sessions["CS1"].ask

        station.plug(1, car())
        assert await station.tap(1, "ALICE") == "started"
        await central.until(lambda: ("Updated", "MeterValuePeriodic") in told(central))
        transaction_id = central.events[0]["transactionInfo"]["transactionId"]
        assert station.connector(1)["transaction_id"] == transaction_id

        assert (await ask("GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"}))["status"] == "Accepted"
        await central.until(lambda: any(not part["tbc"] for part in central.of("NotifyReport")))
        assert sum(len(part["reportData"]) for part in central.of("NotifyReport")) == len(station.configuration())
        wanted = [variable("TxCtrlr", "TxStartPoint")]
        found = await ask("GetVariables", {"getVariableData": wanted})
        assert found["getVariableResult"][0]["attributeValue"] == "PowerPathClosed"

        limit = {"evseId": 0, "chargingProfile": profile(20, "ChargingStationMaxProfile")}
        assert (await ask("SetChargingProfile", limit))["status"] == "Accepted"
        composite = await ask("GetCompositeSchedule", {"evseId": 1, "duration": 60, "chargingRateUnit": "A"})
        assert composite["schedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 15.9}]
        reservation = {"id": 1, "evseId": 2, "expiryDateTime": "2099-01-01T00:00:00Z", "idToken": token()}
        assert (await ask("ReserveNow", reservation))["status"] == "Accepted"
        assert (await ask("CancelReservation", {"reservationId": 1}))["status"] == "Accepted"

        assert (await ask("RequestStopTransaction", {"transactionId": transaction_id}))["status"] == "Accepted"
        await central.until(lambda: told(central)[-1:] == [("Ended", "RemoteStop")])
        with pytest.raises(NotSupportedError):
            await ask("GetInstalledCertificateIds", {})
        assert await station.settled()
    assert [one["seqNo"] for one in central.events] == list(range(len(central.events)))
    assert central.errors_sent == []


async def test_what_happened_while_the_central_system_was_away_is_told_afterwards(central):
    async with ChargePoint("CS1", settings(central)) as station:
        assert await station.booted()
        station.plug(1, car())
        assert await station.tap(1, "ALICE") == "started"
        assert await station.settled()
        await station.disconnect()
        station.unplug(1)
        station.plug(1, car())
        assert await station.tap(1, "ALICE") == "started"
        station.unplug(1)
        central.failures["TransactionEvent"] = 1
        assert station.set_configuration("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", "0") == "Accepted"
        await station.connect()
        await central.until(lambda: sum(one["eventType"] == "Ended" for one in central.events) == 2)
        assert len(central.errors_sent) == 1
        away = [one for one in central.events if one["offline"]]
        assert [one["eventType"] for one in away] == ["Ended", "Started", "Ended"]
        numbers: dict[str, list[int]] = {}
        for one in central.events:
            numbers.setdefault(one["transactionInfo"]["transactionId"], []).append(one["seqNo"])
        assert all(found == list(range(len(found))) for found in numbers.values())
        assert await station.settled()


async def test_a_transaction_outlives_the_process(central, tmp_path):
    store = SqliteMemory(str(tmp_path / "state.db"))
    async with ChargePoint("CS1", settings(central), store=store) as station:
        assert await station.booted()
        station.plug(1, car())
        await station.tap(1, "ALICE")
        assert await station.settled()
        await station.disconnect()
        assert await station.send("TransactionEvent") is None
    store.close()
    store = SqliteMemory(str(tmp_path / "state.db"))
    [memory] = recall(store)
    async with ChargePoint("CS1", memory.settings, store=store, memory=memory) as station:
        await station.connect()
        assert await station.booted()
        await central.until(lambda: ("Updated", "Trigger") in told(central))
        assert await station.tap(1, "ALICE") == "stopped"
        assert await station.settled()
    store.close()
    assert told(central)[0] == ("Started", "Authorized")
    assert told(central)[-1] == ("Ended", "StopAuthorized")
    assert len({one["transactionInfo"]["transactionId"] for one in central.events}) == 1
    assert [one["seqNo"] for one in central.events] == list(range(len(central.events)))


async def test_a_remote_reset_ends_what_runs_and_boots_with_its_reason(central):
    async with ChargePoint("CS1", settings(central)) as station:
        assert await station.booted()
        station.plug(1, car())
        await station.tap(1, "ALICE")
        assert await station.settled()
        assert (await central.sessions["CS1"].ask("Reset", {"type": "Immediate"}))["status"] == "Accepted"
        await central.hears("BootNotification", 2)
        assert [one["reason"] for one in central.of("BootNotification")] == ["PowerUp", "RemoteReset"]
        assert told(central)[-1] == ("Ended", "ResetCommand")
        assert await station.booted()


async def test_a_wrong_request_over_the_wire_is_a_callerror_and_the_station_goes_on(central):
    async with ChargePoint("CS1", settings(central)) as station:
        assert await station.booted()
        socket = central.sessions["CS1"]._connection  # noqa: SLF001
        for frame in (
            '[2,"1","MakeCoffee",{}]',
            '[2,"2","Reset",{"type":"Hard"}]',
            '[2,"3","Reset",{}]',
            '[2,"4","Reset",{"type":"Immediate","x":1}]',
            "garbage",
            "[2]",
            '[2,"5","Reset",null]',
        ):
            await socket.send(frame)
        await central.sessions["CS1"].ask("ClearCache", {})
        assert station.view()["connection"]["state"] == "connected"
        sent = [one.frame for one in station.messages() if one.direction == "sent" and one.frame[0] == 4]
        assert [(one[1], one[2]) for one in sent[:4]] == [
            ("1", "NotImplemented"),
            ("2", "PropertyConstraintViolation"),
            ("3", "OccurrenceConstraintViolation"),
            ("4", "FormatViolation"),
        ]
