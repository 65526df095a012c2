"""Demo drivers do what their temperament makes of what the API says."""

import random

import pytest

from standalone.api_client import Refused
from standalone.demo.driver import Driver
from standalone.demo.site import CHARGE_POINTS, PLACES
from standalone.demo.temperament import Temperament
from standalone.street import NotPossible

CHARGER = CHARGE_POINTS[0].chargers[0]
AT_ONCE = {"first_s": (0, 0), "away_s": (0, 0), "answer_s": (0, 0), "walk_s": (0, 0), "move_s": (0, 0)}


class Api:
    """One driver's standing, as the API would tell it."""

    def __init__(self):
        self.state = "inactive"
        self.offer: dict | None = None
        self.sent: list[tuple] = []

    def read(self, path):
        if path == "user":
            place = None if self.state in {"inactive", "in_queue"} else CHARGER
            here = {"location_id": "demo", "charger_id": place, "session_id": 1 if place else None}
            return {"user": {"state": self.state, "tag": "KW1", **here}}
        if self.offer is None:
            raise Refused(404, "no_offer", "no offer")
        return {"offer": self.offer}

    def send(self, method, path, body=None):
        self.sent.append((method, path, body))
        if path.endswith("queue") and self.state != "inactive":
            raise Refused(409, "conflict", "in the queue already")
        return {}

    def offered(self, state):
        self.state = "assigned"
        self.offer = {"state": state, "session_id": 1, "charger_id": CHARGER}


class Connector:
    """One connector and what is done to it."""

    def __init__(self):
        self.plugged = False
        self.done: list[str] = []

    def connector(self, _charge_point_id, _number):
        return {"plugged": self.plugged}

    def plug(self, *_where):
        self.plugged = True
        self.done.append("plug")

    def unplug(self, *_where):
        if not self.plugged:
            raise NotPossible("no car")
        self.plugged = False
        self.done.append("unplug")

    def tap(self, _charge_point_id, _number, tag):
        self.done.append(f"tap {tag}")
        return "started"


@pytest.fixture
def api():
    return Api()


@pytest.fixture
def street():
    return Connector()


def driver(api, street, **temper) -> Driver:
    temperament = Temperament(name="somebody", about="", **{**AT_ONCE, **temper})
    return Driver(temperament, api, street, lambda _text: None, random.Random(1))


def test_joins_when_away_long_enough(api, street):
    driver(api, street).step()
    assert api.sent == [("POST", "location/demo/queue", None)]


@pytest.mark.parametrize(
    ("temper", "action"), [({}, "accept"), ({"snoozes": 1.0}, "snooze"), ({"declines": 1.0}, "decline")]
)
def test_answers_an_offer_as_the_temperament_says(api, street, temper, action):
    api.offered("offered")
    driver(api, street, **temper).step()
    (sent,) = api.sent
    assert sent[:2] == ("POST", "location/demo/queue/offer")
    assert (sent[2]["action"], sent[2]["session_id"]) == (action, 1)


def test_who_is_silent_lets_the_offer_pass(api, street):
    api.offered("offered")
    somebody = driver(api, street, silent=1.0)
    for _ in range(3):
        somebody.step()
    assert api.sent == []


def test_plugs_in_and_taps_when_held_and_leaves_when_full(api, street):
    somebody = driver(api, street)
    api.offered("held")
    somebody.step()
    assert street.done == ["plug", "tap KW1"]
    api.state = "connected_charging"
    somebody.step()
    api.state = "connected_full"
    somebody.step()
    assert street.done == ["plug", "tap KW1", "unplug"]


def test_who_does_not_come_touches_nothing(api, street):
    api.offered("held")
    somebody = driver(api, street, no_show=1.0)
    for _ in range(3):
        somebody.step()
    assert street.done == []
    assert api.sent == []


def test_goes_on_after_a_restart_with_the_car_plugged_in_already(api, street):
    street.plugged = True
    api.offered("held")
    driver(api, street).step()
    assert street.done == ["tap KW1"]


def test_pulls_the_plug_after_a_restart_though_it_was_put_in_before(api, street):
    street.plugged = True
    api.state = "connected_full"
    driver(api, street).step()
    assert street.done == ["unplug"]


def test_who_starts_by_app_asks_the_api(api, street):
    api.offered("held")
    driver(api, street, starts_by_app=True).step()
    assert street.done == ["plug"]
    assert api.sent == [("POST", f"location/demo/charger/{CHARGER}/start_charging", None)]


def test_every_charger_of_the_demo_has_a_place():
    assert set(PLACES) == {charger_id for plan in CHARGE_POINTS for charger_id in plan.chargers}
