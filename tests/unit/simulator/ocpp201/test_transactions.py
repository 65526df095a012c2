import pytest

from simulator.cars import Car
from simulator.link.errors import CallFailed
from tests.unit.simulator.ocpp201.bench import Bench, token

pytestmark = pytest.mark.anyio


async def test_a_whole_charge_is_told_in_numbered_events(bench):
    await bench.plug()
    assert bench.told() == []
    assert await bench.tap() == "started"
    assert await bench.tap() == "stopped"
    await bench.unplug()
    started, ended = bench.events
    assert (started["eventType"], started["triggerReason"], started["seqNo"]) == ("Started", "Authorized", 0)
    assert started["evse"] == {"id": 1, "connectorId": 1}
    assert started["idToken"] == token()
    assert started["transactionInfo"]["chargingState"] == "Charging"
    assert started["offline"] is False
    assert [one["context"] for one in started["meterValue"][0]["sampledValue"]] == ["Transaction.Begin"]
    assert (ended["eventType"], ended["triggerReason"], ended["seqNo"]) == ("Ended", "StopAuthorized", 1)
    assert ended["transactionInfo"]["stoppedReason"] == "Local"
    assert ended["transactionInfo"]["transactionId"] == started["transactionInfo"]["transactionId"]
    assert [one["sampledValue"][0]["context"] for one in ended["meterValue"]] == [
        "Transaction.Begin",
        "Transaction.End",
    ]
    assert bench.statuses() == ["Occupied", "Available"]


async def test_unplugging_ends_the_transaction(bench):
    await bench.plug()
    await bench.tap()
    await bench.unplug()
    assert bench.told() == [("Started", "Authorized"), ("Ended", "EVCommunicationLost")]
    assert bench.events[-1]["transactionInfo"]["stoppedReason"] == "EVDisconnected"
    assert bench.events[-1]["transactionInfo"]["chargingState"] == "Idle"


async def test_without_stop_on_disconnect_a_transaction_outlives_the_cable(bench):
    await bench.set("TxCtrlr.StopTxOnEVSideDisconnect", "false")
    await bench.plug()
    await bench.tap()
    await bench.unplug()
    await bench.plug()
    assert bench.told() == [
        ("Started", "Authorized"),
        ("Updated", "EVCommunicationLost"),
        ("Updated", "CablePluggedIn"),
    ]
    assert [one["transactionInfo"]["chargingState"] for one in bench.events] == ["Charging", "Idle", "Charging"]
    assert bench.power_w() == 11_000


@pytest.mark.parametrize(
    ("start", "plug_first", "tap_first"),
    [
        (
            "EVConnected",
            [("Started", "CablePluggedIn"), ("Updated", "Authorized")],
            [("Started", "CablePluggedIn")],
        ),
        (
            "Authorized",
            [("Started", "Authorized")],
            [("Started", "Authorized"), ("Updated", "CablePluggedIn")],
        ),
        ("PowerPathClosed", [("Started", "Authorized")], [("Started", "CablePluggedIn")]),
        ("EnergyTransfer", [("Started", "Authorized")], [("Started", "CablePluggedIn")]),
        (
            "EVConnected,Authorized",
            [("Started", "CablePluggedIn"), ("Updated", "Authorized")],
            [("Started", "Authorized"), ("Updated", "CablePluggedIn")],
        ),
    ],
)
async def test_a_transaction_begins_at_its_start_point_whichever_comes_first(start, plug_first, tap_first):
    for tap, expected in ((False, plug_first), (True, tap_first)):
        async with Bench() as bench:
            await bench.set("TxCtrlr.TxStartPoint", start)
            if tap:
                assert await bench.tap() == "awaiting_plug"
                await bench.plug()
            else:
                await bench.plug()
                assert await bench.tap() == "started"
            assert bench.told() == expected
            assert sum("idToken" in event for event in bench.events) == 1
            assert [event["seqNo"] for event in bench.events] == list(range(len(expected)))
            assert bench.power_w() == 11_000


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("Authorized", [("Ended", "StopAuthorized")]),
        ("PowerPathClosed", [("Ended", "StopAuthorized")]),
        ("EVConnected", [("Updated", "StopAuthorized"), ("Ended", "EVCommunicationLost")]),
    ],
)
async def test_a_transaction_ends_at_its_stop_point(bench, stop, expected):
    await bench.set("TxCtrlr.TxStopPoint", stop)
    await bench.plug()
    await bench.tap()
    bench.heard.clear()
    assert await bench.tap() == "stopped"
    assert bench.power_w() == 0
    await bench.unplug()
    assert bench.told() == expected


async def test_a_car_that_is_full_suspends_or_ends_the_transaction(bench):
    await bench.plug(need_wh=0)
    await bench.tap()
    assert bench.events[-1]["transactionInfo"]["chargingState"] == "SuspendedEV"

    async with Bench() as other:
        other.unit.meter_speed = 100_000
        await other.set("TxCtrlr.TxStopPoint", "EnergyTransfer")
        await other.plug(need_wh=10)
        await other.tap()
        await other.tick(0)
        assert other.told() == [("Started", "Authorized"), ("Ended", "ChargingStateChanged")]
        assert other.events[-1]["transactionInfo"]["stoppedReason"] == "StoppedByEV"
        assert other.events[-1]["meterValue"][-1]["sampledValue"][0]["value"] == 10


async def test_a_plug_that_never_comes_lets_the_authorization_go(bench):
    assert await bench.tap() == "awaiting_plug"
    await bench.later(61)
    await bench.plug()
    assert bench.told() == []


async def test_a_transaction_without_its_plug_ends_by_timeout(bench):
    await bench.set("TxCtrlr.TxStartPoint", "Authorized")
    await bench.set("TxCtrlr.EVConnectionTimeOut", "5")
    await bench.tap()
    await bench.later(6)
    assert bench.told() == [("Started", "Authorized"), ("Ended", "EVConnectTimeout")]
    assert bench.events[-1]["transactionInfo"]["stoppedReason"] == "Timeout"


async def test_what_happens_offline_is_kept_in_order_and_told_as_offline(bench):
    await bench.plug()
    await bench.tap()
    bench.offline()
    await bench.unplug()
    assert len(bench.events) == 1
    assert bench.charge_point.view()["unsent"] == 1
    bench.online()
    await bench.quiet()
    assert [(one["seqNo"], one["offline"]) for one in bench.events] == [(0, False), (1, True)]
    assert bench.charge_point.view()["unsent"] == 0


async def test_a_known_token_starts_offline_an_unknown_one_only_where_it_may(bench):
    await bench.plug()
    await bench.tap()
    await bench.unplug()
    bench.offline()
    await bench.plug()
    assert await bench.tap("CAROL") == "refused"
    assert await bench.tap("ALICE") == "started"
    await bench.unplug()
    await bench.set("AuthCtrlr.OfflineTxForUnknownIdEnabled", "true")
    await bench.plug()
    assert await bench.tap("CAROL") == "started"
    bench.online()
    await bench.quiet()
    assert [one["offline"] for one in bench.events] == [False, False, True, True, True, False]
    # The central system does not know CAROL: her transaction ends as soon as it says so.
    assert bench.told()[-1] == ("Ended", "Deauthorized")


@pytest.mark.parametrize(
    ("stop_on_invalid", "told", "state"),
    [
        ("true", ("Ended", "Deauthorized"), "EVConnected"),
        ("false", ("Updated", "Deauthorized"), "SuspendedEVSE"),
    ],
)
async def test_a_token_refused_at_the_start_gets_no_energy(bench, stop_on_invalid, told, state):
    await bench.set("TxCtrlr.StopTxOnInvalidId", stop_on_invalid)
    await bench.plug()
    bench.answers["TransactionEvent"] = {"idTokenInfo": {"status": "Blocked"}}
    await bench.tap()
    assert bench.told() == [("Started", "Authorized"), told]
    assert bench.events[-1]["transactionInfo"]["chargingState"] == state
    assert bench.power_w() == 0


async def test_an_event_that_is_refused_is_tried_again_and_given_up(bench):
    await bench.set("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", "0")
    await bench.set("OCPPCommCtrlr.MessageAttempts[TransactionEvent]", "3")
    bench.answers["TransactionEvent"] = CallFailed("InternalError")
    await bench.plug()
    await bench.tap()
    assert [one["seqNo"] for one in bench.events] == [0, 0, 0]
    assert bench.charge_point.view()["unsent"] == 0


async def test_a_malformed_answer_counts_as_a_failed_attempt(bench):
    assert bench.speaker.pause_s("TransactionEvent", 2) == 4
    assert bench.speaker.pause_s("TransactionEvent", 10**9) is None
    await bench.plug()
    await bench.tap()
    bench.offline()
    await bench.unplug()
    with pytest.raises(Exception, match="status") as raised:
        bench.speaker.answered(bench.unit.lane._unsent[0], {"idTokenInfo": {"status": "Perhaps"}})  # noqa: SLF001
    assert type(raised.value).__name__ == "MalformedAnswer"


async def test_the_central_system_learns_what_runs_and_what_waits(bench):
    assert await bench.ask("GetTransactionStatus") == {"messagesInQueue": False}
    await bench.plug()
    await bench.tap()
    named = {"transactionId": bench.transaction_id}
    assert await bench.ask("GetTransactionStatus", **named) == {"ongoingIndicator": True, "messagesInQueue": False}
    bench.offline()
    await bench.unplug()
    assert await bench.ask("GetTransactionStatus", **named) == {"ongoingIndicator": False, "messagesInQueue": True}
    assert await bench.ask("GetTransactionStatus") == {"messagesInQueue": True}
    unknown = await bench.ask("GetTransactionStatus", transactionId="unknown")
    assert unknown == {"ongoingIndicator": False, "messagesInQueue": False}


async def test_a_fault_suspends_the_energy_and_mending_resumes_it(bench):
    await bench.plug()
    await bench.tap()
    bench.charge_point.fault(1, "GroundFailure")
    await bench.quiet()
    assert bench.power_w() == 0
    bench.charge_point.fault(1, None)
    await bench.quiet()
    assert [one["transactionInfo"]["chargingState"] for one in bench.events] == [
        "Charging",
        "SuspendedEVSE",
        "Charging",
    ]
    assert bench.statuses() == ["Occupied", "Faulted", "Occupied"]
    assert bench.power_w() == 11_000


async def test_an_authorization_ends_with_the_cable_even_if_nothing_was_charged(bench):
    await bench.set("TxCtrlr.TxStartPoint", "EnergyTransfer")
    await bench.plug(need_wh=0)
    assert await bench.tap() == "started"
    await bench.unplug()
    await bench.plug()
    assert bench.told() == []
    assert await bench.tap() == "started"
    assert bench.told() == [("Started", "Authorized")]


async def test_a_transaction_that_goes_on_tells_the_next_token_too(bench):
    await bench.set("TxCtrlr.TxStopPoint", "EVConnected")
    await bench.plug()
    await bench.tap("ALICE")
    await bench.tap("ALICE")
    assert await bench.tap("BOB") == "started"
    assert [event.get("idToken", {}).get("idToken") for event in bench.events] == ["ALICE", "ALICE", "BOB"]
    assert bench.power_w() == 11_000


async def test_before_it_is_accepted_a_station_charges_only_where_it_may(bench):
    await bench.plug()
    await bench.tap()
    await bench.tap()
    bench.offline()
    bench.speaker.boot_status = None
    assert await bench.tap() == "started"
    await bench.tap()
    await bench.set("TxCtrlr.TxBeforeAcceptedEnabled", "false")
    assert await bench.tap() == "out_of_order"


async def test_after_a_short_absence_only_what_changed_is_told(two):
    two.offline()
    await two.plug(2)
    two.online()
    await two.quiet()
    assert (two.statuses(1), two.statuses(2)) == ([], ["Occupied"])
    await two.set("OCPPCommCtrlr.OfflineThreshold", "0")
    two.offline()
    two.online()
    await two.quiet()
    assert (two.statuses(1), two.statuses(2)) == (["Available"], ["Occupied", "Occupied"])


async def test_after_a_restart_every_status_is_told(two):
    two.speaker.end_all("Reboot")
    two.offline()
    two.online()
    await two.quiet()
    assert (two.statuses(1), two.statuses(2)) == (["Available"], ["Available"])


async def test_a_status_that_was_lost_with_the_socket_is_told_again(bench):
    bench.charge_point.plug(1, Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000))
    bench.offline()
    await bench.quiet()
    assert bench.statuses() == []
    bench.online()
    await bench.quiet()
    assert bench.statuses() == ["Occupied"]


async def test_a_cable_that_is_pulled_for_long_does_not_end_what_may_outlive_it(bench):
    await bench.set("TxCtrlr.StopTxOnEVSideDisconnect", "false")
    for first in (bench.plug, bench.tap):
        await first()
    await bench.unplug()
    await bench.later(10_000)
    await bench.plug()
    assert ("Ended", "EVConnectTimeout") not in bench.told()
    assert bench.power_w() == 11_000


async def test_who_is_awaited_with_a_plug_is_shown(bench):
    await bench.tap()
    assert bench.charge_point.connector(1)["pending"]["id_tag"] == "ALICE"
    await bench.plug()
    assert bench.charge_point.connector(1)["pending"] is None
    assert bench.charge_point.connector(1)["transaction"]["id_tag"] == "ALICE"
    assert bench.charge_point.connector(1)["transaction_id"] == bench.transaction_id
