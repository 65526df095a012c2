"""An app on fakes, and people to send it requests."""

import io

import pytest
from flask import Flask

from api.app import create_app
from api.request_log import configure_logging
from services.context import Services
from tests.fakes.composition import fake_services
from tests.fakes.people import People, Someone


@pytest.fixture(autouse=True)
def logged() -> io.StringIO:
    """What is logged, as lines of JSON."""
    stream = io.StringIO()
    configure_logging("debug", stream)
    return stream


@pytest.fixture
def services():
    return fake_services()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def people(app: Flask, services: Services) -> People:
    return People(app, services)


@pytest.fixture
def nobody(people: People) -> Someone:
    return people.anonymous()


@pytest.fixture
def ann(people: People) -> Someone:
    return people.user("ann", email="ann@example.org")


@pytest.fixture
def bob(people: People) -> Someone:
    return people.user("bob")


@pytest.fixture
def root(people: People) -> Someone:
    return people.admin("root")
