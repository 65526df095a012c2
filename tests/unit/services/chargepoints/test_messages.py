"""The last frames of a charge point: asked of its bridge when somebody wants to see them, and kept nowhere."""

from datetime import timedelta

import pytest

from model import paths
from model.errors import NotFound, Unavailable
from services.chargepoints.messages import MOST_RECORD_S, Messages
from services.ports import CommandFate
from tests.fakes.site_world import World
from wire.commands import Frames

FRAME = {
    "at": "2026-05-04T12:00:00Z", "direction": "received", "action": "Heartbeat", "size": 22,
    "message": [2, "1", "Heartbeat", {"nested": [[1], [2]]}],
}  # fmt: skip


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.charge_point()
    return world


def messages(world: World, *, answers: bool = True, **result) -> Messages:
    """The service; its bridge answers while it waits."""

    def pause(seconds: float) -> None:
        world.clock.advance(seconds=seconds)
        if answers:
            (_, command) = world.bus.commands[-1]
            shown = {"frames": [FRAME], "cursor": "c-1", "more": False, "lost": False, "recorded_until": None}
            about = {"command_id": command.command_id, "outcome": "accepted", "response": shown}
            world.tell("CP1", "command_result", **{**about, **result})

    return Messages(world.store, world.clock, world.randomness, world.bus, world.services.registry, pause)


def test_they_are_asked_of_its_bridge_and_nothing_stays_behind(yard):
    shown = messages(yard).read("CP1", "u-root", after="c-0", most=7)
    assert [(frame.action, frame.message) for frame in shown.frames] == [("Heartbeat", FRAME["message"])]
    assert shown.cursor == "c-1"
    [(bridge_id, command)] = yard.bus.commands
    assert isinstance(command, Frames)
    assert (bridge_id, command.after, command.most, command.record_until) == ("b1", "c-0", 7, None)
    assert yard.store.get(paths.command(command.command_id)) is None


def test_also_of_one_that_is_not_connected_now(yard):
    yard.tell("CP1", "connection", connected=False, bridge_id="b1", epoch=1)
    assert len(messages(yard).read("CP1", "u-root").frames) == 1


def test_recording_is_asked_for_until_a_time_a_day_away_at_most(yard):
    began = yard.clock.now()
    messages(yard).record("CP1", "u-root", 10 * MOST_RECORD_S)
    (_, command) = yard.bus.commands[-1]
    assert command.record_until == began + timedelta(seconds=MOST_RECORD_S)


@pytest.mark.parametrize("fate", [CommandFate.NOT_CONNECTED, CommandFate.EXPIRED])
def test_a_bridge_that_does_not_answer_is_said_so_and_nothing_stays_behind(yard, fate):
    silent = messages(yard, answers=False)
    with pytest.raises(Unavailable):
        silent.read("CP1", "u-root")
    yard.bus.fate = fate
    with pytest.raises(Unavailable):
        silent.read("CP1", "u-root")
    yard.bus.failing = True
    with pytest.raises(Unavailable):
        silent.read("CP1", "u-root")
    for _, command in yard.bus.commands:
        assert yard.store.get(paths.command(command.command_id)) is None


def test_a_bridge_that_cannot_is_said_so(yard):
    with pytest.raises(Unavailable):
        messages(yard, outcome="failed", response=None).read("CP1", "u-root")


def test_an_unknown_charge_point_is_not_found(yard):
    with pytest.raises(NotFound):
        messages(yard).read("CP9", "u-root")
    assert yard.bus.commands == []
