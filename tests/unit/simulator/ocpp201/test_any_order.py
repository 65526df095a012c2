"""Whatever happens in whatever order, every message is valid and every transaction is told whole."""

import random

import pytest

from simulator.unit.person import NotPossible
from tests.unit.simulator.ocpp201.bench import Bench, token
from tests.unit.simulator.ocpp201.profiles import profile, tx_profile

pytestmark = pytest.mark.anyio

LATER = "2099-01-01T00:00:00Z"
POINTS = ["EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer", "EVConnected,Authorized"]


async def step(bench, chance):  # noqa: C901 -- a table of what can happen
    evse_id = chance.choice((1, 2))
    running = bench.events[-1]["transactionInfo"]["transactionId"] if bench.events else "none"
    match chance.randrange(18):
        case 0 | 1 | 2:
            await bench.plug(evse_id, need_wh=chance.choice((0, 20_000)))
        case 3 | 4:
            await bench.unplug(evse_id)
        case 5 | 6 | 7 | 8:
            await bench.tap(chance.choice(("ALICE", "BOB", "MALLORY")), evse_id)
        case 9:
            bench.charge_point.fault(evse_id, chance.choice((None, "GroundFailure")))
        case 10:
            await bench.ask("RequestStartTransaction", idToken=token("APP"), remoteStartId=1, evseId=evse_id)
        case 11:
            await bench.ask("RequestStopTransaction", transactionId=running)
        case 12:
            operational = chance.choice(("Operative", "Operative", "Inoperative"))
            where = chance.choice(({}, {"evse": {"id": evse_id}}))
            await bench.ask("ChangeAvailability", operationalStatus=operational, **where)
        case 13:
            where = chance.choice(({}, {"evseId": evse_id}))
            await bench.ask("ReserveNow", id=chance.randrange(3), expiryDateTime=LATER, idToken=token(), **where)
        case 14:
            given = chance.choice((profile(chance.choice((0, 8)), "TxDefaultProfile", id=2), tx_profile(10)))
            await bench.ask("SetChargingProfile", evseId=evse_id, chargingProfile=given)
        case 15:
            await bench.ask("Reset", type=chance.choice(("OnIdle", "Immediate")), evseId=evse_id)
        case 16:
            (bench.offline if bench.unit.ready else bench.online)()
        case 17:
            await bench.later(chance.choice((1, 61)))


def told_whole(bench):
    transactions: dict[str, list] = {}
    for event in bench.events:
        transactions.setdefault(event["transactionInfo"]["transactionId"], []).append(event)
    still = {one.running.transaction_id for one in bench.speaker.state.evses.values() if one.running}
    for transaction_id, events in transactions.items():
        assert [event["seqNo"] for event in events] == list(range(len(events)))
        kinds = [event["eventType"] for event in events]
        assert kinds[0] == "Started"
        assert kinds.count("Started") == 1
        assert kinds.count("Ended") == (transaction_id not in still)
        assert transaction_id in still or kinds[-1] == "Ended"
        times = [event["timestamp"] for event in events]
        assert times == sorted(times)
    return len(transactions)


def power_is_authorized(bench):
    for number, connector in bench.unit.connectors():
        evse = bench.speaker.state.evses.get(number)
        assert (connector.transaction is None) == (evse is None or evse.running is None)
        if bench.power_w(number) > 0:
            assert evse is not None
            assert evse.authorization is not None
            assert connector.error_code == "NoError"


async def play(seed, steps):
    chance = random.Random(seed)
    async with Bench(connectors=2) as bench:
        await bench.set("TxCtrlr.TxStartPoint", chance.choice(POINTS))
        await bench.set("TxCtrlr.TxStopPoint", chance.choice(POINTS))
        await bench.set("TxCtrlr.StopTxOnInvalidId", chance.choice(("true", "false")))
        await bench.set("TxCtrlr.StopTxOnEVSideDisconnect", chance.choice(("true", "false")))
        await bench.set("AuthCtrlr.OfflineTxForUnknownIdEnabled", chance.choice(("true", "false")))
        for _ in range(steps):
            try:
                await step(bench, chance)
            except NotPossible:
                continue
            await bench.quiet()
            power_is_authorized(bench)
        if not bench.unit.ready:
            bench.online()
        await bench.quiet()
        for number in (1, 2):
            last = [one["connectorStatus"] for one in bench.of("StatusNotification") if one["evseId"] == number]
            assert last[-1:] in ([], [bench.speaker._station.availability(number)])  # noqa: SLF001
        return told_whole(bench)


async def test_every_message_is_valid_and_every_transaction_told_whole_in_any_order():
    assert sum([await play(seed, 40) for seed in range(12)]) > 10


@pytest.mark.fuzz
async def test_as_above_for_longer():
    assert sum([await play(seed, 150) for seed in range(1000, 1150)]) > 500
