"""Whatever happens at a connector and however seldom the cloud is asked: each session is told once, with its energy."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp_bridge.units.chargeamps.book import Book
from ocpp_bridge.units.chargeamps.connector_story import ConnectorStory
from ocpp_bridge.units.chargeamps.control import declared
from ocpp_bridge.units.chargeamps.shapes import ConnectorTold, Nonsense, SessionTold, told
from ocpp_bridge.units.connector import Connector
from ocpp_bridge.units.kept import Kept
from ocpp_bridge.units.power import Situation
from simulator.cars.catalogue import car_of
from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.moments import MovableClock
from wire.events import TransactionEnded, TransactionStarted

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OPEN = Situation(admits_unknown=True)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["plug", "unplug", "swap", "wait", "go"]),
        st.sampled_from([1, 29, 31, 600, 7200]),
        st.sampled_from(["look", "look", "look without the list", "restart and look", "no look"]),
    ),
    max_size=25,
)


class Bridge:
    """The driver's and the core's parts for one connector, without any transport."""

    def __init__(self, cloud, words):
        self.cloud = cloud
        self.words = words
        self.now = cloud.clock.now
        self.story = ConnectorStory(1, Book(since=self.now()), words)
        self.core = Connector("CA1", 1, declared((1,)), Kept())
        self.events = []
        self.late = []

    def restart(self):
        book = msgspec.json.decode(msgspec.json.encode(self.story.book), type=Book)
        kept = msgspec.json.decode(msgspec.json.encode(self.core.kept), type=Kept)
        self.story = ConnectorStory(1, book, self.words)
        self.core = Connector("CA1", 1, declared((1,)), kept)

    def look(self, *, with_list):
        status = self.cloud.charge_point("CA1").status()["connectorStatuses"][0]
        one = told(ConnectorTold, msgspec.json.encode(status))
        listed = [each.view() for each in self.cloud.sessions_of("CA1", None, None)] if with_list else []
        sessions = told(list[SessionTold], msgspec.json.encode(listed))
        before = self.story.book.at
        chapter = self.story.look(one, None, sessions, self.now())
        self.late += [str(each.id) for each in chapter.late]
        instants = [each.at for each in chapter.observations]
        assert instants == sorted(instants)
        assert before is None or not instants or instants[0] >= before
        for seen in chapter.observations:
            self.events += self.core.observe(seen, self.now(), OPEN).events
        for session, energy_ws in chapter.corrected:
            self.events += self.core.corrected(session, energy_ws, self.now())


def act(connector, what, kind):
    if what in {"unplug", "swap"} and connector.car is not None:
        connector.unplug()
    if what in {"plug", "swap"} and connector.car is None:
        connector.plug(car_of(kind, 9000))
    if what == "go" and connector.session is not None:
        connector.stop()


@given(
    STEPS,
    st.sampled_from(["capi", "ocpp"]),
    st.booleans(),
    st.sampled_from([1, 500]),
    st.sampled_from(["city", "fast"]),
)
@settings(max_examples=40)
def test_each_session_is_told_once_with_all_its_energy(steps, words, by_number, jump_wh, kind):
    world = [NOON]
    cloud = Cloud(clock=MovableClock(lambda: world[0]))
    cloud.add("CA1", speaks=words, by_number=by_number, jump_wh=jump_wh)
    bridge = Bridge(cloud, words)
    bridge.look(with_list=True)
    for what, seconds, look in steps:
        act(cloud.connector("CA1"), what, kind)
        cloud.clock.advance(seconds)
        if look == "restart and look":
            bridge.restart()
        if look != "no look":
            bridge.look(with_list=look != "look without the list")
    act(cloud.connector("CA1"), "unplug", kind)
    for _ in range(2):
        cloud.clock.advance(31)
        bridge.look(with_list=True)

    started = {each.transaction_id: each for each in bridge.events if isinstance(each, TransactionStarted)}
    drawn: dict[str, int] = {}
    first_ends: dict[str, TransactionEnded] = {}
    for each in bridge.events:
        if isinstance(each, TransactionEnded):
            first_ends.setdefault(each.transaction_id, each)
            energy_wh = each.meter_stop_wh - started[each.transaction_id].meter_start_wh
            drawn[each.vendor_session_id] = max(energy_wh, drawn.get(each.vendor_session_id, 0))
    assert len(first_ends) == len(started)
    names = [each.vendor_session_id for each in first_ends.values()]
    assert len(set(names)) == len(names)
    for session in cloud.sessions:
        energy_wh = session.taken_mwh // 1000
        if str(session.number) in bridge.late or energy_wh < 1:
            continue
        assert abs(drawn.get(str(session.number), 0) - energy_wh) <= 1, (steps, words, session, drawn)


WORDS = st.sampled_from(["Available", "Charging", "Connected", "SuspendedEV", "Finishing", "Faulted", "Lunch", ""])
ODD = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ANY_STATUS = st.fixed_dictionaries(
    {"connectorId": st.just(1), "status": WORDS | st.integers(-2, 12)},
    optional={
        "totalConsumptionKwh": ODD, "chargingPowerKw": ODD, "sessionType": st.text(max_size=5),
        "sessionId": st.integers(0, 5) | st.text(max_size=3),
        "startTime": st.none() | st.text(max_size=5) | st.datetimes().map(str),
        "measurements": st.none() | st.lists(
            st.fixed_dictionaries(
                {"phase": st.sampled_from(["L1", "L2", "L9", ""])}, optional={"current": ODD, "voltage": ODD}
            )
        ),
    },
)  # fmt: skip
ANY_SESSION = st.fixed_dictionaries(
    {"id": st.integers(0, 5) | st.text(max_size=3), "connectorId": st.integers(0, 2)},
    optional={
        "totalConsumptionKwh": ODD, "rfid": st.none() | st.text(max_size=5),
        "startTime": st.none() | st.datetimes().map(str), "endTime": st.none() | st.datetimes().map(str),
    },
)  # fmt: skip


@given(st.lists(st.tuples(ANY_STATUS, st.lists(ANY_SESSION, max_size=4)), max_size=8))
@settings(max_examples=40)
def test_whatever_the_cloud_tells_is_taken_or_left_and_never_goes_back_in_time(told_in_turn):
    story, now, last = ConnectorStory(1, Book(since=NOON), "capi"), NOON, NOON
    for status, listed in told_in_turn:
        now += timedelta(seconds=30)
        try:
            one = told(ConnectorTold, msgspec.json.encode(status))
            sessions = told(list[SessionTold], msgspec.json.encode(listed))
        except Nonsense:
            continue
        for seen in story.look(one, None, sessions, now).observations:
            assert last <= seen.at <= now
            last = seen.at
            assert seen.energy_ws is None or seen.energy_ws >= 0
        assert len(msgspec.json.encode(story.book)) < 16_000
