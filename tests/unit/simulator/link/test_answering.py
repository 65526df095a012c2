import asyncio

import pytest
from ocpp.messages import CallError, CallResult  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.link.messagelog import in_operation
from simulator.link.watch import SetAnswer
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)


class Watch:
    """Every request is an operation of its action's name."""

    def __init__(self):
        self.answers = {}
        self.ended = []
        self.frames = []

    def first_message_id(self, charge_point_id):
        return 41

    def message(self, charge_point_id, logged):
        self.frames.append(logged)

    def asked(self, charge_point_id, action):
        return f"asked {action}"

    def answered(self, charge_point_id, operation_id, error):
        self.ended.append((operation_id, error))

    def answer_to(self, charge_point_id, action):
        return self.answers.get(action)

    def of(self, operation_id):
        return [(one.direction, one.action) for one in self.frames if one.operation_id == operation_id]


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
async def charge_point(central, watch):
    async with ChargePoint("CP1", Settings(central=central.address), watch=watch) as charge_point:
        assert await charge_point.booted()
        yield charge_point


async def ask(central, action, payload):
    return await central.sessions["CP1"].ask_raw(action, payload)


async def test_all_that_follows_from_a_request_belongs_to_it(central, charge_point, watch):
    charge_point.plug(1, CAR)
    await charge_point.settled()
    await ask(central, "RemoteStartTransaction", {"idTag": "ALICE", "connectorId": 1})
    await charge_point.settled()
    assert watch.of("asked RemoteStartTransaction") == [
        ("received", "RemoteStartTransaction"), ("sent", "RemoteStartTransaction"),
        ("sent", "StartTransaction"), ("received", "StartTransaction"),
        ("sent", "StatusNotification"), ("received", "StatusNotification"),
    ]  # fmt: skip
    assert watch.ended == [("asked RemoteStartTransaction", None)]
    assert watch.frames[0].message_id == 41


async def test_what_a_person_does_belongs_to_the_operation_it_is_done_in(central, charge_point, watch):
    charge_point.plug(1, CAR)
    await charge_point.settled()
    with in_operation("mine"):
        await charge_point.tap(1, "ALICE")
    with in_operation("another"):
        await charge_point.send("Heartbeat")
    await charge_point.settled()
    actions = ["Authorize", "StartTransaction", "StatusNotification"]
    assert watch.of("mine") == [(way, action) for action in actions for way in ("sent", "received")]
    assert watch.of("another") == [("sent", "Heartbeat"), ("received", "Heartbeat")]


async def test_what_comes_by_the_clock_belongs_to_nobody(central, watch):
    central.boots = [("Accepted", 1)]
    with in_operation("made"):
        charge_point = ChargePoint("CP1", Settings(central=central.address), watch=watch)
        await charge_point.start()
    await central.hears("Heartbeat", seconds=3)
    await charge_point.stop()
    assert ("sent", "BootNotification") in watch.of("made")
    assert ("sent", "Heartbeat") in watch.of(None)


async def test_a_set_answer_is_given_instead_and_nothing_is_done(central, charge_point, watch):
    watch.answers["ChangeConfiguration"] = SetAnswer(mode="payload", payload={"status": "Rejected"})
    answer = await ask(central, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "7"})
    assert (type(answer), answer.payload) == (CallResult, {"status": "Rejected"})
    assert charge_point.speaker.heartbeat_s == 300
    watch.answers["ChangeConfiguration"] = SetAnswer(mode="error", error_code="SecurityError")
    answer = await ask(central, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "7"})
    assert (type(answer), answer.error_code) == (CallError, "SecurityError")
    assert [error for _, error in watch.ended] == [None, "SecurityError"]


async def test_silence_and_delay_hold_up_nobody_else(central, charge_point, watch):
    watch.answers["Reset"] = SetAnswer(mode="silent")
    watch.answers["ClearCache"] = SetAnswer(delay_s=0.2)
    session = central.sessions["CP1"]
    await session.socket.send('[2,"quiet","Reset",{"type":"Hard"}]')
    slow = asyncio.ensure_future(ask(central, "ClearCache", {}))
    await asyncio.sleep(0)
    assert (await slow).payload == {"status": "Accepted"}
    sent = [one.action for one in watch.frames if one.direction == "sent"]
    assert "Reset" not in sent
    assert ("asked Reset", "silent") in watch.ended
    assert len(central.of("BootNotification")) == 1


async def test_a_held_back_answer_dies_with_the_charge_point(central, watch):
    watch.answers["ClearCache"] = SetAnswer(delay_s=60)
    async with ChargePoint("CP1", Settings(central=central.address), watch=watch) as charge_point:
        await charge_point.booted()
        await central.sessions["CP1"].socket.send('[2,"late","ClearCache",{}]')
        await charge_point.send("Heartbeat")
    assert watch.ended == []
