"""Settings at an OCPP 1.6 charge point: each is written, read back and compared, in every way that can go wrong."""

from typing import Any

import pytest

from ocpp_bridge.ocpp16.limit_profile import InForce, in_force
from ocpp_bridge.ocpp16.setting_keys import ASKED
from ocpp_bridge.ocpp16.settings import SUPPORTED
from ocpp_bridge.setting_answers import outcome_of
from tests.unit.bridge.commands.setting_box import ALL, Box
from wire.settings import SettingsRead, SettingState, SettingTold, given

EVERY: list[tuple[str, Any, str]] = [
    ("enabled", False, "ChangeAvailability"),
    ("limit_a", 8.0, "SetChargingProfile"),
    ("cable_lock", True, "ChangeConfiguration"),
    ("phases", 1, "SetChargingProfile"),
    ("heartbeat_s", 30, "ChangeConfiguration"),
    ("sample_s", 10, "ChangeConfiguration"),
    ("measurands", ("Energy.Active.Import.Register", "Voltage"), "ChangeConfiguration"),
]
PARAMETERS = pytest.mark.parametrize(("name", "value", "action"), EVERY, ids=[row[0] for row in EVERY])


def told(read: SettingsRead, name: str) -> tuple[str, str]:
    return read.told[name].state.value, read.told[name].reason


def test_the_table_names_every_setting_that_is_declared() -> None:
    assert {name for name, _, _ in EVERY} == set(SUPPORTED)


@PARAMETERS
def test_a_value_that_was_taken_is_read_back_and_confirmed(name: str, value: Any, action: str) -> None:
    box = Box()
    read = box.carry_out(**{name: value})
    assert told(read, name) == ("confirmed", "")
    assert given(read.values)[name] == value
    assert action in box.actions()
    assert outcome_of(read).outcome == "accepted"


@PARAMETERS
def test_a_value_that_was_rejected_is_said_so(name: str, value: Any, action: str) -> None:
    read = Box(answers={action: "Rejected"}).carry_out(**{name: value})
    assert told(read, name) == ("rejected", "Rejected")
    assert given(read.values)[name if name != "phases" else "limit_a"] != value
    outcome = outcome_of(read)
    assert (outcome.outcome, outcome.answer) == ("rejected", "rejected")
    assert name in outcome.error


@PARAMETERS
@pytest.mark.parametrize("answer", ["!NotImplemented", "!NotSupported", "NotSupported"])
def test_what_a_charge_point_has_not_is_not_supported(name: str, value: Any, action: str, answer: str) -> None:
    read = Box(answers={action: answer}).carry_out(**{name: value})
    assert told(read, name)[0] == "not_supported"
    assert read.supported is not None
    assert name not in read.supported
    assert outcome_of(read).answer == "not_supported"


@PARAMETERS
def test_a_value_that_is_accepted_and_ignored_differs_where_it_shows(name: str, value: Any, action: str) -> None:
    read = Box(ignores=frozenset({action})).carry_out(**{name: value})
    shows_nothing = name == "phases"
    assert told(read, name)[0] == ("unconfirmed" if shows_nothing else "differs")
    assert outcome_of(read).outcome == "accepted"


@PARAMETERS
@pytest.mark.parametrize("error", ["timeout", "disconnected"])
def test_silence_ends_the_command_and_nothing_more_is_said(name: str, value: Any, action: str, error: str) -> None:
    box = Box(answers={action: f"!{error}"})
    read = box.carry_out(**{name: value})
    assert told(read, name) == ("failed", error)
    assert box.actions()[-1] == action
    outcome = outcome_of(read, error)
    assert (outcome.outcome, outcome.answer) == ("failed", error)


@PARAMETERS
@pytest.mark.parametrize("answer", ["!InternalError", {}, {"status": None}, {"status": 7}])
def test_an_answer_that_is_none_fails_and_the_rest_is_read_all_the_same(
    name: str, value: Any, action: str, answer: Any
) -> None:
    read = Box(answers={action: answer}).carry_out(**{name: value})
    assert told(read, name) == ("failed", "InternalError" if isinstance(answer, str) else "bad_answer")
    assert "heartbeat_s" in given(read.values)


@pytest.mark.parametrize(("name", "value"), [("phase", 2), ("rfid_lock", True), ("mode", "schedule")])
def test_what_ocpp_16_has_no_words_for_is_refused_before_anything_is_said(name: str, value: Any) -> None:
    box = Box()
    read = box.carry_out(**{name: value, "heartbeat_s": 30})
    assert told(read, name) == ("not_supported", "")
    assert told(read, "heartbeat_s") == ("not_tried", "")
    assert box.asked == []
    assert outcome_of(read).answer == "not_supported"


def test_reading_only_writes_nothing_and_tells_everything() -> None:
    box = Box()
    read = box.carry_out()
    assert given(read.values) == {
        "enabled": True,
        "limit_a": 32,
        "cable_lock": False,
        "heartbeat_s": 300,
        "sample_s": 60,
        "measurands": tuple(ALL.split(",")),
    }
    assert set(box.actions()) == {"GetConfiguration", "GetCompositeSchedule", "TriggerMessage"}
    assert read.told == {}
    assert outcome_of(read).outcome == "accepted"


def test_several_values_are_written_in_one_order_and_all_confirmed() -> None:
    box = Box()
    read = box.carry_out(enabled=False, limit_a=10.5, phases=1, sample_s=5, cable_lock=True)
    assert {each.state for each in read.told.values()} == {SettingState.CONFIRMED}
    writes = [each for each in box.actions() if not each.startswith(("Get", "Trigger"))]
    assert writes == ["ChangeConfiguration", "ChangeConfiguration", "SetChargingProfile", "ChangeAvailability"]


def test_after_silence_the_other_values_are_not_tried() -> None:
    read = Box(answers={"SetChargingProfile": "!timeout"}).carry_out(sample_s=5, limit_a=8.0, phases=1, enabled=False)
    assert told(read, "sample_s") == ("unconfirmed", "")
    assert told(read, "limit_a") == told(read, "phases") == ("failed", "timeout")
    assert told(read, "enabled") == ("not_tried", "")


def test_a_charge_point_that_answers_nothing_at_all_is_asked_once() -> None:
    box = Box(answers={"GetConfiguration": "!timeout"})
    for values in ({"limit_a": 8.0, "enabled": True}, {"phases": 3, "sample_s": 9}, {"limit_a": None}, {}):
        box.asked.clear()
        read = box.carry_out(**values)
        assert {each.state for each in read.told.values()} <= {SettingState.NOT_TRIED}
        assert box.actions() == ["GetConfiguration"]
        assert outcome_of(read, "timeout").outcome == "failed"


def test_a_limit_above_what_the_charger_has_reads_back_clamped() -> None:
    read = Box(clamp_a=16).carry_out(limit_a=99.0)
    assert told(read, "limit_a") == ("differs", "NoTransaction")
    assert given(read.values)["limit_a"] == 16


@pytest.mark.parametrize(
    "answer",
    [
        "!NotImplemented",
        "Rejected",
        {"status": "Accepted"},
        {"status": "Accepted", "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": []}},
        {"status": "Accepted", "chargingSchedule": {"chargingSchedulePeriod": [{"limit": -1}]}},
        {"status": "Accepted", "chargingSchedule": {"chargingSchedulePeriod": [{"limit": "8"}, 3]}},
        {"status": "Accepted", "chargingSchedule": {"chargingSchedulePeriod": [{"limit": True}]}},
        {"status": "Accepted", "chargingSchedule": []},
        {"status": "Accepted", "chargingSchedule": {"chargingSchedulePeriod": {"0": 1}}},
        {"chargingSchedule": {"chargingSchedulePeriod": [{"limit": 8}]}},
    ],
)  # fmt: skip
def test_a_limit_whose_schedule_is_not_told_is_unconfirmed(answer: Any) -> None:
    read = Box(answers={"GetCompositeSchedule": answer}).carry_out(limit_a=8.0)
    assert told(read, "limit_a") == ("unconfirmed", "")
    assert "limit_a" not in given(read.values)


def test_a_charge_point_that_knows_watts_only_is_told_watts() -> None:
    box = Box(keys={"ChargingScheduleAllowedChargingRateUnit": "Power"})
    read = box.carry_out(limit_a=8.0)
    assert box.limits() == [8 * 3 * 230]
    assert told(read, "limit_a") == ("confirmed", "")


def test_who_does_not_say_which_unit_is_tried_with_both() -> None:
    box = Box(keys={}, answers={"unit": "Power"})
    read = box.carry_out(limit_a=10.0, phases=1)
    assert box.limits() == [10, 2300]
    assert told(read, "limit_a") == ("confirmed", "")


def test_a_new_limit_keeps_the_phases_that_hold_and_new_phases_the_limit() -> None:
    box = Box()
    box.carry_out(phases=1)
    box.carry_out(limit_a=8.0)
    read = box.carry_out(phases=3)
    assert box.limits() == [32, 8, 8]
    sent = [payload["csChargingProfiles"]["chargingSchedule"] for name, payload in box.asked if "SetCh" in name]
    assert [each["chargingSchedulePeriod"][0]["numberPhases"] for each in sent] == [1, 1, 3]
    assert (given(read.values)["limit_a"], given(read.values)["phases"]) == (8, 3)


def test_phases_without_any_known_limit_need_one() -> None:
    read = Box(answers={"GetCompositeSchedule": "Rejected"}).carry_out(phases=1)
    assert told(read, "phases") == ("rejected", "NeedsLimit")


def test_a_running_transaction_that_keeps_its_old_limit_gets_a_profile_of_its_own() -> None:
    box = Box(is_charging=True, default_when_running=False)
    read = box.carry_out(transaction_id=55, limit_a=8.0)
    assert told(read, "limit_a") == ("confirmed", "")
    running = box.asked[box.actions().index("SetChargingProfile") + 2][1]["csChargingProfiles"]
    assert (running["chargingProfilePurpose"], running["transactionId"]) == ("TxProfile", 55)
    again = Box(is_charging=True)
    again.carry_out(transaction_id=55, limit_a=8.0)
    assert again.limits() == [8]


def test_no_limit_takes_the_profile_away_which_cannot_be_done_twice() -> None:
    box = Box()
    box.carry_out(limit_a=8.0)
    read = box.carry_out(limit_a=None)
    assert told(read, "limit_a") == ("confirmed", "")
    assert box.profiles == {}
    assert given(read.values)["limit_a"] == 32
    assert told(Box().carry_out(limit_a=None), "limit_a") == ("confirmed", "")
    liar = Box(answers={"ClearChargingProfile": "Accepted"})
    assert told(liar.carry_out(limit_a=None), "limit_a") == ("unconfirmed", "")


def test_no_limit_and_phases_take_the_highest_limit() -> None:
    box = Box(is_charging=True)
    box.carry_out(transaction_id=5, limit_a=8.0)
    read = box.carry_out(transaction_id=5, limit_a=None, phases=1)
    assert told(read, "limit_a")[0] == told(read, "phases")[0] == "confirmed"
    assert box.limits() == [8, 32]


def test_taking_a_charger_out_of_service_during_a_charge_comes_later() -> None:
    read = Box(is_charging=True).carry_out(enabled=False)
    assert told(read, "enabled") == ("differs", "Scheduled")


def test_a_status_that_nobody_can_ask_for_is_heard_when_it_comes_by_itself() -> None:
    box = Box(answers={"TriggerMessage": "!NotImplemented"})
    assert told(box.carry_out(enabled=False), "enabled") == ("confirmed", "")
    assert told(box.carry_out(enabled=False), "enabled") == ("unconfirmed", "")


def test_a_key_that_works_after_a_reboot_differs_until_then() -> None:
    read = Box(reboots_for=frozenset({"HeartbeatInterval"})).carry_out(heartbeat_s=30)
    assert told(read, "heartbeat_s") == ("differs", "RebootRequired")


def test_a_read_only_key_is_not_written() -> None:
    box = Box(readonly=frozenset({"MeterValueSampleInterval"}))
    read = box.carry_out(sample_s=5)
    assert told(read, "sample_s") == ("rejected", "ReadOnly")
    assert "ChangeConfiguration" not in box.actions()
    assert read.supported is not None
    assert not read.supported["sample_s"].writable


def test_a_key_it_does_not_know_is_not_supported_and_not_written() -> None:
    keys = {"HeartBeatInterval": "60"}
    box = Box(keys=keys)
    read = box.carry_out(cable_lock=True, heartbeat_s=30)
    assert told(read, "cable_lock") == ("not_supported", "UnknownKey")
    assert told(read, "heartbeat_s") == ("confirmed", "")
    assert box.keys == {"HeartBeatInterval": "30"}
    assert read.supported is not None
    assert not {"cable_lock", "sample_s", "measurands"} & set(read.supported)


def test_values_nobody_can_read_are_left_out() -> None:
    keys = {"HeartbeatInterval": "soon", "MeterValueSampleInterval": "-5", "UnlockConnectorOnEVSideDisconnect": "maybe"}
    read = Box(keys=keys).carry_out()
    assert not {"heartbeat_s", "sample_s", "cable_lock"} & given(read.values).keys()
    odd = {"configurationKey": [None, {"key": 3}, {"value": "x"}, {"key": "HeartbeatInterval"}], "unknownKey": [4]}
    assert "heartbeat_s" not in given(Box(answers={"GetConfiguration": odd}).carry_out().values)
    as_values = [{"key": "HeartbeatInterval", "value": 60}, {"key": "UnlockConnectorOnEVSideDisconnect", "value": True}]
    odd = {"configurationKey": as_values, "unknownKey": None}
    read = Box(answers={"GetConfiguration": odd}).carry_out()
    assert (given(read.values)["heartbeat_s"], given(read.values)["cable_lock"]) == (60, False)


def test_measurands_are_reduced_until_they_are_taken_and_remembered_each_time() -> None:
    box = Box(most_measurands=2)
    wanted = ("Energy.Active.Import.Register", "Power.Active.Import", "Voltage", "Temperature")
    read = box.carry_out(measurands=wanted)
    assert told(read, "measurands") == ("differs", "")
    assert given(read.values)["measurands"] == ("Energy.Active.Import.Register", "Power.Active.Import")
    assert [(note.wanted.count(","), note.outcome) for note in box.notes] == [
        (3, "disconnected"), (3, "Rejected"), (2, "disconnected"), (2, "Rejected"), (1, "disconnected"), (1, ASKED),
    ]  # fmt: skip


def test_measurands_a_charge_point_restarts_at_stay_noted() -> None:
    box = Box(answers={"ChangeConfiguration": "!disconnected"})
    box.carry_out(measurands=("Voltage",))
    assert [(note.wanted, note.outcome) for note in box.notes] == [("Voltage", "disconnected")]


def test_a_composite_schedule_in_watts_is_read_as_amperes() -> None:
    def told_w(limit: float, **more: Any) -> InForce:
        period = {"startPeriod": 0, "limit": limit, **more}
        schedule = {"chargingRateUnit": "W", "chargingSchedulePeriod": [period]}
        return in_force({"status": "Accepted", "chargingSchedule": schedule})

    assert (told_w(5520).limit_a, told_w(2300, numberPhases=1).limit_a) == (8, 10)
    assert told_w(5500).holds(8)


def test_a_failure_outweighs_a_refusal_and_a_refusal_what_was_taken() -> None:
    states = {"a": "confirmed", "b": "rejected", "c": "failed"}
    read = SettingsRead(told={name: SettingTold(state=SettingState(state)) for name, state in states.items()})
    assert outcome_of(read).outcome == "failed"
    taken = SettingsRead(told={"a": SettingTold(state=SettingState.UNCONFIRMED)})
    assert outcome_of(taken, "timeout").outcome == "accepted"
