"""Conformance, Core: from the plug or the card to the end of a charge, and what refuses one."""

import pytest

from tests.e2e.box import now
from tests.e2e.conformance16.stand import OK, Stand, ago, stand
from tests.e2e.world import World, wait_for


def test_plug_first(here: Stand) -> None:
    driver = here.driver()
    tag = here.card(driver)
    here.status("Preparing")
    here.becomes("available", plugged=True)
    info = {"status": "Accepted", "parentIdTag": driver.tag}
    assert here.box.call("Authorize", {"idTag": tag})["idTagInfo"] == info
    transaction_id, said = here.start(tag)
    assert said == info
    assert 0 < transaction_id < 2**31
    here.status("Charging")
    here.box.meter_values(transaction_id, 250)
    here.becomes("charging")
    session = here.session(transaction_id=str(transaction_id), end_time=None)
    assert (session["user"]["username"], driver.state) == (driver.username, "connected_charging")
    assert here.stop(transaction_id, "Local", idTag=tag)["idTagInfo"]["status"] == "Accepted"
    here.status("Finishing")
    here.becomes("full", plugged=True)
    here.status("Available")
    here.becomes("available", plugged=False)
    assert here.session(end_reason="unplugged")["energy_wh"] == 250
    assert driver.state == "inactive"


def test_identification_first(here: Stand) -> None:
    driver = here.driver()
    assert here.box.authorize(driver.tag) == "Accepted"
    here.becomes("available", plugged=False)
    here.status("Preparing")
    transaction_id, info = here.start(driver.tag)
    assert info["status"] == "Accepted"
    here.status("Charging")
    here.becomes("charging")
    here.stop(transaction_id, "EVDisconnected")
    here.status("Available")
    assert here.session(end_reason="unplugged")["user"]["username"] == driver.username


def test_an_id_of_its_cache_starts_without_being_asked_about(here: Stand) -> None:
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    assert here.session(transaction_id=str(transaction_id))["user"]["username"] == driver.username


def test_a_plug_that_never_comes_leaves_nothing_behind(here: Stand) -> None:
    driver = here.driver()
    assert here.box.authorize(driver.tag) == "Accepted"
    here.status("Preparing")
    here.becomes("available", plugged=True)
    here.status("Available")
    here.becomes("available", plugged=False)
    assert here.world.sessions(here.site) == []
    assert driver.state == "inactive"


def test_a_plug_that_never_comes_ends_a_hold(world: World) -> None:
    with stand(world, plug_in_s=1) as here:
        driver = here.driver()
        reservation = here.hold(driver)
        assert here.box.authorize(driver.tag) == "Accepted"
        here.asked("CancelReservation", reservationId=reservation["reservationId"])
        driver.do("DELETE", f"{here.site.path}/queue")
        here.becomes("available")
        assert here.world.sessions(here.site)[0]["end_reason"] == "no_show"


def test_another_card_of_the_same_parent_ends_a_charge(here: Stand) -> None:
    driver = here.driver()
    one, other = here.card(driver), here.card(driver)
    transaction_id = here.charge(one)
    info = {"status": "Accepted", "parentIdTag": driver.tag}
    assert here.box.call("Authorize", {"idTag": other})["idTagInfo"] == info
    assert here.stop(transaction_id, "Local", idTag=other)["idTagInfo"] == info
    here.status("Available")
    assert here.session(end_reason="unplugged")["energy_wh"] == 100


def test_a_remote_start_of_who_is_plugged(here: Stand) -> None:
    driver = here.driver()
    here.hold(driver)
    here.status("Preparing")
    here.becomes("pre_session", plugged=True)
    driver.do("POST", f"{here.site.charger_path}/start_charging")
    assert here.asked("RemoteStartTransaction") == {"connectorId": 1, "idTag": driver.tag}
    assert here.box.start_transaction(driver.tag)[1] == "Accepted"
    here.status("Charging")
    here.becomes("charging")
    assert here.session(end_time=None)["user"]["username"] == driver.username


def test_a_remote_start_before_the_plug(here: Stand) -> None:
    driver = here.driver()
    here.hold(driver)
    driver.do("POST", f"{here.site.charger_path}/start_charging")
    assert here.asked("RemoteStartTransaction")["idTag"] == driver.tag
    here.status("Preparing")
    assert here.box.start_transaction(driver.tag)[1] == "Accepted"
    here.status("Charging")
    here.becomes("charging")


def test_a_remote_start_that_comes_to_nothing_is_told(here: Stand) -> None:
    driver = here.driver()
    here.hold(driver)
    driver.do("POST", f"{here.site.charger_path}/start_charging")
    here.asked("RemoteStartTransaction")
    here.status("Preparing")
    here.status("Available")
    here.told("start_failed")
    assert driver.offer(here.site.location_id) is not None


def test_a_remote_start_that_is_rejected_is_told(here: Stand) -> None:
    driver = here.driver()
    here.hold(driver)
    here.box.answers["RemoteStartTransaction"] = {"status": "Rejected"}
    driver.do("POST", f"{here.site.charger_path}/start_charging")
    here.told("start_failed")
    assert driver.offer(here.site.location_id) is not None
    command = here.raw("RemoteStartTransaction", {"idTag": driver.tag}, {"status": "Rejected"})
    assert (command["status"], command["error"]) == ("rejected", "Rejected")


def test_a_remote_stop(here: Stand) -> None:
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    driver.do("POST", f"{here.site.charger_path}/stop_charging")
    assert here.asked("RemoteStopTransaction") == {"transactionId": transaction_id}
    here.box.meter_values(transaction_id, 50)
    here.stop(transaction_id, "Remote")
    here.status("Finishing")
    here.status("Available")
    here.becomes("available", plugged=False)
    assert here.session(end_reason="unplugged")["energy_wh"] == 150


def test_a_remote_stop_of_an_ended_session_books_what_is_still_drawn(here: Stand) -> None:
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    driver.do("DELETE", f"{here.site.charger_path}/session")
    here.asked("RemoteStopTransaction", transactionId=transaction_id)
    here.box.register_wh += 70
    here.stop(transaction_id, "Remote")
    assert here.session(energy_wh=170)["end_reason"] == "stopped"
    assert driver.offer(here.site.location_id) is None
    here.status("Finishing")
    here.status("Available")
    here.becomes("available", plugged=False)


def test_a_remote_stop_that_is_rejected_ends_no_charge(here: Stand) -> None:
    transaction_id = here.charge(here.driver().tag)
    command = here.raw("RemoteStopTransaction", {"transactionId": transaction_id}, {"status": "Rejected"})
    assert (command["status"], command["error"]) == ("rejected", "Rejected")
    here.becomes("charging")
    assert here.session()["end_time"] is None
    command = here.raw("RemoteStopTransaction", {"transactionId": transaction_id}, OK)
    assert command["status"] == "accepted"
    here.stop(transaction_id, "Remote")
    here.becomes("full")


@pytest.fixture(scope="module")
def bad_tags(shared: Stand) -> dict[str, str]:
    """A tag for each verdict that refuses."""
    driver = shared.driver()
    blocked = shared.card(driver)
    driver.do("PATCH", f"user/tag/{blocked}", {"active": False})
    return {"Invalid": "NOBODYS", "Blocked": blocked, "Expired": shared.card(driver, expires_at=ago(hours=1))}


@pytest.mark.parametrize("verdict", ["Invalid", "Blocked", "Expired"])
def test_a_bad_tag_is_refused_when_it_is_shown(shared: Stand, bad_tags: dict[str, str], verdict: str) -> None:
    shared.status("Preparing")
    assert shared.box.authorize(bad_tags[verdict]) == verdict
    shared.status("Available")
    shared.becomes("available", plugged=False)
    assert shared.world.sessions(shared.site) == []


@pytest.mark.parametrize("verdict", ["Invalid", "Blocked", "Expired"])
def test_a_bad_tag_is_refused_when_it_starts(shared: Stand, bad_tags: dict[str, str], verdict: str) -> None:
    shared.status("Preparing")
    transaction_id, info = shared.start(bad_tags[verdict])
    assert info["status"] == verdict
    shared.asked("RemoteStopTransaction", transactionId=transaction_id)
    shared.stop(transaction_id, "DeAuthorized")
    shared.status("Available")
    shared.becomes("available", plugged=False)
    assert shared.world.sessions(shared.site) == []


def test_a_lock_that_fails_is_a_fault_until_it_works(here: Stand) -> None:
    driver = here.driver()
    assert here.box.authorize(driver.tag) == "Accepted"
    here.status("Preparing")
    here.status("Faulted", "ConnectorLockFailure", info="pin")
    here.becomes("faulted")
    assert "ConnectorLockFailure" in str(here.told("alert.faulted"))
    driver.do("POST", f"{here.site.path}/queue")
    assert driver.offer(here.site.location_id) is None
    here.status("Available")
    wait_for(lambda: driver.offer(here.site.location_id), 10, "once it works it is offered")


def test_a_lock_that_fails_takes_a_hold_to_the_front(here: Stand) -> None:
    driver = here.driver()
    here.hold(driver)
    here.status("Faulted", "ConnectorLockFailure")
    here.becomes("faulted")
    assert driver.state == "in_queue"
    here.told("front")


def test_readings_of_a_charge_are_shown_and_its_end_is_exact(here: Stand) -> None:
    transaction_id, _ = here.start(here.driver().tag)
    values = [
        {"value": "7200", "measurand": "Power.Active.Import", "unit": "W"},
        {"value": "1.9", "measurand": "Energy.Active.Import.Register", "unit": "kWh"},
    ]
    sample = {"connectorId": 1, "transactionId": transaction_id,
              "meterValue": [{"timestamp": now(), "sampledValue": values}]}  # fmt: skip
    assert here.box.call("MeterValues", sample) == {}
    here.session(energy_wh=900, power_w=7200)
    here.box.register_wh = 2_345
    here.stop(transaction_id, "EVDisconnected")
    assert here.session(end_reason="unplugged")["energy_wh"] == 1_345
