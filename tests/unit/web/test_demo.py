"""A demo's shortcuts: where one runs, for its own people only, and nowhere else."""

from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from api.app import create_app
from services.accounts.names import user_named
from services.accounts.tokens import MOST_DEVICES, tokens_of
from services.configuration import BadConfiguration, Configuration, from_environment
from services.context import Services
from tests.fakes.people import People
from tests.unit.web.browser import HERE, Browser
from web.room import PAGES


@pytest.fixture
def simulator():
    """Takes down what it is asked, and answers as the simulator does."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(("POST", self.path))
            taken = len(asked) > 1
            self.send_response(409 if taken else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"detail": "A car is plugged in."}' if taken else b"{}")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.fixture
def demo(services: Services, simulator) -> Browser:
    """A browser where a demo runs; nobody is logged in."""
    running = replace(services, configuration=replace(services.configuration, demo=simulator[0]))
    app = create_app(running, pages=PAGES)
    people = People(app, running)
    people.user("driver-1")
    people.user("ann")
    root = people.admin("manager")
    root.post("/api/location/Lot")
    root.put("/api/chargepoint/CP1", {"connectors": {"1": "Lot:A"}, "password": "sixteen-letters-!"})
    root.post("/api/location/Lot/charger/B")
    return Browser(app)


def test_without_a_demo_nobody_is_logged_in_so(nobody: Browser, people: People) -> None:
    people.user("driver-1")
    assert nobody.get("/demo").json == {"people": []}
    assert nobody.send("POST", "/demo/login", data={"username": "driver-1"}).status_code == 404
    assert "/demo/login" not in nobody.get("/login").text


def test_a_button_logs_in_as_a_driver(demo: Browser) -> None:
    assert [one["username"] for one in demo.get("/demo").json["people"]] == ["driver-1", "driver-2", "manager"]
    answer = demo.send("POST", "/demo/login", data={"username": "driver-1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app/")
    assert demo.get("/session").json["user"]["username"] == "driver-1"


def test_a_button_that_is_pressed_for_ever_fills_no_store(demo: Browser, services: Services) -> None:
    for _ in range(MOST_DEVICES + 3):
        assert demo.send("POST", "/demo/login", data={"username": "driver-1"}).status_code == 303
    user = user_named(services.store, "driver-1")
    assert len(tokens_of(services.store, user.user_id)) == MOST_DEVICES


def test_the_manager_comes_from_this_machine_only(demo: Browser) -> None:
    answer = demo.send("POST", "/demo/login", data={"username": "manager"})
    assert answer.headers["Location"] == "/dashboard/"
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    assert demo.send("POST", "/demo/login", data={"username": "manager"}, **elsewhere).status_code == 403
    assert "manager" not in demo.get("/demo", **elsewhere).text


def test_a_page_of_elsewhere_that_leads_its_own_name_here_is_no_manager(demo: Browser) -> None:
    """A name server of theirs says 127.0.0.1: the browser then takes their page and ours for one origin."""
    theirs = {"base_url": "http://rebound.example:8080"}
    answer = demo.client.post("/demo/login", data={"username": "manager"}, headers=HERE, **theirs)
    assert answer.status_code == 403
    assert "The demo&#39;s manager logs in on the machine itself." in answer.text
    assert "manager" not in demo.client.get("/demo", **theirs).text
    ours = {"base_url": "http://[::1]:8080"}
    assert demo.client.post("/demo/login", data={"username": "manager"}, headers=HERE, **ours).status_code == 303


def test_nobody_else_is_logged_in_and_no_other_site_does_it(demo: Browser) -> None:
    assert demo.send("POST", "/demo/login", data={"username": "ann"}).status_code == 404
    other = {"Sec-Fetch-Site": "cross-site"}
    assert demo.send("POST", "/demo/login", data={"username": "driver-1"}, headers=other).status_code == 403


def test_a_car_is_plugged_in_at_a_simulated_charger(demo: Browser, simulator) -> None:
    body = {"location_id": "Lot", "charger_id": "A", "plugged": True}
    assert demo.post("/demo/plug", body).status_code == 401
    demo.send("POST", "/demo/login", data={"username": "driver-1"})
    assert demo.post("/demo/plug", body).json["message"] == "Plugged in."
    assert simulator[1] == [("POST", "/charge-points/CP1/connectors/1/plug")]
    again = demo.post("/demo/plug", body)
    assert (again.status_code, again.json["detail"]) == (409, "A car is plugged in.")
    assert demo.post("/demo/plug", {**body, "charger_id": "B"}).json["code"] == "not_simulated"
    assert demo.post("/demo/plug", {**body, "charger_id": "C"}).status_code == 404


def test_the_cloud_has_no_demo() -> None:
    environment = {"KILOWAIT_DEMO": "http://127.0.0.1:9100"}
    assert from_environment(environment).demo
    assert Configuration().demo == ""
    for platform in ("GAE_ENV", "K_SERVICE"):
        with pytest.raises(BadConfiguration, match="not for the cloud"):
            from_environment({**environment, platform: "standard"})
