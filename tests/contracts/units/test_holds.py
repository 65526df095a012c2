"""Who gets power at a unit that is held for somebody, and what is done where nothing can be refused."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.units.conftest import TAG, Lot
from tests.contracts.units.stage import UNIT
from tests.e2e.world import wait_for


@pytest.fixture
def strict(idle: Lot) -> Lot:
    """Nobody charges here without saying who they are."""
    polls = len(idle.api.config_polls)
    idle.api.add_charge_point(UNIT, None, admits_unknown=False, offline_flap_s=0)
    idle.api.wait_for(lambda api: len(api.config_polls) > polls + 2)
    return idle


@pytest.fixture
def power(idle: Lot) -> Lot:
    if not idle.stage.switches_power:
        pytest.skip("nothing can be refused here")
    return idle


def test_a_hold_is_answered_with_how_it_is_kept(idle: Lot) -> None:
    answer = idle.hold()
    assert (answer["outcome"], answer["answer"]) == ("accepted", "power" if idle.stage.switches_power else "presumed")


def test_a_stranger_gets_no_power_where_it_is_held_for_another(power: Lot) -> None:
    power.hold()
    assert not power.stage.gives_power()
    power.stage.plug()
    power.stage.charge(500)
    power.until_status("preparing")
    power.stage.unplug()
    power.until_status("available")
    assert power.told("transaction_started") == []


def test_the_holder_starts_and_the_charge_bears_their_tag(power: Lot) -> None:
    power.hold(reservation_id=41)
    power.stage.plug()
    power.until_status("preparing")
    assert power.start()["outcome"] == "accepted"
    assert power.stage.gives_power()
    started = power.until("transaction_started")
    assert (started["tag"], started["reservation_id"]) == (TAG, 41)
    power.stage.charge(600)
    power.until_charged(600 - power.stage.resolution_wh)
    power.stage.full()
    power.stage.unplug()
    power.until_status("available")
    power.until_power(on=True)
    assert len(power.told("transaction_started", "transaction_ended")) == 2


def test_the_holder_may_start_before_the_plug_is_in(power: Lot) -> None:
    power.hold()
    assert power.start()["outcome"] == "accepted"
    power.stage.plug()
    power.stage.charge(600)
    assert power.until("transaction_started")["tag"] == TAG


def test_another_cannot_start_where_it_is_held(power: Lot) -> None:
    power.hold()
    answer = power.start("KW-BENO")
    assert (answer["outcome"], answer["answer"]) == ("rejected", "Blocked")
    assert not power.stage.gives_power()


def test_a_released_unit_gives_power_to_whoever_comes(power: Lot) -> None:
    power.hold()
    assert power.do("release", connector=1, reservation_id=7)["outcome"] == "accepted"
    power.until_power(on=True)
    power.stage.plug()
    power.stage.charge(300)
    assert power.until("transaction_started")["tag"] == ""


def test_a_hold_that_is_over_gives_power_again_by_itself(power: Lot) -> None:
    until = datetime.now(UTC) + timedelta(seconds=0.5)
    power.do("hold", connector=1, reservation_id=7, tag=TAG, until=until.isoformat())
    power.until_power(on=False)
    power.until_power(on=True)


def test_a_hold_outlives_the_bridge_and_the_link(power: Lot) -> None:
    power.hold()
    power.api.add_hold(UNIT, 1, TAG, reservation_id=7)
    power.bridge.stop()
    power.bridge.start()
    power.until("boot", 2)
    assert not power.stage.gives_power()
    power.stage.vanish()
    power.stage.return_()
    power.stage.plug()
    power.until_status("preparing")
    assert not power.stage.gives_power()


def test_a_hold_that_came_while_the_link_was_gone_is_kept_when_it_is_back(power: Lot) -> None:
    power.stage.vanish()
    power.api.wait_for(lambda api: not api.of_kind("connection")[-1]["connected"])
    assert power.hold()["outcome"] == "not_connected"
    power.stage.return_()
    power.until_power(on=False)


def test_without_identity_nobody_charges_where_tags_must_be_known(strict: Lot, power: Lot) -> None:
    strict.stage.plug()
    power.until_power(on=False)
    assert strict.told("transaction_started") == []
    assert strict.start()["outcome"] == "accepted"
    assert strict.until("transaction_started")["tag"] == TAG


def test_a_charge_that_the_api_refuses_is_ended_and_gets_no_more_power(power: Lot) -> None:
    power.api.tag_status[""] = "Blocked"
    power.stage.plug()
    power.stage.charge(100)
    ended = power.until("transaction_ended")
    assert ended["reason"] == "DeAuthorized"
    power.until_status("finishing")
    assert not power.stage.gives_power()
    power.stage.unplug()
    power.until_power(on=True)


def test_a_stop_takes_the_power_and_the_plug_ends_the_rest(power: Lot) -> None:
    power.stage.plug()
    power.stage.charge(500)
    power.until_charged(500 - power.stage.resolution_wh)
    started = power.until("transaction_started")
    answer = power.do("stop", connector=1, transaction_id=started["transaction_id"])
    assert answer["outcome"] == "accepted"
    ended = power.until("transaction_ended")
    assert (ended["reason"], ended["transaction_id"]) == ("Remote", started["transaction_id"])
    power.until_status("finishing")
    assert not power.stage.gives_power()
    power.stage.unplug()
    power.until_status("available")
    power.until_power(on=True)
    assert len(power.api.of_kind("transaction_ended")) == 1


def test_a_start_or_stop_that_a_unit_has_no_means_for_says_so(idle: Lot) -> None:
    if idle.stage.switches_power:
        assert idle.do("stop", connector=1, transaction_id="999")["outcome"] == "rejected"
        return
    assert idle.start()["answer"] == "impossible"
    assert idle.do("stop", connector=1, transaction_id="999")["answer"] == "impossible"


def test_a_raw_ocpp_call_says_that_this_is_no_ocpp(idle: Lot) -> None:
    answer = idle.do("ocpp", action="GetConfiguration", payload={})
    assert (answer["outcome"], answer["answer"]) == ("failed", "impossible")
    assert "no OCPP" in answer["error"]


def test_a_connector_that_is_not_there_is_said_so(idle: Lot) -> None:
    answer = idle.do("hold", connector=9, reservation_id=1, tag=TAG, until="2099-01-01T00:00:00Z")
    assert (answer["outcome"], answer["answer"]) == ("failed", "impossible")


def test_a_setting_that_it_has_not_is_refused_and_nothing_is_written(idle: Lot) -> None:
    answer = idle.do("settings", connector=1, values={"heartbeat_s": 5})
    assert answer["outcome"] == "rejected"
    assert answer["response"]["told"]["heartbeat_s"]["state"] == "not_supported"


def test_a_limit_is_written_and_read_back(idle: Lot) -> None:
    if idle.stage.limit_a() is None:
        pytest.skip("no limit here")
    answer = idle.do("settings", connector=1, values={"limit_a": 10})
    assert (answer["outcome"], answer["response"]["values"]["limit_a"]) == ("accepted", 10)
    assert answer["response"]["told"]["limit_a"]["state"] == "confirmed"
    assert idle.stage.limit_a() == 10


def test_switched_off_it_is_out_of_use_and_a_charge_only_waits(power: Lot) -> None:
    if "enabled" not in power.api.of_kind("boot")[0]["settings"]:
        pytest.skip("it is not declared")
    power.stage.plug()
    power.stage.charge(200)
    power.until_charged(200 - power.stage.resolution_wh)
    answer = power.do("settings", connector=1, values={"enabled": False})
    assert (answer["outcome"], answer["response"]["values"]["enabled"]) == ("accepted", False)
    power.until_status("suspended_evse")
    answer = power.do("settings", connector=1, values={"enabled": True})
    assert answer["response"]["told"]["enabled"]["state"] == "confirmed"
    power.until_status("suspended_evse", "charging")
    assert power.told("transaction_ended") == []
    power.stage.full()
    power.stage.unplug()
    power.do("settings", connector=1, values={"enabled": False})
    power.until_status("unavailable")


def test_a_unit_that_nobody_knows_asks_to_be_adopted(power: Lot) -> None:
    power.bridge.stop()
    del power.api.charge_points[UNIT]
    power.api.add_charge_point("OTHER", None)
    power.bridge.start()
    noted = power.api.wait_for(lambda api: api.attempts)
    assert noted[0]["charge_point_id"] == UNIT
    power.api.add_charge_point(UNIT, None, offline_flap_s=0)
    power.until("boot", 2)


def test_a_unit_that_is_removed_leaves_and_comes_back_when_it_is_known_again(power: Lot) -> None:
    power.stage.plug()
    power.until_status("preparing")
    del power.api.charge_points[UNIT]
    power.api.add_charge_point("OTHER", None)
    told = len(power.api.applied)
    wait_for(lambda: len(power.api.config_polls) > 3)
    power.api.add_charge_point(UNIT, None, offline_flap_s=0)
    power.api.wait_for(lambda api: any(event["kind"] == "connection" for event in api.applied[told:]))
    power.until_status("preparing")
