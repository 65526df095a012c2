"""Headers every answer has; other origins only where configured; whose address is believed."""

import pytest

from api.app import create_app
from services.configuration import Configuration
from tests.fakes.composition import fake_services
from tests.fakes.people import Someone

APP = "https://app.example.org"


def someone(**configuration) -> Someone:
    return Someone(create_app(fake_services(configuration=Configuration(store="memory:", **configuration))))


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/user"])
def test_every_answer_forbids_what_browsers_should_not_do(nobody, path):
    headers = nobody.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_no_other_origin_may_call_unless_configured(nobody):
    assert "Access-Control-Allow-Origin" not in nobody.get("/healthz", headers={"Origin": APP}).headers


def test_a_configured_origin_may_call_and_no_other():
    caller = someone(cors_origins=(APP,))
    assert caller.get("/healthz", headers={"Origin": APP}).headers["Access-Control-Allow-Origin"] == APP
    other = caller.get("/healthz", headers={"Origin": "https://evil.example.org"}).headers
    assert "Access-Control-Allow-Origin" not in other
    assert "Origin" in other["Vary"]
    asked = caller.send("OPTIONS", "/api/user", headers={"Origin": APP})
    assert asked.status_code == 200
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


def login_statuses(sender: Someone, header: str = "X-Forwarded-For") -> list[int]:
    """52 failures, each for another account, each claiming another address."""
    return [
        sender.post(
            "/api/auth/login",
            {"username": f"nobody{n}", "password": "wrong-wrong"},
            headers={header: f"203.0.113.{n}"},
        ).status_code
        for n in range(52)
    ]


def test_an_address_a_client_claims_is_not_believed():
    assert login_statuses(someone())[-1] == 429


def test_behind_our_own_proxy_each_client_counts_for_itself():
    assert set(login_statuses(someone(trusted_proxies=1))) == {401}


def test_where_the_platform_tells_the_address_in_a_header_of_its_own_each_client_counts_for_itself():
    assert login_statuses(someone(), "X-Appengine-User-IP")[-1] == 429
    assert set(login_statuses(someone(address_header="X-Appengine-User-IP"), "X-Appengine-User-IP")) == {401}
