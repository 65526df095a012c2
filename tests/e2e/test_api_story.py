"""Two drivers and one charger over HTTP, with the real rules on SQLite: joined, offered, held, charged, moved on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from model.account import Scope, ScopeKind
from model.store.open import open_store
from services.context import Services
from tests.fakes.clock import FakeClock
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, People, Someone
from tests.fakes.site_composition import with_sites

LOT = "/api/location/lot"
A = f"{LOT}/charger/A"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with open_store(f"sqlite:///{tmp_path}/kilowait.db", environ={}) as store:
        yield with_sites(fake_services(store=store))


@pytest.fixture
def clock(services: Services) -> FakeClock:
    assert isinstance(services.clock, FakeClock)
    return services.clock


class Story:
    """The people in it, all of whom came in over HTTP but the first admin and the unit."""

    def __init__(self, services: Services) -> None:
        self.app = create_app(services)
        people = People(self.app, services)
        self.root = people.admin()
        self.unit = people.unit(Scope(kind=ScopeKind.CHARGER, id="Lot:A"), "unit-a")
        self.ann = self.registered("ann", "Ann", "Berg")
        self.bob = self.registered("bob", "Bob", "Cole")

    def registered(self, username: str, name: str, surname: str) -> Someone:
        body = {"username": username, "password": PASSWORD, "name": name, "surname": surname}
        answer = Someone(self.app).post("/api/auth/register", body)
        assert answer.status_code == 201
        return Someone(self.app, answer.json["token"], username)

    def state(self, someone: Someone) -> str:
        return str(someone.get("/api/user").json["user"]["state"])

    def charger(self) -> tuple[str, int | None]:
        charger = self.ann.get(A).json["charger"]
        return charger["state"], charger["active_session"]

    def offer(self, someone: Someone) -> dict[str, object] | None:
        answer = someone.get(f"{LOT}/queue/offer")
        return dict(answer.json["offer"]) if answer.status_code == 200 else None

    def reports(self, state: str) -> None:
        """What the unit sends, every few seconds."""
        for _ in range(3):
            assert self.unit.put(A, {"state": state}).status_code == 200


@pytest.fixture
def story(services: Services) -> Story:
    story = Story(services)
    body = {"name": "Car park", "time_zone": "Europe/Helsinki", "settings": {"privacy": "initials"}}
    assert story.root.post("/api/location/Lot", body).status_code == 201
    assert story.root.post(A, {"max_power_w": 11_000}).status_code == 201
    return story


def test_two_drivers_share_one_charger(story: Story, clock: FakeClock) -> None:
    ann, bob, root = story.ann, story.bob, story.root
    story.reports("available")
    assert story.charger() == ("available", None)

    assert ann.post(f"{LOT}/queue").json["offer"]["state"] == "offered"
    waiting = bob.post(f"{LOT}/queue").json
    assert (waiting["offer"], waiting["waiting"]) == (None, 1)
    assert (story.state(ann), story.state(bob)) == ("assigned", "in_queue")
    assert story.charger() == ("pre_session", 1)

    assert ann.post(f"{LOT}/queue/offer", {"action": "accept", "session_id": 1}).json["offer"]["state"] == "held"
    assert story.offer(bob) is None

    clock.advance(minutes=5)
    story.reports("charging")
    assert (story.state(ann), story.charger()) == ("connected_charging", ("charging", 1))
    seen = bob.get(f"{A}/session").json["session"]["user"]
    assert (seen["username"], seen["state"]) == ("A. B.", "connected_charging")

    clock.advance(hours=2)
    story.reports("full")
    assert (story.state(ann), story.charger()) == ("connected_full", ("full", 1))
    assert story.offer(bob) is None

    clock.advance(minutes=10)
    story.reports("available")
    assert story.state(ann) == "inactive"
    offer = story.offer(bob)
    assert offer is not None
    assert (offer["charger_id"], offer["session_id"], offer["state"]) == ("A", 2, "offered")
    assert (story.state(bob), story.charger()) == ("assigned", ("pre_session", 2))

    session = ann.get(f"{A}/session/lot:a:1").json["session"]
    assert (session["end_reason"], session["user"]["username"]) == ("unplugged", "ann")
    assert session["start_time"] < session["plugged_time"] < session["full_time"] < session["end_time"]
    assert bob.get(f"{A}/session/1").status_code == 403

    log = root.get(f"{LOT}/decisions").json["decisions"]
    versions = [each["version"] for each in log]
    assert versions == list(range(len(log), 0, -1))
    told = [effect["message"] for each in reversed(log) for effect in each["effects"] if effect["kind"] == "Notify"]
    assert [each for each in told if each == "offered"] == ["offered", "offered"]
    ids = [effect["id"] for each in log for effect in each["effects"]]
    assert len(ids) == len(set(ids))


def test_an_offer_nobody_answers_goes_to_the_next(story: Story, services: Services, clock: FakeClock) -> None:
    story.ann.post(f"{LOT}/queue")
    story.bob.post(f"{LOT}/queue")
    clock.advance(minutes=11)
    story.reports("charging")
    story.reports("available")
    offer = story.offer(story.bob)
    assert offer is not None
    assert offer["state"] == "offered"
    assert story.state(story.ann) == "in_queue"
    (place,) = story.ann.get(f"{LOT}/queue").json["queue"]
    assert "did not answer an offer" in place["reasons"]


def test_the_story_goes_on_after_a_restart(story: Story, services: Services, clock: FakeClock) -> None:
    story.ann.post(f"{LOT}/queue")
    story.bob.post(f"{LOT}/queue")
    story.ann.post(f"{LOT}/queue/offer", {"action": "accept"})
    again = create_app(with_sites(services))
    ann, bob = Someone(again, story.ann.token), Someone(again, story.bob.token)
    assert ann.get(f"{LOT}/queue/offer").json["offer"]["state"] == "held"
    assert ann.delete(f"{LOT}/queue").status_code == 200
    assert bob.get(f"{LOT}/queue/offer").json["offer"]["charger_id"] == "A"
