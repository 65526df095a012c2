"""A charge that was to end and goes on: at units that cannot be stopped from afar, and at charge points that refuse."""

from dataclasses import replace

import pytest

from model.charger import ChargerState
from model.quota import Limit, Of, Per
from scheduling.effects import Alert, StopRemotely, Warn
from scheduling.inputs import QuotaReached, StopFailed
from tests.fakes.yard import Yard


def failed(yard: Yard, transaction_id: str = "t1", outcome: str = "failed", answer: str = "impossible") -> StopFailed:
    return StopFailed(
        source=yard.source(),
        charge_point_id="CP1",
        transaction_id=transaction_id,
        outcome=outcome,
        answer=answer,
    )


def alerts(yard: Yard) -> list[tuple[Alert, str]]:
    return [(one.alert, str(one.facts.get("reason", ""))) for one in yard.effects if isinstance(one, Warn)]


@pytest.mark.parametrize(
    ("outcome", "answer", "why"),
    [("failed", "impossible", "impossible"), ("rejected", "Rejected", "Rejected"), ("failed", "", "failed")],
)
def test_managers_are_told_of_a_used_up_quota_that_could_not_stop_its_charge(point_yard: Yard, outcome, answer, why):
    limit = Limit(per=Per.DAY, of=Of.ENERGY, most=5_000)
    point_yard.change(stop_at_quota=True)
    point_yard.people["ann"] = replace(point_yard.driver("ann"), limits=(limit,))
    point_yard.starts("ann", meter_start_wh=0)
    point_yard.metered(6_000)
    asked = point_yard.decide(QuotaReached(charger_id="c1", number=1))
    assert [one.transaction_id for one in asked.effects if isinstance(one, StopRemotely)] == ["t1"]
    said = point_yard.decide(failed(point_yard, outcome=outcome, answer=answer))
    assert alerts(point_yard) == [(Alert.NOT_STOPPED, why)]
    assert said.reasons == (f"charger c1: the charge could not be stopped ({why})",)
    assert point_yard.charger().state is ChargerState.CHARGING


def test_an_ended_session_whose_car_charges_on_is_told(point_yard: Yard):
    point_yard.starts("ann")
    point_yard.end(by="admin")
    point_yard.decide(failed(point_yard))
    assert alerts(point_yard) == [(Alert.NOT_STOPPED, "impossible")]


def test_of_a_charge_that_is_over_or_was_never_there_nothing_is_told(point_yard: Yard):
    for transaction_id in ("t1", "unknown"):
        point_yard.starts("ann")
        point_yard.stops("t1", 1_000, reason="EVDisconnected")
        assert point_yard.decide(failed(point_yard, transaction_id)).answers[0].reason == "over"
        assert alerts(point_yard) == []
