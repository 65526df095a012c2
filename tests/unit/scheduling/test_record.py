"""What a decision stores of its inputs and effects, and reads back for a replay."""

import json
from typing import Any, get_args

import pytest

from model.charger import Enforcement
from model.settings import Settings
from scheduling.effects import (
    Alert,
    Effect,
    HoldCharger,
    Message,
    Notify,
    ReleaseCharger,
    StartRemotely,
    StopRemotely,
    Warn,
)
from scheduling.inputs import (
    Accept,
    Blocked,
    Booted,
    CancelReservation,
    Decline,
    DrawReported,
    End,
    FundsReached,
    HoldAnswered,
    Input,
    Join,
    Leave,
    LevelReported,
    LimitCrossed,
    LinkChanged,
    MoveEntry,
    NearlyFull,
    NotMe,
    PleaseMove,
    PutCharger,
    PutLocation,
    QuotaReached,
    Regroup,
    Report,
    Request,
    Reserve,
    RetireCharger,
    RetireLocation,
    SetState,
    Snooze,
    Source,
    StartAnswered,
    StartCharging,
    StatusReported,
    StopCharging,
    StopFailed,
    Tagged,
    Tick,
    TransactionBegan,
    TransactionDone,
    UnitSilent,
    UnknownTag,
)
from scheduling.record import effect_from_plain, input_from_plain, inputs_from_plain, to_plain
from tests.fakes.clock import START

SOURCE = Source(charge_point_id="CP1", stream="s", seq=4, received_at=START, occurred_at=START)
TAGGED = Tagged(tag_key="card", user_id="ann", parent_tag="tag-ann", verdict="Accepted")
INPUTS: tuple[Input, ...] = (
    Join(user_id="ann", via="qr", present=True),
    Leave(user_id="ann"),
    Accept(user_id="ann", number=3),
    Decline(user_id="ann"),
    Snooze(user_id="ann", minutes=5),
    End(charger_id="c1", by="admin"),
    Reserve(user_id="ann", charger_id="c1", seconds=60),
    CancelReservation(user_id="ann", charger_id="c1"),
    StartCharging(user_id="ann", charger_id="c1"),
    StopCharging(user_id="ann", charger_id="c1"),
    NotMe(user_id="ann", charger_id="c1"),
    Blocked(user_id="ann", charger_id="c1"),
    PleaseMove(user_id="ann", charger_id="c1"),
    MoveEntry(entry_id=3, to="place", why="a guest", place=2),
    SetState(charger_id="c1", state="available"),
    PutLocation(name="Yard", settings=Settings(queue_hours={"mon": (("07:00", "18:00"),)}), cleared=("latitude",)),
    RetireLocation(),
    PutCharger(charger_id="c1", enforcement=Enforcement.RESERVE, price=300_000, charge_point_id="CP1", connector=1),
    RetireCharger(charger_id="c1"),
    Regroup(user_id="ann"),
    MoveEntry(entry_id=3, to="place", why="on call", place=2),
    Booted(source=SOURCE),
    LinkChanged(source=SOURCE, connected=True, bridge_id="b1", epoch=2),
    StatusReported(source=SOURCE, connector=1, status="faulted", error_code="GroundFailure"),
    TransactionBegan(source=SOURCE, connector=1, transaction_id="7", meter_start_wh=10, tagged=TAGGED, offline=True),
    DrawReported(source=SOURCE, connector=1, drawing=False, since=START),
    TransactionDone(source=SOURCE, transaction_id="7", meter_stop_wh=90, tagged=TAGGED),
    HoldAnswered(source=None, reservation_id=1, charge_point_id="CP1", outcome="accepted"),
    StartAnswered(source=SOURCE, charger_id="c1", outcome="rejected", answer="Rejected"),
    StopFailed(source=SOURCE, charge_point_id="CP1", transaction_id="7", outcome="failed", answer="impossible"),
    LevelReported(charger_id="c1", level="full"),
    UnitSilent(charger_id="c1"),
    FundsReached(charger_id="c1", number=3, ahead_s=360.0),
    LimitCrossed(charger_id="c1", measurand="Temperature", past=True, at=START, value=71.5, limit=70.0, unit="Celsius"),
    QuotaReached(charger_id="c1", number=3),
    NearlyFull(charger_id="c1", number=3),
    UnknownTag(charger_id="c1"),
    Tick(),
)
EFFECTS: tuple[Effect, ...] = (
    Notify(user_id="ann", message=Message.ENDED, entry_id=3, deadline=START, facts={"energy_wh": 5, "reason": "x"}),
    Notify(user_id="ann", message=Message.OFFERED, session_number=1, again="7:0"),
    Warn(alert=Alert.STRANGER, charger_id="c1", facts={"reason": "in_use"}),
    HoldCharger(charge_point_id="CP1", connector=1, reservation_id=9, tag="tag-ann", until=START),
    ReleaseCharger(charge_point_id="CP1", connector=1, reservation_id=9),
    StartRemotely(charge_point_id="CP1", connector=1, tag="tag-ann", charger_id="c1"),
    StopRemotely(charge_point_id="CP1", connector=1, transaction_id="7"),
)


def through_json(plain: dict[str, Any]) -> dict[str, Any]:
    back: dict[str, Any] = json.loads(json.dumps(plain))
    return back


def test_every_kind_of_input_and_effect_is_tried():
    assert {type(one) for one in INPUTS} == {*get_args(Request), *get_args(Report)}
    assert {type(one) for one in EFFECTS} == set(get_args(Effect))


@pytest.mark.parametrize("one", INPUTS, ids=lambda one: type(one).__name__)
def test_an_input_comes_back_the_same(one: Input):
    assert input_from_plain(through_json(to_plain(one))) == one


@pytest.mark.parametrize("one", EFFECTS, ids=lambda one: type(one).__name__)
def test_an_effect_comes_back_the_same(one: Effect):
    assert effect_from_plain(through_json(to_plain(one))) == one


def test_inputs_keep_their_order():
    assert inputs_from_plain([through_json(to_plain(one)) for one in INPUTS]) == INPUTS


@pytest.mark.parametrize("plain", [{"kind": "Nonsense"}, {}, {"kind": "Notify"}])
def test_an_unknown_kind_of_input_is_an_error(plain):
    with pytest.raises(ValueError, match="unknown kind"):
        input_from_plain(plain)
