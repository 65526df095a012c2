"""What bridges report: applied, repeated or noted, never refused; and what it costs."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from model import paths
from model.account import Place
from model.charge_point import ChargePoint, Connection
from model.charger import Condition, EndReason, Phase
from model.documents import from_document
from model.errors import Invalid
from model.paths import NOTED
from model.store.errors import StoreBusy
from model.store.query import Query
from tests.fakes.site_world import DRIVER, YARD, World
from wire.codec import decode_events


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.charge_point()
    world.ann = world.driver("ann")
    world.nudged()
    return world


def point(world: World) -> ChargePoint:
    document = world.store.get(paths.charge_point("CP1"))
    assert document is not None
    return from_document(ChargePoint, document.data)


def connection(world: World) -> Connection:
    found = point(world).connection
    assert found is not None
    return found


def noted(world: World) -> list[dict[str, Any]]:
    return [document.data for document in world.store.query(Query(NOTED))]


def test_a_charge_from_offer_to_unplug(yard):
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    begun = yard.starts(yard.ann.tag.lower(), "t1", meter_wh=1000)
    assert begun == {"charge_point_id": "CP1", "seq": 3, "outcome": "applied", "reason": "own_session",
                     "tag_status": "Accepted", "parent_tag": yard.ann.tag}  # fmt: skip
    assert yard.charger().session.phase is Phase.CHARGING
    ended = yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=8500, tag=yard.ann.tag)
    assert ended["tag_status"] == "Accepted"
    yard.tell("CP1", "status", connector=1, status="available")
    session = yard.services.sites.session(YARD, "c1", 1)
    assert (session.energy_wh, session.end_reason) == (7500, EndReason.UNPLUGGED)
    assert yard.user(yard.ann).place is None
    assert yard.user(yard.ann).records[YARD].energy_wh == 7500


def test_every_event_of_a_charge_stays_within_the_budget(yard):
    bob = yard.driver("bob")
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    yard.services.queueing.join(YARD, bob.user_id, DRIVER)
    yard.nudged()
    for what, fields in (
        ("transaction_started",
         {"connector": 1, "transaction_id": "t1", "meter_start_wh": 1, "tag": yard.ann.tag}),
        ("status", {"connector": 1, "status": "charging"}),
        ("status", {"connector": 1, "status": "finishing"}),
        ("transaction_ended", {"transaction_id": "t1", "meter_stop_wh": 9000, "tag": yard.ann.tag}),
        ("status", {"connector": 1, "status": "available"}),
    ):  # fmt: skip
        with yard.store.measure() as count:
            yard.tell("CP1", what, **fields)
            yard.nudged()
        assert count.reads <= 4, (what, count)
        assert count.writes <= 8, (what, count)
    assert yard.charger().session.entry.member.user_id == bob.user_id


def test_the_same_post_again_is_a_repeat_with_the_same_verdicts(yard):
    started = yard.event(
        "CP1", "transaction_started", connector=1, transaction_id="t1", meter_start_wh=5, tag=yard.ann.tag
    )
    yard.post(started)
    version = yard.site().version
    [again] = yard.post(started).results
    assert (again.outcome, again.tag_status, again.parent_tag) == ("repeat", "Accepted", yard.ann.tag)
    assert yard.site().version == version
    stranger = yard.event(
        "CP1", "transaction_started", connector=1, transaction_id="t2", meter_start_wh=5, tag="nobody"
    )
    first = yard.post(stranger).results[0].tag_status
    assert yard.post(stranger).results[0].tag_status == first != "Accepted"


def test_a_batch_is_folded_into_one_decision_in_the_order_of_seq(yard):
    version = yard.site().version
    events = [
        yard.event("CP1", "transaction_started", seq=10, connector=1, transaction_id="t1", meter_start_wh=0,
                   tag=yard.ann.tag),
        yard.event("CP1", "status", seq=13, connector=1, status="available"),
        yard.event("CP1", "transaction_ended", seq=12, transaction_id="t1", meter_stop_wh=900, tag=yard.ann.tag),
        yard.event("CP1", "status", seq=11, connector=1, status="charging"),
    ]  # fmt: skip
    reply = yard.post(*events)
    assert [(one.seq, one.outcome) for one in reply.results] == [(seq, "applied") for seq in (10, 13, 12, 11)]
    assert yard.site().version == version + 1
    assert yard.charger().session is None
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 900


@pytest.mark.parametrize(
    "event",
    [
        None, 7, "x", [], {}, {"kind": "status"}, {"kind": "martian", "charge_point_id": "CP1", "seq": 1},
        {"kind": "status", "charge_point_id": "CP1", "seq": 2**80, "occurred_at": "2026-03-02T08:00:00Z",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "status": "available"},
        {"kind": "status", "charge_point_id": "CP1", "seq": 1, "occurred_at": "2026-03-02T08:00:00",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "status": "available"},
        {"kind": "status", "charge_point_id": "CP1", "seq": 1, "occurred_at": "0001-01-01T00:00:00+10:00",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "status": "available"},
        {"kind": "status", "charge_point_id": "CP1", "seq": -1, "occurred_at": "2026-03-02T08:00:00Z",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "status": "available"},
        {"kind": "status", "charge_point_id": "CP1", "seq": 1, "occurred_at": "2026-03-02T08:00:00Z",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "status": "available", "error_code": "x" * 9000},
        {"kind": "status", "charge_point_id": "CP1", "seq": 1, "occurred_at": "2026-03-02T08:00:00Z",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "status": "available", "error_code": "\ud800"},
        {"kind": "transaction_started", "charge_point_id": "CP1", "seq": 1, "occurred_at": "2026-03-02T08:00:00Z",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "transaction_id": "x", "meter_start_wh": 2**70},
        {"kind": "transaction_started", "charge_point_id": "\ud800", "seq": 1, "occurred_at": "2026-03-02T08:00:00Z",
         "received_at": "2026-03-02T08:00:00Z", "connector": 1, "transaction_id": "x", "meter_start_wh": 1},
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_noted_raw_and_stops_nobody(yard, event):
    good = yard.event("CP1", "status", connector=1, status="charging")
    bad, fine = yard.post(event, good).results
    assert bad.outcome == "noted"
    assert bad.reason.startswith("bad_event")
    assert fine.outcome == "applied"
    [kept] = noted(yard)
    assert kept["raw"]
    yard.post(event)
    assert len(noted(yard)) == 1


def test_an_unknown_charge_point_is_noted_raw(yard):
    assert yard.tell("STRANGER", "boot", protocol="ocpp1.6")["reason"] == "unknown_charge_point"
    assert noted(yard)[0]["charge_point_id"] == "STRANGER"
    assert yard.tell("cp1", "boot", protocol="ocpp1.6")["outcome"] == "noted"  # ids of charge points have a case


def test_what_was_read_at_once_is_noted_as_it_was_sent(yard):
    sent = {**yard.event("STRANGER", "boot", protocol="ocpp1.6"), "new": {"field": [1]}}
    _, events = decode_events(msgspec.json.encode({"stream": "s1", "events": [sent]}))
    assert yard.post(*events).results[0].reason == "unknown_charge_point"
    assert msgspec.json.decode(noted(yard)[0]["raw"]) == sent


@pytest.mark.parametrize("stream", ["", "x" * 65, "a\nb"])
def test_a_stream_that_is_no_id_is_invalid(yard, stream):
    with pytest.raises(Invalid):
        yard.post(stream=stream)


def test_strange_tags_are_facts_like_others(yard):
    for number, tag in enumerate(("x" * 300, "\x00\x01", "a:b", "", "ﬀ")):
        result = yard.starts(tag, f"t{number}")
        assert result["tag_status"] == "Invalid"
        yard.tell("CP1", "transaction_ended", transaction_id=f"t{number}", meter_stop_wh=1, tag=tag)


def test_blocked_expired_and_inactive_tags_are_told_apart(yard):
    bob = yard.driver("bob")
    yard.tag("blocked", bob, active=False)
    yard.tag("expired", bob, expires_at=yard.clock.now())
    assert yard.starts("BLOCKED", "t1")["tag_status"] == "Blocked"
    assert yard.starts("Expired", "t2")["tag_status"] == "Expired"
    cid = yard.driver("cid", active=False)
    assert yard.starts(cid.tag, "t3")["tag_status"] == "Blocked"
    yard.store.delete(paths.user(cid.user_id))
    assert yard.starts(cid.tag, "t4")["tag_status"] == "Invalid"


def test_a_received_at_from_the_future_counts_as_now(yard):
    event = yard.event("CP1", "status", connector=1, status="charging")
    event["received_at"] = "2199-01-01T00:00:00Z"
    yard.post(event)
    decision = yard.decision(yard.site().version)
    assert decision.inputs[0]["source"]["received_at"] == yard.clock.now().isoformat().replace("+00:00", "Z")


def test_one_busy_location_refuses_the_post_and_the_others_are_applied(yard):
    yard.location("meadow")
    yard.charge_point("CP2", "meadow")
    decide = yard.services.desk.decide

    def busy(location_id, *args, **kwargs):
        if location_id == YARD:
            raise StoreBusy(12, 15.0, 2)
        return decide(location_id, *args, **kwargs)

    events = [
        yard.event("CP1", "status", connector=1, status="charging"),
        yard.event("CP2", "status", connector=1, status="faulted"),
    ]
    yard.services.desk.decide = busy
    with pytest.raises(StoreBusy):
        yard.post(*events)
    assert yard.site("meadow").chargers["c1"].condition is Condition.FAULTED
    yard.services.desk.decide = decide
    assert [one.outcome for one in yard.post(*events).results] == ["applied", "repeat"]


def test_an_event_the_program_fails_at_is_noted_and_the_rest_of_the_batch_applied(yard):
    rules = yard.services.desk._rules  # noqa: SLF001 -- the rules, made to fail

    def failing(state, inputs, now):
        if any(getattr(one, "error_code", "") == "poison" for one in inputs):
            raise ZeroDivisionError
        return rules(state, inputs, now)

    yard.services.desk._rules = failing  # noqa: SLF001 -- as above
    results = yard.post(
        yard.event("CP1", "status", connector=1, status="charging"),
        yard.event("CP1", "status", connector=1, status="faulted", error_code="poison"),
        yard.event("CP1", "status", connector=1, status="preparing"),
    ).results
    assert [one.outcome for one in results] == ["applied", "noted", "applied"]
    assert results[1].reason == "failed"
    assert yard.charger().status == "preparing"
    assert noted(yard)[0]["reason"] == "failed"


def test_a_charge_point_that_moved_is_found_at_its_new_location(yard):
    yard.location("meadow")
    other = World(inner=yard.store, clock=yard.clock)
    other.services.registry.put("CP1", {"1": "meadow:c1"}, DRIVER)
    assert yard.tell("CP1", "status", connector=1, status="available")["outcome"] == "applied"
    assert yard.site("meadow").chargers["c1"].condition is Condition.OK


def test_what_a_boot_says_is_kept_on_the_charge_point_and_only_once(yard):
    boot = yard.event("CP1", "boot", protocol="ocpp1.6", vendor="V", model="M", serial="S", firmware="1.2")
    yard.post(boot)
    known = point(yard)
    assert (known.vendor, known.model, known.firmware, known.booted_at) == ("V", "M", "1.2", yard.clock.now())
    with yard.store.measure() as count:
        yard.post(boot)
    assert count.writes == 0


def test_the_newest_connection_wins(yard):
    yard.tell("CP1", "connection", connected=True, bridge_id="b2", epoch=1)
    assert connection(yard).bridge_id == "b2"
    yard.tell("CP1", "connection", connected=False, bridge_id="b1", epoch=1)
    assert connection(yard).connected
    yard.tell("CP1", "connection", connected=False, bridge_id="b2", epoch=1)
    assert not connection(yard).connected
    assert yard.charger().offline_since is not None


def test_a_start_elsewhere_is_refused_while_a_place_lives(yard):
    yard.location("meadow")
    yard.services.queueing.join("meadow", yard.ann.user_id, DRIVER)
    assert yard.user(yard.ann).place == Place(location_id="meadow", entry_id=1)
    assert yard.starts(yard.ann.tag)["tag_status"] == "ConcurrentTx"


def test_an_answer_to_a_command_nobody_gave_is_noted(yard):
    for command_id in ("unknown", "yard:999:0", "yard:1:7", "meadow:1:0", "yard:x:0", ":1:1"):
        result = yard.tell("CP1", "command_result", command_id=command_id, outcome="accepted")
        assert result["outcome"] in {"noted", "applied"}
        assert yard.site().location_id == YARD


def test_samples_never_write_a_site_and_a_session_once_a_post(yard):
    yard.starts(yard.ann.tag, "t1", meter_wh=1000)
    yard.nudged()
    version = yard.site().version

    def meter(value: str, unit: str, **more: str):
        sample = {"at": yard.clock.now(), "value": value, "unit": unit, **more}
        return yard.event("CP1", "meter", connector=1, transaction_id="t1", samples=[sample])

    events = [meter("1100", "Wh"), meter("2.5", "kWh"), meter("7.4", "kW", measurand="Power.Active.Import")]
    with yard.store.measure() as count:
        assert {one.outcome for one in yard.post(*events).results} == {"applied"}
    assert (count.reads, count.writes) == (1, 1)
    session = yard.services.sites.session(YARD, "c1", 1)
    assert (session.energy_wh, session.power_w) == (1500, 7400)
    with yard.store.measure() as count:
        yard.post(*events, meter("900", "Wh"))
    assert count.writes == 0
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 1500
    assert yard.site().version == version


def test_samples_after_the_charge_revive_nothing(yard):
    yard.starts(yard.ann.tag, "t1", meter_wh=1000)
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2000, tag=yard.ann.tag)
    sample = {"at": yard.clock.now(), "value": "9000", "unit": "Wh"}
    for transaction_id, outcome in (("t1", "applied"), ("", "applied"), ("t9", "noted")):
        late = yard.tell("CP1", "meter", connector=1, transaction_id=transaction_id, samples=[sample])
        assert late["outcome"] == outcome, transaction_id
    session = yard.services.sites.session(YARD, "c1", 1)
    assert (session.energy_wh, session.power_w) == (1000, 0)
    assert yard.charger().session.phase is Phase.FULL
    assert noted(yard) == []


@pytest.mark.parametrize(("meter_stop_wh", "energy_wh"), [(600, 1_600), (501_200, 1_400), (100, 1_400)])
def test_a_register_that_begins_anew_ends_where_its_readings_say(yard, meter_stop_wh: int, energy_wh: int):
    """It began at 500,000, counted 1,000, began anew and counted 400."""
    yard.starts(yard.ann.tag, "t1", meter_wh=500_000)
    values = (500_500, 501_000, 100, 400)
    samples = [
        {"at": yard.clock.now() + timedelta(minutes=number), "value": str(value)} for number, value in enumerate(values)
    ]
    yard.tell("CP1", "meter", connector=1, transaction_id="t1", samples=samples)
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=meter_stop_wh, tag=yard.ann.tag)
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == energy_wh


def test_start_samples_and_end_of_one_post_are_booked_like_those_of_three(yard):
    sample = {"at": yard.clock.now(), "value": "1600", "unit": "Wh"}
    yard.post(
        yard.event("CP1", "transaction_started", connector=1, transaction_id="t1", meter_start_wh=1000,
                   tag=yard.ann.tag),
        yard.event("CP1", "meter", connector=1, transaction_id="t1", samples=[sample]),
    )  # fmt: skip
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 600
    yard.post(
        yard.event("CP1", "meter", connector=1, transaction_id="t1", samples=[{**sample, "value": "1900"}]),
        yard.event("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2000, tag=yard.ann.tag),
        yard.event("CP1", "status", connector=1, status="available"),
    )
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 1000


def test_a_car_that_fell_silent_long_ago_is_full_if_the_same_post_tells_that_it_drew_energy(yard):
    sample = {"at": yard.clock.now(), "value": "1600", "unit": "Wh"}
    start = yard.event("CP1", "transaction_started", connector=1, transaction_id="t1", meter_start_wh=1000,
                       tag=yard.ann.tag)  # fmt: skip
    drawn = yard.event("CP1", "meter", connector=1, transaction_id="t1", samples=[sample])
    silent = yard.event("CP1", "status", connector=1, status="suspended_ev")
    yard.clock.advance(seconds=3600)
    yard.post(start, drawn, silent)
    session = yard.services.sites.session(YARD, "c1", 1)
    assert (session.energy_wh, session.full_at is not None) == (600, True)


def test_a_bridge_is_written_down_once_a_minute(yard):
    with yard.store.measure() as count:
        yard.post()
        yard.clock.advance(seconds=59)
        yard.post()
    assert count.writes == 0
    yard.clock.advance(seconds=1)
    with yard.store.measure() as count:
        yard.post()
    assert count.writes == 1
    assert yard.services.presence.last("b1") == yard.clock.now()


def test_a_retired_users_document_is_not_made_again(yard):
    yard.starts(yard.ann.tag, "t1")
    yard.store.delete(paths.user(yard.ann.user_id))
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=5000, tag=yard.ann.tag)
    yard.tell("CP1", "status", connector=1, status="available")
    assert yard.store.get(paths.user(yard.ann.user_id)) is None
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 4000


def test_a_removed_charge_point_is_unknown(yard):
    yard.services.registry.delete("CP1", DRIVER)
    assert yard.tell("CP1", "status", connector=1, status="available")["reason"] == "unknown_charge_point"
    assert point(yard).removed
    assert point(yard).password_sha256 == ()
