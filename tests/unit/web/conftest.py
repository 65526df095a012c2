"""An app with its pages on fakes, and browsers to open them with."""

import io

import pytest
from flask import Flask

from api.app import create_app
from api.request_log import configure_logging
from services.context import Services
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, People
from tests.fakes.site_composition import with_sites
from tests.unit.web.browser import Browser
from web.room import PAGES


@pytest.fixture(autouse=True)
def logged() -> io.StringIO:
    stream = io.StringIO()
    configure_logging("debug", stream)
    return stream


@pytest.fixture
def services() -> Services:
    return with_sites(fake_services())


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services, pages=PAGES)


@pytest.fixture
def people(app: Flask, services: Services) -> People:
    return People(app, services)


@pytest.fixture
def nobody(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def ann(app: Flask, people: People) -> Browser:
    people.user("ann")
    return Browser(app).logged_in("ann", PASSWORD)


@pytest.fixture
def manager(app: Flask, people: People) -> Browser:
    people.admin("manager")
    return Browser(app).logged_in("manager", PASSWORD)
