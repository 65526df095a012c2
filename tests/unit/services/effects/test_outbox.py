"""Effects after the commit: in order, at least once, with one id; what fails changes nothing but ``pending``."""

from dataclasses import replace

import pytest

from model import paths
from model.charger import Enforcement
from model.documents import to_json
from services.background import background
from services.ports import CommandFate
from services.site_services import site_services
from services.sites.decision_document import decision_document
from tests.fakes.notifier import FakeNotifier
from tests.fakes.site_world import DRIVER, YARD, World
from wire.commands import Hold, Release, Start, Stop


@pytest.fixture
def joined(world: World) -> World:
    """Ann has just been offered the charger of a connected charge point; nothing is sent yet."""
    world.location()
    world.charge_point()
    world.nudged()
    world.notifier.sent.clear()
    world.bus.commands.clear()
    world.ann = world.driver("ann")
    world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
    return world


def path(world: World) -> str:
    return paths.decision(YARD, world.site().version)


def test_an_offer_tells_the_driver_and_holds_the_charger_with_the_effects_ids(joined):
    version = joined.site().version
    with joined.store.measure() as count:
        assert joined.background.outbox.send(path(joined)).sent == 2
    assert (count.reads, count.writes) == (1, 1)  # the one read is this test's own
    [message] = joined.notifier.sent
    assert message.message_id == f"yard:{version}:0"
    assert (message.user_id, message.kind, message.collapse_key) == (joined.ann.user_id, "offered", "yard:1")
    assert message.data["charger_id"] == "c1"
    assert message.data["session_id"] == "1"
    assert message.text == "Charger c1 at Yard is free for you: answer by 09:10."
    [(bridge_id, command)] = joined.bus.commands
    assert bridge_id == "b1"
    assert isinstance(command, Hold)
    assert (command.command_id, command.tag, command.connector) == (f"yard:{version}:1", joined.ann.tag, 1)
    assert command.expires_at == command.until
    after = joined.decision(version)
    assert (after.pending, after.pending_since, after.leased_until) == ([], None, None)


def test_sending_again_sends_nothing(joined):
    joined.background.outbox.send(path(joined))
    assert joined.background.outbox.send(path(joined)).sent == 0
    assert joined.background.outbox.send("locations/x/decisions/000000000001").sent == 0
    assert len(joined.notifier.sent) == 1


def test_a_failing_notifier_changes_nothing_but_pending(joined):
    site = to_json(joined.site())
    version = joined.site().version
    joined.notifier.failing = True
    delivery = joined.background.outbox.send(path(joined))
    assert (delivery.sent, delivery.failed, delivery.in_order) == (1, 1, True)
    assert len(joined.bus.commands) == 1
    assert to_json(joined.site()) == site
    assert joined.decision(version).pending == [f"yard:{version}:0"]
    joined.notifier.failing = False
    assert joined.background.outbox.send(path(joined)).sent == 1
    assert joined.notifier.sent[0].message_id == f"yard:{version}:0"
    assert len(joined.bus.commands) == 1
    assert joined.decision(version).pending_since is None


def test_a_bridge_that_cannot_be_reached_keeps_the_command_pending_and_the_order(joined):
    joined.bus.failing = True
    delivery = joined.background.outbox.send(path(joined))
    assert (delivery.sent, delivery.failed, delivery.in_order) == (1, 1, False)
    assert joined.decision(joined.site().version).pending == [f"yard:{joined.site().version}:1"]


def test_a_process_that_died_between_sending_and_clearing_repeats_with_the_same_id(joined):
    version = joined.site().version
    joined.background.outbox.send(path(joined))
    # What the dead process had sent, but not cleared:
    record = joined.decision(version)
    pending = [str(effect["id"]) for effect in record.effects]
    joined.store.put(path(joined), decision_document(replace(record, pending=pending, pending_since=record.at)))
    joined.clock.advance(seconds=61)
    assert joined.background.outbox.sweep() == 2
    first, again = joined.notifier.sent
    assert first.message_id == again.message_id
    assert [command.command_id for _, command in joined.bus.commands] == [f"yard:{version}:1"] * 2


def test_the_sweep_leaves_the_first_minute_to_the_process_that_decided(joined):
    joined.clock.advance(seconds=59)
    assert joined.background.outbox.sweep() == 0
    joined.clock.advance(seconds=2)
    with joined.store.measure() as count:
        assert joined.background.outbox.sweep() == 2
    assert count.reads <= 3
    with joined.store.measure() as count:
        assert joined.background.outbox.sweep() == 0
    assert (count.reads, count.writes) == (1, 0)


def test_a_lease_keeps_two_sweeps_from_sending_the_same(joined):
    """The second sweep runs while the first is in the middle of sending."""
    joined.clock.advance(seconds=61)
    services = site_services(joined.store, joined.clock, joined.randomness, joined.bus)
    other = background(joined.store, joined.clock, FakeNotifier(), joined.bus, services)
    inner: list[int] = []
    send = joined.notifier.send

    def send_slowly(notification):
        inner.append(other.outbox.sweep())
        send(notification)

    joined.notifier.send = send_slowly
    assert joined.background.outbox.sweep() == 2
    assert inner == [0]


def test_what_fails_in_a_sweep_rests_as_long_as_it_has_waited(joined):
    joined.notifier.failing = True
    joined.bus.failing = True
    tries: list[float] = []
    start = joined.clock.now()
    sweeps = [0, 61, 62, 119, 122, 183, 245, 300, 400, 500]
    for second in sweeps:
        joined.clock.advance(seconds=second - (joined.clock.now() - start).total_seconds())
        before = joined.decision(joined.site().version).leased_until
        joined.background.outbox.sweep()
        if joined.decision(joined.site().version).leased_until != before:
            tries.append(second)
    assert tries == [61, 122, 245, 500]


def test_what_rests_costs_no_transaction(joined):
    joined.notifier.failing = True
    joined.bus.failing = True
    joined.clock.advance(seconds=61)
    joined.background.outbox.sweep()
    transactions, transact = [], joined.store.transact

    def counted(body):
        transactions.append(body)
        return transact(body)

    joined.store.transact = counted
    assert joined.background.outbox.sweep() == 0
    assert transactions == []
    joined.notifier.failing = joined.bus.failing = False
    joined.clock.advance(seconds=62)
    assert joined.background.outbox.sweep() > 0
    assert transactions


def test_after_a_day_it_is_given_up(joined):
    joined.notifier.failing = True
    joined.bus.failing = True
    joined.clock.advance(days=1, seconds=1)
    joined.background.outbox.sweep()
    assert joined.decision(joined.site().version).pending_since is None
    joined.notifier.failing = False
    assert joined.background.outbox.sweep() == 0
    assert joined.notifier.sent == []


def test_a_late_hold_of_an_offer_that_is_over_is_not_sent(joined):
    offered = path(joined)
    joined.services.queueing.leave(YARD, joined.ann.user_id, DRIVER)
    joined.background.outbox.send(offered)
    assert joined.bus.commands == []
    joined.background.outbox.send(path(joined))
    assert [type(command) for _, command in joined.bus.commands] == [Release]


def test_a_charger_whose_bridge_is_unknown_answers_at_once(world):
    world.location()
    world.services.registry.put("CP1", {"1": "yard:c1"}, DRIVER, password="0123456789abcdef")
    world.services.keeping.set_state(YARD, "c1", "available", DRIVER)
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    version = world.site().version
    world.nudged()
    assert world.bus.commands == []
    assert world.decision(version).pending == []
    assert world.decision(version + 1).inputs[0]["kind"] == "HoldAnswered"
    assert world.decision(version + 1).inputs[0]["outcome"] == "not_connected"


def test_a_start_nobody_fetched_in_a_minute_is_told_to_the_driver_and_not_sent(joined):
    joined.background.outbox.send(path(joined))
    joined.services.charging.start_charging(YARD, "c1", joined.ann.user_id, DRIVER)
    started = path(joined)
    joined.notifier.sent.clear()
    joined.bus.commands.clear()
    joined.clock.advance(seconds=61)
    joined.background.outbox.send(started)
    assert Start not in {type(command) for _, command in joined.bus.commands}
    assert "start_failed" in {kind for _, kind in joined.told()}


def test_whatever_fate_the_bridge_names_its_event_decides(joined):
    """The bridge tells the outcome as an event too; deciding here as well would tell the driver twice."""
    joined.bus.fate = CommandFate.NOT_CONNECTED
    version = joined.site().version
    joined.background.outbox.send(path(joined))
    assert joined.site().version == version


def test_ending_a_charge_stops_the_transaction_at_the_charge_point(joined):
    joined.nudged()
    joined.starts(joined.ann.tag, "t7")
    joined.nudged()
    joined.bus.commands.clear()
    joined.services.charging.end_session(YARD, "c1", "owner", DRIVER, user_id=joined.ann.user_id)
    joined.nudged()
    [(_, stop)] = joined.bus.commands
    assert isinstance(stop, Stop)
    assert stop.transaction_id == "t7"


def test_the_charge_points_answer_to_a_hold_finds_its_reservation(joined):
    joined.nudged()
    [(_, hold)] = joined.bus.commands
    result = joined.tell("CP1", "command_result", command_id=hold.command_id, outcome="accepted", answer="Accepted")
    assert result["outcome"] == "applied"
    assert joined.charger().enforcement is Enforcement.RESERVE
    refused = joined.tell("CP1", "command_result", command_id=hold.command_id, outcome="rejected", answer="Occupied")
    assert refused["outcome"] == "applied"
    assert joined.charger().session is None
    assert joined.site().queue[0].front_at is not None
