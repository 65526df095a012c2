"""Reminders: each once, in time, and only where there is somebody to hear of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from model.settings import Settings, settings_of_new
from scheduling.effects import Alert, Message, Notify, Warn
from scheduling.inputs import NearlyFull, Tick
from tests.fakes.yard import Yard


@pytest.fixture
def yard() -> Yard:
    """As a new location is set, with one charger."""
    made = Yard(settings=settings_of_new())
    made.connector()
    return made


def told_over(yard: Yard, seconds: float) -> list[tuple[float, str, Message]]:
    """Who is told what from now on, and after how many seconds."""
    start, end, found = yard.now, yard.now + timedelta(seconds=seconds), []
    while (due := yard.site.next_due_at) is not None and due <= end:
        yard.now = max(yard.now, due)
        yard.decide(Tick())
        found += [((yard.now - start).total_seconds(), one.user_id, one.message) for one in yard.told]
    yard.now = end
    return found


def alerts(yard: Yard) -> list[Warn]:
    return [one for one in yard.effects if isinstance(one, Warn)]


def full(yard: Yard, name: str = "ann") -> None:
    yard.join(name)
    yard.starts(name)
    yard.stops()
    assert yard.on() == f"{name} full"


def test_an_offer_goes_to_the_next_channel_once_with_the_id_it_had(yard: Yard):
    yard.join("ann")
    [offered] = [one for one in yard.told if one.message is Message.OFFERED]
    index = yard.effects.index(offered)
    version = yard.site.version
    assert offered.again == ""
    yard.wait_s(198)
    assert yard.site.version == version
    yard.wait_s(2)
    [again] = yard.effects
    assert isinstance(again, Notify)
    assert (again.message, again.again, again.session_number) == (Message.OFFERED, f"{version}:{index}", 1)
    assert again.deadline == offered.deadline
    assert told_over(yard, 390) == []


def test_of_a_short_time_to_answer_a_third_is_waited(yard: Yard):
    yard.change(response_s=60)
    yard.join("ann")
    assert [after_s for after_s, _, _ in told_over(yard, 30)] == [19]  # joining took the first second


def test_an_offer_that_was_answered_is_not_sent_again(yard: Yard):
    yard.join("ann")
    yard.accept("ann")
    assert [message for _, _, message in told_over(yard, 500)] == []


def test_a_hold_about_to_end_is_told_once_in_time(yard: Yard):
    yard.join("ann")
    yard.accept("ann")
    assert told_over(yard, 899) == [(600, "ann", Message.HOLD_ENDING)]


def test_a_short_hold_needs_no_reminder(yard: Yard):
    yard.change(plug_in_s=300)
    yard.join("ann")
    yard.accept("ann")
    assert told_over(yard, 299) == []


def test_who_has_plugged_in_is_not_reminded(yard: Yard):
    yard.join("ann")
    yard.accept("ann")
    yard.status("preparing")
    assert told_over(yard, 899) == []


def test_nearly_full_is_told_once_to_the_driver_of_that_session(yard: Yard):
    yard.join("ann")
    yard.starts("ann")
    yard.decide(NearlyFull(charger_id="c1", number=1))
    assert yard.messages() == [("ann", Message.NEARLY_FULL)]
    for report in (NearlyFull(charger_id="c1", number=1), NearlyFull(charger_id="c1", number=9)):
        assert not yard.decide(report).changed
    assert yard.decide(NearlyFull(charger_id="none", number=1)).answers[0].outcome == "repeat"


def test_the_ladder_of_a_full_car_in_others_way(yard: Yard):
    full(yard)
    [message] = [one for one in yard.told if one.message is Message.FULL]
    assert str(message.facts["move_by"]).startswith((yard.now + timedelta(seconds=899)).strftime("%Y-%m-%dT%H:%M"))
    yard.join("bob", "cid")
    told = told_over(yard, 900)
    assert [(who, what) for _, who, what in told] == [("ann", Message.PLEASE_MOVE)]
    assert alerts(yard) == []
    assert yard.charger().session is not None
    told_over(yard, 1790)
    assert alerts(yard) == []
    told_over(yard, 20)
    [alert] = alerts(yard)
    assert (alert.alert, alert.charger_id, alert.facts["waiting"], alert.facts["full_min"]) == (
        Alert.OVERSTAY, "c1", 2, 45,
    )  # fmt: skip
    assert told_over(yard, 7200) == []


def test_the_number_of_colleagues_is_told(yard: Yard):
    full(yard)
    yard.join("bob", "cid", "dee")
    yard.wait_s(900)
    [message] = yard.told
    assert (message.message, message.facts["waiting"]) == (Message.PLEASE_MOVE, 3)


def test_nobody_is_told_to_move_while_nobody_waits_and_nothing_is_decided_for_it(yard: Yard):
    full(yard)
    version = yard.site.version
    yard.wait_s(5000)
    assert yard.site.version == version
    yard.join("bob")
    assert ("ann", Message.PLEASE_MOVE) in yard.messages()
    assert [one.alert for one in alerts(yard)] == [Alert.OVERSTAY]


def test_who_sleeps_is_not_counted(yard: Yard):
    full(yard)
    yard.join("bob")
    [bob] = yard.site.queue
    yard.site = replace(yard.site, queue=(replace(bob, snoozed_until=yard.now + timedelta(hours=2)),))
    assert told_over(yard, 5000) == []


def test_a_car_that_only_keeps_its_battery_warm_is_told_once(yard: Yard):
    yard.join("ann")
    yard.starts("ann")
    for _ in range(3):
        yard.status("finishing")
        assert yard.on() == "ann full"
        yard.status("charging")
        assert yard.on() == "ann charging"
    yard.status("finishing")
    assert yard.messages() == []


def test_a_car_that_took_another_kwh_is_full_anew(yard: Yard):
    yard.join("ann")
    yard.starts("ann")
    yard.status("finishing")
    assert yard.messages() == [("ann", Message.FULL)]
    yard.status("charging")
    key = ("c1", 1)
    yard.sessions[key] = replace(yard.sessions[key], energy_wh=1000)
    yard.status("finishing")
    assert yard.messages() == [("ann", Message.FULL)]


def test_without_the_settings_nothing_is_told_and_nothing_is_due():
    yard = Yard(settings=Settings())
    yard.connector()
    yard.join("ann")
    assert yard.site.next_due_at == yard.charger().session.answer_by  # type: ignore[union-attr]
    yard.accept("ann")
    assert yard.site.next_due_at == yard.charger().session.plug_by  # type: ignore[union-attr]
    yard.starts("ann")
    yard.stops()
    yard.join("bob")
    assert told_over(yard, 7200) == []
