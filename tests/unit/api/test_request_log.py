"""Request ids and log lines (I4), and that no secret gets into them (B9)."""

import json
import re

import pytest

from tests.fakes.people import PASSWORD, Someone


def lines(logged) -> list[dict]:
    return [json.loads(line) for line in logged.getvalue().splitlines()]


def test_a_sane_id_of_the_client_is_taken_over_into_answer_and_log(nobody, logged):
    answer = nobody.get("/healthz", headers={"X-Request-Id": "app-7.a_B"})
    assert answer.headers["X-Request-Id"] == "app-7.a_B"
    assert [line["request_id"] for line in lines(logged)] == ["app-7.a_B"]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "é", '"}{'])
def test_any_other_id_is_replaced(nobody, given):
    answer = nobody.get("/healthz", headers={"X-Request-Id": given.encode().decode("latin-1")})
    assert re.fullmatch(r"[\w-]{16}", answer.headers["X-Request-Id"])


def test_a_line_tells_route_status_time_and_user(services, ann, logged):
    ann.delete("/api/user/tag/04AB")
    (line,) = lines(logged)
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("DELETE", "/api/user/tag/<path:tag>", 404)
    assert line["duration_ms"] >= 0
    assert line["user_id"]


def test_no_secret_and_no_tag_is_ever_logged(app, services, nobody, people, logged):
    secrets = {PASSWORD, "wrong-password-here", "another-password", "04DEADBEEF", "someone@example.org"}
    body = {"username": "eve", "password": PASSWORD, "email": "someone@example.org", "device": "phone"}
    secrets.add(nobody.post("/api/auth/register", body).json["token"])
    secrets.add(nobody.post("/api/auth/login", {"username": "eve", "password": PASSWORD}).json["token"])
    nobody.post("/api/auth/login", {"username": "eve", "password": "wrong-password-here"})
    nobody.post("/api/auth/login", {"username": ["wrong-password-here"], "password": PASSWORD})
    nobody.send("POST", "/api/auth/login", data=f'{{"password": "{PASSWORD}"', content_type="application/json")
    eve = Someone(app, max(secrets, key=len))
    assert eve.get("/api/user").status_code == 200
    secrets.add(eve.post("/api/auth/refresh").json["token"])
    eve.patch("/api/user", {"password": "another-password", "current_password": PASSWORD})
    eve.post("/api/user/tag", {"tag": "04DEADBEEF"})
    eve.patch("/api/user/tag/04DEADBEEF", {"label": "x"})
    nobody.post("/api/auth/resetPasswordToken", {"email": "someone@example.org"})
    secrets.add(re.findall(r"token=([\w-]+)", services.mail.letters[-1].text)[0])
    for secret in sorted(secrets):
        nobody.get("/api/auth/resetPasswordPage", query_string={"token": secret})
        nobody.post("/api/auth/resetPassword", {"token": secret, "password": "another-password"})
        Someone(app, secret).get("/api/user")
    root = people.admin()
    root.post("/api/user", {"username": "unit", "type": "service"})
    secrets.add(root.post("/api/user/unit/token", {"scope": {"bridge": "b"}}).json["token"])
    text = logged.getvalue()
    assert len(lines(logged)) >= 30
    assert len(secrets) == 10
    assert [secret for secret in secrets if secret in text] == []
