"""Commands of admins: checked, recorded, sent, answered."""

import pytest

from model.charge_point import CommandStatus
from model.errors import Conflict, Invalid, NotFound
from services.chargepoints.commands import Commands
from services.idempotency import Answer, Replayed, once_for
from services.ports import CommandFate
from tests.fakes.site_world import World
from wire.commands import Ocpp

SENT = [
    ("RemoteStartTransaction", {"idTag": "T1", "connectorId": 1}),
    ("GetConfiguration", {"key": ["HeartbeatInterval"]}),
    ("Reset", {"type": "Soft"}),
]
REFUSED = [("Reboot", {}), ("", {}), ("RemoteStartTransaction", {}), ("UnlockConnector", {"connectorId": 2})]


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.charge_point()
    return world


def send(world: World, action: str = "GetConfiguration", payload=None, pause=None, **more):
    wait = pause or (lambda seconds: world.clock.advance(seconds=seconds))
    commands = Commands(world.store, world.clock, world.randomness, world.bus, world.services.registry, wait)
    return commands.send("CP1", action, payload or {}, "u-root", **more)


@pytest.mark.parametrize(("action", "payload"), SENT)
def test_an_operation_is_sent_as_it_is(yard, action, payload):
    record = send(yard, action, payload)
    assert record.status is CommandStatus.SENT
    [(bridge_id, command)] = yard.bus.commands
    assert bridge_id == "b1"
    assert isinstance(command, Ocpp)
    assert (command.action, command.payload, command.command_id) == (action, payload, record.command_id)


@pytest.mark.parametrize(("action", "payload"), REFUSED)
def test_others_and_ill_formed_ones_are_invalid_and_not_recorded(yard, action, payload):
    with yard.store.measure() as count, pytest.raises(Invalid):
        send(yard, action, payload)
    assert count.writes == 0
    assert yard.bus.commands == []


@pytest.mark.parametrize(("able", "said"), [([], "nothing"), (["start", "stop"], "start, stop")])
def test_a_unit_that_speaks_no_ocpp_is_not_started_and_stopped_by_its_words(yard, able, said):
    yard.tell("CP1", "boot", protocol="meter", commands=able)
    for action, payload in (SENT[0], ("RemoteStopTransaction", {"transactionId": 5})):
        with yard.store.measure() as count, pytest.raises(Conflict, match=f"asked for: {said}") as refused:
            send(yard, action, payload)
        assert (refused.value.code, count.writes) == ("not_supported", 0)
    assert yard.bus.commands == []
    assert send(yard, *SENT[2]).status is CommandStatus.SENT


def test_a_charge_point_without_connection_is_not_connected_at_once(yard):
    yard.tell("CP1", "connection", connected=False, bridge_id="b1", epoch=1)
    record = send(yard, wait_s=20)
    assert record.status is CommandStatus.NOT_CONNECTED
    assert yard.bus.commands == []
    assert yard.services.commands.get("CP1", record.command_id) == record


def test_the_answer_is_waited_for_and_kept(yard):
    def answer(seconds: float) -> None:
        yard.clock.advance(seconds=seconds)
        yard.tell(
            "CP1", "command_result", command_id=yard.bus.commands[0][1].command_id, outcome="accepted",
            response={"configurationKey": [{"key": "AuthorizationKey", "value": "secret"}, {"key": "a", "value": "1"}],
                      "nested": [[1], [2]]},
        )  # fmt: skip

    record = send(yard, pause=answer, wait_s=20)
    assert record.status is CommandStatus.ACCEPTED
    assert record.response == {
        "configurationKey": [{"key": "AuthorizationKey", "value": "***"}, {"key": "a", "value": "1"}],
        "nested": [[1], [2]],
    }
    assert record.ended_at == yard.clock.now()


def test_waiting_looks_five_times_a_second_at_most_and_ends_in_time(yard):
    started = yard.clock.now()
    with yard.store.measure() as count:
        record = send(yard, wait_s=2)
    assert record.status is CommandStatus.SENT
    assert (yard.clock.now() - started).total_seconds() == 2
    assert count.reads <= 2 * 5 + 2


def test_an_answer_quicker_than_the_bus_is_not_overwritten(yard):
    command = yard.bus.command

    def quick(bridge_id, sent):
        fate = command(bridge_id, sent)
        yard.tell("CP1", "command_result", command_id=sent.command_id, outcome="rejected", answer="Rejected")
        return fate

    yard.bus.command = quick
    record = send(yard)
    assert (record.status, record.error) == (CommandStatus.REJECTED, "Rejected")
    late = yard.tell("CP1", "command_result", command_id=record.command_id, outcome="accepted")
    assert late["outcome"] == "applied"
    assert yard.services.commands.get("CP1", record.command_id).status is CommandStatus.REJECTED


@pytest.mark.parametrize(
    ("fate", "status"),
    [(CommandFate.NOT_CONNECTED, CommandStatus.NOT_CONNECTED), (CommandFate.EXPIRED, CommandStatus.EXPIRED),
     (CommandFate.REPEAT, CommandStatus.SENT)],
)  # fmt: skip
def test_the_bridges_first_word_is_the_status(yard, fate, status):
    yard.bus.fate = fate
    assert send(yard).status is status


def test_a_bridge_that_cannot_be_reached_is_a_failed_command(yard):
    yard.bus.failing = True
    record = send(yard, wait_s=20)
    assert record.status is CommandStatus.FAILED
    assert record.error


def test_a_command_never_answered_reads_expired_after_its_time(yard):
    record = send(yard)
    yard.clock.advance(seconds=61)
    assert yard.services.commands.get("CP1", record.command_id).status is CommandStatus.EXPIRED


def test_passwords_are_sent_and_never_stored(yard):
    record = send(yard, "ChangeConfiguration", {"key": "authorizationKey", "value": "top secret 123456"})
    assert record.payload["value"] == "***"
    assert yard.bus.commands[0][1].payload["value"] == "top secret 123456"
    assert b"top secret" not in yard.services.commands.get("CP1", record.command_id).payload["value"].encode()


def test_a_command_of_another_charge_point_is_not_found(yard):
    record = send(yard)
    yard.location("meadow")
    yard.charge_point("CP2", "meadow")
    for charge_point_id, command_id in (("CP2", record.command_id), ("CP1", "x"), ("CP1", ""), ("CP1", "\ud800")):
        with pytest.raises(NotFound):
            yard.services.commands.get(charge_point_id, command_id)
    forged = yard.tell("CP2", "command_result", command_id=record.command_id, outcome="accepted")
    assert forged["reason"] == "unknown_command"
    with pytest.raises(NotFound):
        yard.services.commands.send("CP9", "GetConfiguration", {}, "u-root")
    with pytest.raises(Invalid):
        send(yard, wait_s=21)


def test_a_keyed_command_is_sent_once(yard):
    once = once_for("u", "POST", "/x", "key", b"", lambda record: Answer(202, record.command_id))
    record = send(yard, once=once)
    with pytest.raises(Replayed) as replayed:
        send(yard, once=once)
    assert replayed.value.answer.body == record.command_id
    assert len(yard.bus.commands) == 1


@pytest.mark.parametrize("version", [10**30, 2**63, -(2**40)])
def test_an_answer_that_cannot_be_kept_is_an_answer_and_stops_nothing(yard, version):
    record = send(yard, "GetLocalListVersion")
    told = {"command_id": record.command_id, "outcome": "accepted", "response": {"listVersion": version}}
    assert yard.tell("CP1", "command_result", **told)["outcome"] == "applied"
    assert yard.services.commands.get("CP1", record.command_id).status is CommandStatus.ACCEPTED
    assert yard.tell("CP1", "status", connector=1, status="charging")["outcome"] == "applied"


def test_an_answer_whose_effect_fails_is_kept_all_the_same(yard, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("services.chargepoints.commands.keep_effect", fail)
    record = send(yard)
    assert yard.tell("CP1", "command_result", command_id=record.command_id, outcome="accepted")["outcome"] == "applied"
    assert yard.services.commands.get("CP1", record.command_id).status is CommandStatus.ACCEPTED


@pytest.mark.parametrize(
    ("place", "kind", "about"),
    [
        ("services.chargepoints.commands.Commands.ended", "command_result", {"command_id": "c", "outcome": "accepted"}),
        ("services.chargepoints.events.keep_link", "boot", {"protocol": "ocpp1.6"}),
    ],
)
def test_the_program_failing_at_one_event_stops_no_other(yard, monkeypatch, place, kind, about):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(place, fail)
    poisoned = yard.event("CP1", kind, **about)
    results = yard.post(poisoned, yard.event("CP1", "status", connector=1, status="charging")).results
    assert [result.outcome for result in results] == ["noted" if kind == "command_result" else "applied", "applied"]
