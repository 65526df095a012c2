"""A forgotten password, from the letter to the page (B2)."""

import re

import pytest

from tests.fakes.people import PASSWORD, Someone

NEW = "a better one altogether"


def letters_secret(services):
    return re.findall(r"\?token=([\w-]+)", services.mail.letters[-1].text)[0]


@pytest.fixture
def secret(services, nobody, ann):
    assert nobody.post("/api/auth/resetPasswordToken", {"email": "ANN@example.org"}).status_code == 202
    return letters_secret(services)


def test_the_answer_does_not_tell_whether_the_address_is_known(services, nobody, ann):
    known = nobody.post("/api/auth/resetPasswordToken", {"email": "ann@example.org"})
    unknown = nobody.post("/api/auth/resetPasswordToken", {"email": "zoe@example.org"})
    a_name = nobody.post("/api/auth/resetPasswordToken", {"email": "ann"})
    assert known.status_code == unknown.status_code == a_name.status_code == 202
    assert known.json == unknown.json == a_name.json
    assert [letter.to for letter in services.mail.letters] == ["ann@example.org"]


def test_the_link_sets_a_password_once_and_logs_out_everywhere(services, nobody, ann, secret):
    assert nobody.post("/api/auth/resetPassword", {"token": secret, "password": NEW}).status_code == 200
    assert ann.get("/api/user").status_code == 401
    assert nobody.post("/api/auth/login", {"username": "ann", "password": PASSWORD}).status_code == 401
    assert nobody.post("/api/auth/login", {"username": "ann", "password": NEW}).status_code == 200
    again = nobody.post("/api/auth/resetPassword", {"token": secret, "password": PASSWORD})
    assert (again.status_code, again.json["code"]) == (422, "invalid_reset")


def test_the_link_works_for_one_hour(services, nobody, secret):
    services.clock.advance(hours=1)
    answer = nobody.post("/api/auth/resetPassword", {"token": secret, "password": NEW})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_reset")


def test_a_password_that_is_refused_does_not_use_the_link_up(nobody, secret):
    assert nobody.post("/api/auth/resetPassword", {"token": secret, "password": "short"}).status_code == 422
    assert nobody.post("/api/auth/resetPassword", {"token": secret, "password": NEW}).status_code == 200


def test_the_secret_of_a_letter_is_no_token(app, secret):
    assert Someone(app, secret).get("/api/user").status_code == 401


def test_the_page_is_a_plain_form_without_script(nobody, secret):
    page = nobody.get(f"/api/auth/resetPasswordPage?token={secret}")
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert "<script" not in page.text
    assert f'value="{secret}"' in page.text
    assert '<label for="password">' in page.text
    assert "width=device-width" in page.text
    nonce = re.findall(r'<style nonce="([\w-]+)">', page.text)[0]
    policy = page.headers["Content-Security-Policy"]
    assert f"style-src 'nonce-{nonce}'" in policy
    assert "default-src 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store"


def test_the_pages_form_sets_the_password_and_says_so(nobody, secret):
    short = nobody.send("POST", "/api/auth/resetPassword", data={"token": secret, "password": "x" * 300})
    assert (short.status_code, short.mimetype) == (422, "text/html")
    done = nobody.send("POST", "/api/auth/resetPassword", data={"token": secret, "password": NEW})
    assert (done.status_code, done.mimetype) == (200, "text/html")
    assert 'role="status"' in done.text
    used = nobody.send("POST", "/api/auth/resetPassword", data={"token": secret, "password": NEW})
    assert used.status_code == 422
    assert 'role="alert"' in used.text
    assert nobody.post("/api/auth/login", {"username": "ann", "password": NEW}).status_code == 200


def test_what_is_in_the_link_cannot_write_into_the_page(nobody):
    page = nobody.get("/api/auth/resetPasswordPage?token=%22%3E%3Cscript%3E")
    assert "<script" not in page.text


def test_a_form_is_taken_nowhere_else(nobody, ann):
    answer = nobody.send("POST", "/api/auth/login", data={"username": "ann", "password": PASSWORD})
    assert answer.status_code == 415


def test_one_address_gets_few_letters_and_one_client_few_answers(services, nobody, ann):
    for _ in range(6):
        assert nobody.post("/api/auth/resetPasswordToken", {"email": "ann@example.org"}).status_code == 202
    assert len(services.mail.letters) == 4
    statuses = [
        nobody.post("/api/auth/resetPasswordToken", {"email": f"{n}@example.org"}).status_code for n in range(20)
    ]
    assert statuses[-1] == 429


def test_a_reset_ends_a_lock_out(services, nobody, secret):
    for _ in range(6):
        nobody.post("/api/auth/login", {"username": "ann", "password": "wrong-wrong"})
    assert nobody.post("/api/auth/login", {"username": "ann", "password": PASSWORD}).status_code == 429
    nobody.post("/api/auth/resetPassword", {"token": secret, "password": NEW})
    assert nobody.post("/api/auth/login", {"username": "ann", "password": NEW}).status_code == 200


def test_the_letter_is_in_the_readers_language(services, nobody, ann):
    ann.patch("/api/user", {"language": "de"})
    nobody.post("/api/auth/resetPasswordToken", {"email": "ann@example.org"})
    letter = services.mail.letters[-1]
    assert letter.subject == "Neues Passwort"
    assert "token=" in letter.text
