"""Where managers are told together: named in a location's settings without an address, and tried by a message."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.app import create_app
from services.adapters.manager_channels import ManagerChannels, read_channels
from services.adapters.outbound import Outbound
from services.configuration import Configuration
from services.context import Services
from tests.fakes.composition import fake_services
from tests.fakes.http_sink import HttpSink
from tests.fakes.mail import FakeMail
from tests.fakes.people import PASSWORD, People
from tests.fakes.site_composition import with_sites
from tests.unit.web.browser import Browser
from web.room import PAGES

SETTINGS, TRY = "/dashboard/location/Lot/settings", "/dashboard/location/Lot/channels"


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    with HttpSink() as sink:
        yield sink


@pytest.fixture
def services(sink: HttpSink) -> Services:
    """Slack everywhere, a webhook of Lot, another's Teams; letters too."""
    services = with_sites(fake_services(configuration=Configuration(store="memory:", notifier="log,mail,webhook")))
    lines = f"* slack {sink.url}/only-ours\nlot webhook {sink.url}/hook sixteen-characters\nyard teams {sink.url}/t"
    channels = ManagerChannels(read_channels(lines), services.clock, Outbound({sink.host}, timeout_s=0.2))
    return replace(services, managers=channels)


@pytest.fixture
def manager(people: People, manager: Browser) -> Browser:
    people.admin("root").post("/api/location/Lot", {"name": "Lot <1>"})
    return manager


def test_a_location_names_its_channels_and_nothing_of_their_addresses(manager: Browser, sink: HttpSink) -> None:
    shown = manager.get(SETTINGS).text
    assert (shown.count("Slack <"), shown.count("Webhook <"), shown.count("Teams <")) == (1, 1, 0)
    assert "E-mail" in shown
    assert sink.host not in shown
    assert "only-ours" not in shown
    assert sink.received == []


def test_a_test_message_goes_each_way_and_says_what_came_of_it(manager: Browser, sink: HttpSink) -> None:
    sink.answers = [(200, {}), (410, {})]
    shown = manager.post(TRY)
    assert (shown.status_code, shown.text.count("taken")) == (200, 1)
    assert "answered 410." in shown.text
    assert "Your account has no e-mail address." in shown.text
    assert sink.host not in shown.text
    slack, webhook = (json.loads(one.body) for one in sink.received)
    assert slack["text"].startswith("*Test message*\nmanager tries how managers of Lot &lt;1&gt; are told.")
    assert (webhook["event"], webhook["location_id"]) == ("test", "Lot")


def test_the_letter_goes_to_who_asks(manager: Browser, services: Services) -> None:
    changed = manager.send("PATCH", "/api/user", json={"email": "boss@example.org", "current_password": PASSWORD})
    assert changed.status_code == 200, changed.text
    assert "a letter to you is on its way" in manager.post(TRY).text
    assert isinstance(services.mail, FakeMail)
    assert services.mail.letters[-1].to == "boss@example.org"


def test_a_channel_that_is_silent_is_told_as_such(manager: Browser, sink: HttpSink) -> None:
    sink.silent.set()
    assert manager.post(TRY).text.count("✕ ") == 3


def test_where_nothing_is_set_that_is_said_and_nobody_but_managers_tries(
    manager: Browser, services: Services, people: People
) -> None:
    none = create_app(replace(services, managers=None, configuration=Configuration(store="memory:")), pages=PAGES)
    shown = Browser(none).logged_in("manager", PASSWORD).get(SETTINGS).text
    assert "KILOWAIT_MANAGER_CHANNELS" in shown
    assert "Send a test message" not in shown
    people.user("ann")
    assert Browser(none).logged_in("ann", PASSWORD).post(TRY).status_code == 403
    assert manager.post(TRY, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert manager.post("/dashboard/location/nowhere/channels").status_code == 404
