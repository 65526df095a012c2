"""Conformance, Core: charges that go on, end or happen whole while nobody could be told."""

from tests.e2e.conformance16.stand import Stand, ago, stand
from tests.e2e.world import World, wait_for


def test_a_charge_that_power_loss_ended_is_told_after_the_boot(here: Stand) -> None:
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    here.box.register_wh += 20
    here.box.drop()
    assert here.box.boot()["status"] == "Accepted"
    assert here.stop(transaction_id, "PowerLoss", at=ago(seconds=1)) == {}
    here.status("Available")
    here.becomes("available")
    assert here.session(end_reason="unplugged")["energy_wh"] == 120


def test_a_charge_whose_end_power_loss_swallowed_is_closed_with_a_reason(world: World) -> None:
    with stand(world, offline_hold_s=1) as here:
        driver = here.driver()
        here.charge(driver.tag)
        here.box.drop()
        here.box.boot()
        here.status("Available")
        session = here.session(end_reason="ghost")
        here.becomes("available")
    assert session["energy_wh"] == 100
    assert driver.state == "inactive"


def test_a_charge_that_goes_on_after_power_loss_is_the_same_charge(here: Stand) -> None:
    transaction_id = here.charge(here.driver().tag)
    here.box.drop()
    here.box.boot()
    here.status("Charging")
    here.box.meter_values(transaction_id, 300)
    here.becomes("charging")
    assert here.session(transaction_id=str(transaction_id))["end_time"] is None
    here.stop(transaction_id, "EVDisconnected")
    assert here.session(end_reason="unplugged")["energy_wh"] == 400


def test_a_charge_goes_on_while_the_line_is_down(here: Stand) -> None:
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    with here.box.offline():
        here.box.register_wh += 500
        ended_at = ago(seconds=0)
    answer = here.stop(transaction_id, "Local", at=ended_at, idTag=driver.tag)
    assert answer["idTagInfo"]["status"] == "Accepted"
    here.status("Available")
    assert here.session(end_reason="unplugged")["energy_wh"] == 600


def test_an_offline_start_of_a_valid_id_is_booked_when_it_is_told(here: Stand) -> None:
    driver = here.driver()
    with here.box.offline():
        started_at = ago(minutes=3)
    transaction_id, info = here.start(driver.tag, at=started_at)
    assert info["status"] == "Accepted"
    here.status("Charging")
    here.box.meter_values(transaction_id, 700)
    here.becomes("charging")
    assert here.session(energy_wh=700, end_time=None)["user"]["username"] == driver.username


def test_an_offline_start_of_an_invalid_id_is_told_so_and_booked_to_nobody(here: Stand) -> None:
    with here.box.offline():
        started_at = ago(minutes=3)
    here.status("Charging")
    transaction_id, info = here.start("NOBODYS", at=started_at)
    assert info["status"] == "Invalid"
    here.box.register_wh += 10
    assert here.stop(transaction_id, "DeAuthorized") == {}
    here.status("Available")
    session = here.session(end_reason="unplugged")
    assert (session["user"], session["energy_wh"]) == (None, 10)
    here.becomes("available", plugged=False)
    assert here.told("alert.anomaly")["data"]["charger_id"] == here.site.charger_id


def test_a_whole_offline_charge_is_booked_once(here: Stand) -> None:
    driver = here.driver()
    with here.box.offline():
        started_at, ended_at = ago(minutes=30), ago(minutes=10)
    started = {"connectorId": 1, "idTag": driver.tag, "meterStart": 1_000, "timestamp": started_at}
    answer = here.box.call("StartTransaction", started)
    assert here.box.call("StartTransaction", started)["transactionId"] == answer["transactionId"]
    here.box.register_wh = 3_500
    for _ in range(2):
        here.stop(answer["transactionId"], "Local", at=ended_at, idTag=driver.tag)
    session = here.session(end_reason="unplugged")
    here.becomes("available", plugged=False)
    assert (session["energy_wh"], session["user"]["username"]) == (2_500, driver.username)
    assert (session["transaction_start_time"], session["transaction_end_time"]) == (started_at, ended_at)
    [kept] = here.world.admin.do("GET", f"{here.path}/transactions")["transactions"]
    assert [kept[name] for name in ("start_time", "end_time")] == [started_at, ended_at]
    assert [kept[name] for name in ("meter_start_wh", "meter_stop_wh", "stop_reason")] == [1_000, 3_500, "Local"]
    wait_for(lambda: driver.state == "inactive")
