"""What drivers ask of a free charger from the app or by its QR code, on a real bridge: reserve, start, stop."""

from typing import Any

from tests.e2e.conformance16.stand import Stand, stand
from tests.e2e.world import World, wait_for


def last(here: Stand, what: str) -> dict[str, Any]:
    """What everybody reads of the charger's last charge or reservation, by the QR code's word."""
    word = f"{here.site.location_id}:{here.site.charger_id}"
    found: dict[str, dict[str, Any]] = here.world.admin.do("GET", f"station/{word}/{what}")
    return next(iter(found.values()))


def test_a_reservation_is_the_charge_points_own_and_opens_to_its_driver(here: Stand) -> None:
    driver, other = here.driver(), here.driver()
    offer = driver.do("POST", f"{here.site.charger_path}/reserve", {"minutes": 5})["offer"]
    reservation = here.asked("ReserveNow", idTag=driver.tag)
    assert reservation["expiryDate"] > offer["expires_at"][:19]
    here.status("Reserved")
    here.becomes("pre_session", station_state="reserved", enforcement="reserve")
    assert here.box.start_transaction(other.tag)[1] == "Blocked"
    here.status("Preparing")
    transaction_id, said = here.start(driver.tag, reservationId=reservation["reservationId"])
    assert said["status"] == "Accepted"
    here.status("Charging")
    here.becomes("charging")
    assert (last(here, "last_reservation")["state"], last(here, "last_charge")["end_time"]) == ("used", None)
    here.stop(transaction_id, "EVDisconnected")


def test_a_reservation_that_nobody_uses_expires_at_the_charge_point(world: World) -> None:
    with stand(world, reserve_s=1) as here:
        driver = here.driver()
        driver.do("POST", f"{here.site.charger_path}/reserve")
        reservation = here.asked("ReserveNow", idTag=driver.tag)
        here.asked("CancelReservation", reservationId=reservation["reservationId"])
        here.becomes("available")
        assert "nobody plugged in in time" in here.told("reservation_ended")["text"]
        assert (last(here, "last_reservation")["state"], driver.state) == ("expired", "inactive")


def test_a_free_charger_is_started_and_stopped_from_afar(here: Stand) -> None:
    driver = here.driver()
    path = f"station/{here.site.location_id}%3A{here.site.charger_id}"
    assert driver.do("POST", f"{path}/start_charging")["command"]["status"] == "queued"
    assert here.asked("RemoteStartTransaction") == {"connectorId": 1, "idTag": driver.tag}
    here.becomes("pre_session")
    transaction_id = here.charge(driver.tag)
    assert driver.do("POST", f"{path}/stop_charging")["command"]["action"] == "stop"
    assert here.asked("RemoteStopTransaction") == {"transactionId": transaction_id}
    here.stop(transaction_id, "Remote")
    here.status("Available")
    here.becomes("available", plugged=False)
    assert here.session(end_reason="unplugged")["energy_wh"] == 100
    used = wait_for(lambda: driver.do("GET", "user/last_usage")["session"], why="the last usage")
    assert (used["energy_wh"], used["user"]["username"]) == (100, driver.username)


def test_a_start_that_the_charge_point_rejects_gives_the_charger_back(here: Stand) -> None:
    driver = here.driver()
    here.box.answers["RemoteStartTransaction"] = {"status": "Rejected"}
    driver.do("POST", f"{here.site.charger_path}/start_charging")
    here.told("start_failed")
    here.becomes("available")
    assert driver.state == "inactive"
