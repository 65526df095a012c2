"""A browser's login: the cookie no script reads, and who may use it."""

import pytest
from flask import Flask

from model.account import Scope, ScopeKind
from services.context import Services
from tests.fakes.clock import FakeClock
from tests.fakes.people import PASSWORD, People
from tests.unit.web.browser import Browser

LOGIN = {"username": "ann", "password": PASSWORD}


def clock_of(services: Services) -> FakeClock:
    assert isinstance(services.clock, FakeClock)
    return services.clock


def cookie(answer) -> str:
    return "; ".join(answer.headers.getlist("Set-Cookie"))


def test_logging_in_sets_a_cookie_no_script_reads(nobody: Browser, people: People) -> None:
    people.user("ann")
    answer = nobody.post("/session", LOGIN)
    assert answer.json["user"]["username"] == "ann"
    assert "token" not in answer.json
    assert cookie(answer).startswith("kilowait=")
    assert "HttpOnly" in cookie(answer)
    assert "SameSite=Lax" in cookie(answer)


def test_under_https_the_cookie_is_of_this_host_only(app: Flask, people: People) -> None:
    people.user("ann")
    browser = Browser(app, "https://kilowait.example")
    answer = browser.post("/session", LOGIN)
    assert cookie(answer).startswith("__Host-kilowait=")
    assert "Secure" in cookie(answer)
    assert "Domain" not in cookie(answer)
    assert browser.get("/session").json["user"]["username"] == "ann"


def test_the_api_knows_the_browser(ann: Browser) -> None:
    assert ann.get("/api/user").json["user"]["username"] == "ann"
    assert "Cookie" in ann.get("/api/user").headers["Vary"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    ],
)
def test_another_site_changes_nothing(ann: Browser, headers: dict[str, str]) -> None:
    for method, path in (
        ("PATCH", "/api/user"), ("POST", "/api/auth/logout"), ("GET", "/api/auth/logout"), ("POST", "/logout"),
        ("POST", "/login"),
    ):  # fmt: skip
        answer = ann.send(method, path, json=None if method == "GET" else {"name": "Eve"}, headers=headers)
        assert answer.status_code == 403, (method, path)
    assert ann.get("/api/user").json["user"]["name"] == ""


def test_an_older_browser_says_its_origin(ann: Browser) -> None:
    headers = {"Sec-Fetch-Site": "", "Origin": "http://localhost"}
    del headers["Sec-Fetch-Site"]
    answer = ann.client.patch("/api/user", json={"name": "Ann"}, headers=headers, base_url="http://localhost")
    assert answer.status_code == 200
    assert ann.client.patch("/api/user", json={"name": "Eve"}, base_url="http://localhost").status_code == 403


def test_a_page_without_encryption_does_not_speak_for_one_with(app: Flask, people: People) -> None:
    """Whoever sits on the line can make the first up: an older browser says nothing but its origin."""
    people.user("ann")
    https = {"base_url": "https://kilowait.example", "json": LOGIN}
    client = app.test_client()
    assert client.post("/session", headers={"Origin": "http://kilowait.example"}, **https).status_code == 403
    assert client.post("/session", headers={"Origin": "https://kilowait.example"}, **https).status_code == 200


def test_who_guesses_waits_and_is_told_how_long(nobody: Browser, people: People) -> None:
    people.user("ann")
    wrong = {"name": "ann", "password": "nonsense"}
    answers = [nobody.send("POST", "/login", data=wrong) for _ in range(8)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert 'value="ann"' in answers[-1].text


def test_a_new_login_is_a_new_token_whatever_cookie_was_there(nobody: Browser, people: People) -> None:
    people.user("ann")
    nobody.client.set_cookie("kilowait", "chosen-by-somebody-else")
    assert nobody.post("/session", LOGIN).status_code == 200
    kept = nobody.client.get_cookie("kilowait")
    assert kept is not None
    assert kept.value != "chosen-by-somebody-else"


def test_the_cookie_of_who_is_deactivated_opens_nothing(ann: Browser, manager: Browser) -> None:
    assert manager.send("PATCH", "/api/user/ann", json={"active": False}).status_code == 200
    assert ann.get("/session").json == {"user": None}
    again = ann.send("POST", "/login", data={"name": "ann", "password": PASSWORD})
    assert "This account is deactivated." in again.text


def test_a_units_token_in_a_cookie_opens_no_page(nobody: Browser, people: People) -> None:
    unit = people.unit(Scope(kind=ScopeKind.BRIDGE, id="b1"), "bridge-1")
    assert unit.token is not None
    nobody.client.set_cookie("kilowait", unit.token)
    assert nobody.get("/dashboard/").status_code == 403
    assert nobody.get("/app/live/Lot").status_code == 403
    assert nobody.get("/session").json["user"]["type"] == "service"


def test_logging_out_ends_the_token_too(ann: Browser) -> None:
    kept = ann.cookie()
    assert ann.send("DELETE", "/session").json == {"user": None}
    assert ann.get("/session").json == {"user": None}
    ann.client.set_cookie("kilowait", kept)
    assert ann.get("/api/user").status_code == 401


def test_a_token_that_is_due_is_swapped(ann: Browser, services: Services) -> None:
    before = ann.cookie()
    clock_of(services).advance(days=8)
    assert ann.get("/session").json["user"]["username"] == "ann"
    after = ann.cookie()
    assert after != before
    clock_of(services).advance(days=7)
    assert ann.get("/session").json["user"]["username"] == "ann"


def test_a_token_that_is_over_is_forgotten(ann: Browser, services: Services) -> None:
    clock_of(services).advance(days=15)
    answer = ann.get("/session")
    assert answer.json == {"user": None}
    assert "kilowait=;" in cookie(answer)


def test_the_login_page_leads_on(nobody: Browser, people: People) -> None:
    people.user("ann")
    form = {"name": "ann", "password": PASSWORD, "next": "/dashboard/"}
    answer = nobody.send("POST", "/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dashboard/")
    wrong = nobody.send("POST", "/login", data={**form, "password": "nonsense"})
    assert wrong.status_code == 401
    assert "The name or the password is wrong." in wrong.text


def test_the_login_page_leads_to_no_other_site_and_only_to_pages(nobody: Browser, people: People) -> None:
    people.user("ann")
    for target in (
        "//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "/app/a\nb", "x", "/api/auth/logout",
        "/app/../api/auth/logout", "/dashboard/%2e%2e/api/auth/logout", "/app/%5c..", "/dashboardx",
    ):  # fmt: skip
        answer = nobody.send("POST", "/login", data={"name": "ann", "password": PASSWORD, "next": target})
        assert answer.headers["Location"] == "/app/", target
