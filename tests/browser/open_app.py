"""The real app with its pages, served in a thread on a memory store, time passing: for tests in a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from api.app import create_app
from api.request_log import configure_logging
from services.adapters.trial_payments import TrialPayments
from services.background import background
from services.context import Services
from tests.fakes.composition import fake_services
from tests.fakes.people import People, Someone
from tests.fakes.site_composition import with_sites
from web.room import PAGES


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 -- werkzeug's word
        pass


class OpenApp:
    def __init__(self, app: Flask, services: Services, address: str) -> None:
        self.services, self.address = services, address
        self.people = People(app, services)
        self.manager: Someone = self.people.admin("manager")

    def site(self, location_id: str, *chargers: str, settings: dict[str, object] | None = None, **more: object) -> None:
        """A location with chargers that can be offered at once."""
        body = {"name": location_id, "settings": settings or {}, **more}
        assert self.manager.put(f"/api/location/{location_id}", body).status_code == 201
        for charger in chargers:
            place = f"/api/location/{location_id}/charger/{charger}"
            body = {"connector_type": "type2", "max_power_w": 11_000, "price": 35_000}
            assert self.manager.post(place, body).status_code == 201
            self.report(location_id, charger, "available")

    def report(self, location_id: str, charger: str, state: str) -> None:
        """What an admin or an original unit says of a charger."""
        answer = self.manager.put(f"/api/location/{location_id}/charger/{charger}", {"state": state})
        assert answer.status_code == 200, answer.text


@contextmanager
def open_app(**changes: object) -> Iterator[OpenApp]:
    """``changes``: of the services it is made with."""
    configure_logging("error")
    services = with_sites(fake_services(clock=WallClock(), payments=TrialPayments("s" * 32), **changes))
    assert services.sites is not None
    beside = background(services.store, services.clock, services.notifier, services.bus, services.sites)
    app = create_app(services, pages=PAGES)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    serving = threading.Thread(target=server.serve_forever)
    beside.start()
    serving.start()
    try:
        yield OpenApp(app, services, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        beside.stop()
