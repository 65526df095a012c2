"""Conformance, Reservation: a hold of a driver is a reservation at the charge point."""

from datetime import UTC, datetime

import pytest

from tests.e2e.conformance16.stand import OK, Stand, ahead, stand
from tests.e2e.world import World, wait_for


def test_a_reservation_is_used_by_whom_it_is_for(here: Stand) -> None:
    driver = here.driver()
    reservation = here.hold(driver)
    assert (reservation["connectorId"], reservation["idTag"], reservation["parentIdTag"]) == (1, driver.tag, driver.tag)
    assert datetime.fromisoformat(reservation["expiryDate"]) > datetime.now(UTC)
    here.status("Reserved")
    here.becomes("pre_session")
    assert here.box.authorize(driver.tag) == "Accepted"
    here.status("Preparing")
    _, info = here.start(driver.tag, reservationId=reservation["reservationId"])
    assert info["status"] == "Accepted"
    here.status("Charging")
    here.becomes("charging")
    assert here.session(end_time=None)["user"]["username"] == driver.username
    assert "CancelReservation" not in [name for name, _ in here.box.asked]


def test_a_reservation_is_used_by_a_card_of_the_same_parent(here: Stand) -> None:
    driver = here.driver()
    card = here.card(driver)
    reservation = here.hold(driver)
    info = {"status": "Accepted", "parentIdTag": reservation["parentIdTag"]}
    assert here.box.call("Authorize", {"idTag": card})["idTagInfo"] == info
    assert here.start(card, reservationId=reservation["reservationId"])[1] == info
    here.becomes("charging")


def test_a_reservation_is_not_used_by_another(here: Stand) -> None:
    driver, other = here.driver(), here.driver()
    here.hold(driver)
    assert here.box.authorize(other.tag) == "Blocked"
    transaction_id, info = here.start(other.tag)
    assert info["status"] == "Blocked"
    here.asked("RemoteStopTransaction", transactionId=transaction_id)
    here.stop(transaction_id, "DeAuthorized")
    here.status("Available")
    here.becomes("pre_session")
    assert driver.offer(here.site.location_id) is not None


def test_a_reservation_that_expired_is_cancelled(world: World) -> None:
    with stand(world, plug_in_s=1) as here:
        driver = here.driver()
        reservation = here.hold(driver)
        here.asked("CancelReservation", reservationId=reservation["reservationId"])
        here.status("Available")
        wait_for(lambda: here.world.sessions(here.site)[0]["end_reason"] == "no_show", 10, "the hold is over")


@pytest.mark.parametrize(
    ("answer", "state"), [("Faulted", "faulted"), ("Unavailable", "unavailable"), ("Occupied", "available")]
)
def test_a_reservation_that_cannot_be_puts_its_driver_in_front(here: Stand, answer: str, state: str) -> None:
    here.box.answers["ReserveNow"] = {"status": answer}
    driver = here.driver()
    driver.do("POST", f"{here.site.path}/queue")
    here.asked("ReserveNow", idTag=driver.tag)
    here.becomes(state, plugged=answer == "Occupied")
    assert driver.state == "in_queue"
    here.told("front")
    del here.box.answers["ReserveNow"]
    here.status("Available")
    wait_for(lambda: driver.offer(here.site.location_id), 10, "it is offered again")


def test_a_charge_point_that_rejects_reservations_refuses_others_when_they_start(here: Stand) -> None:
    here.box.answers["ReserveNow"] = {"status": "Rejected"}
    driver, other = here.driver(), here.driver()
    here.hold(driver)
    here.becomes("pre_session", enforcement="authorize")
    assert here.start(other.tag)[1]["status"] == "Blocked"
    assert driver.offer(here.site.location_id) is not None


@pytest.mark.parametrize("answer", ["Accepted", "Rejected"])
def test_a_reservation_is_cancelled_when_its_driver_leaves(here: Stand, answer: str) -> None:
    driver = here.driver()
    reservation = here.hold(driver)
    here.status("Reserved")
    here.box.answers["CancelReservation"] = {"status": answer}
    driver.do("DELETE", f"{here.site.path}/queue")
    here.asked("CancelReservation", reservationId=reservation["reservationId"])
    here.status("Available")
    here.becomes("available")
    assert driver.state == "inactive"


@pytest.mark.parametrize(
    ("answer", "status"),
    [("Accepted", "accepted"), ("Faulted", "rejected"), ("Occupied", "rejected"), ("Rejected", "rejected"),
     ("Unavailable", "rejected")],
)  # fmt: skip
def test_an_admins_own_reservation(shared: Stand, answer: str, status: str) -> None:
    payload = {"connectorId": 1, "expiryDate": ahead(minutes=5), "idTag": "GUEST", "reservationId": 41}
    command = shared.raw("ReserveNow", payload, {"status": answer})
    assert shared.asked("ReserveNow", reservationId=41) == payload
    assert (command["status"], command["answer"]) == (status, answer)


def test_a_reservation_that_is_none_of_ours_is_no_hold(here: Stand) -> None:
    here.status("Reserved")
    here.becomes("unavailable")
    driver = here.driver()
    driver.do("POST", f"{here.site.path}/queue")
    assert driver.offer(here.site.location_id) is None
    assert here.raw("CancelReservation", {"reservationId": 41}, OK)["status"] == "accepted"
    here.status("Available")
    wait_for(lambda: driver.offer(here.site.location_id), 10, "it is offered")
