"""Every refusal is a problem with a stable code, and an error of ours says nothing of the inside (C8)."""

import io

import pytest

from api.app import create_app
from api.problems import STATUS, status_of
from api.resource import answer
from api.schemas.base import Done
from model import errors
from model.store.errors import StoreBusy, StoreFull, StoreReadOnly, StoreUnavailable
from model.store.memory import MemoryStore
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, Someone

FIELDS = {"type", "title", "status", "detail", "code", "retry", "instance"}
LOGIN = "/api/auth/login"


class FailingStore(MemoryStore):
    """Fails as it is told to."""

    error: Exception | None = None

    def get(self, path):
        if self.error is not None:
            raise self.error
        return super().get(path)

    def transact(self, body):
        if self.error is not None:
            raise self.error
        return super().transact(body)


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "code"),
    [
        ("GET", "/nowhere", {}, 404, "not_found"),
        ("GET", "/api/location/../../etc", {}, 404, "not_found"),
        ("GET", "//api/user", {}, 404, "not_found"),
        ("DELETE", LOGIN, {}, 405, "method_not_allowed"),
        ("POST", LOGIN, {"data": "{", "content_type": "application/json"}, 400, "invalid_json"),
        ("POST", LOGIN, {"data": b"\xff{}", "content_type": "application/json"}, 400, "invalid_json"),
        ("POST", LOGIN, {"data": '{"username": "\\ud800"}', "content_type": "application/json"}, 400, "invalid_json"),
        ("POST", LOGIN, {"data": "[" * 100_000, "content_type": "application/json"}, 400, "invalid_json"),
        ("POST", LOGIN, {"data": "", "content_type": "application/json"}, 400, "invalid_json"),
        ("POST", LOGIN, {"data": "{}", "content_type": "text/plain"}, 415, "not_json"),
        ("POST", LOGIN, {}, 415, "not_json"),
        ("POST", LOGIN, {"json": []}, 422, "invalid"),
        ("POST", LOGIN, {"json": "{}"}, 422, "invalid"),
        ("POST", LOGIN, {"json": {"username": "a"}}, 422, "invalid"),
        ("POST", LOGIN, {"json": {"username": 1, "password": "x"}}, 422, "invalid"),
        ("POST", LOGIN, {"json": {"username": "a", "password": "x", "more": 1}}, 422, "invalid"),
        ("POST", LOGIN, {"data": b" " * (256 * 1024 + 1), "content_type": "application/json"}, 413, "too_large"),
        ("GET", "/api/user", {}, 401, "no_token"),
    ],
)
def test_bad_requests_are_answered_with_their_status(nobody, method, path, more, status, code):
    answer = nobody.send(method, path, **more)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert answer.json.keys() >= FIELDS
    assert answer.json["status"] == status
    assert answer.json["type"] == f"urn:kilowait:problem:{code}"
    assert answer.json["instance"] == answer.headers["X-Request-Id"]


def test_405_says_which_methods_there_are(nobody):
    assert "POST" in nobody.delete(LOGIN).headers["Allow"]


def test_every_field_that_does_not_fit_is_named_and_none_is_repeated(nobody):
    body = {"username": 1, "password": ["a secret value"], "more": True}
    answer = nobody.post(LOGIN, body)
    assert [each["field"] for each in answer.json["errors"]] == ["username", "password", "more"]
    assert "a secret value" not in answer.text


def test_a_body_of_just_256_kilobytes_is_read(nobody):
    data = b'{"username": "a", "password": "b"}'.ljust(256 * 1024)
    answer = nobody.send("POST", LOGIN, data=data, content_type="application/json")
    assert answer.status_code == 401


def test_a_large_body_in_chunks_is_too_large_as_well(nobody):
    """Without Content-Length, as WSGI servers hand it on."""
    more = {"content_type": "application/json", "environ_overrides": {"wsgi.input_terminated": True}}
    answer = nobody.send("POST", LOGIN, input_stream=io.BytesIO(b" " * 600_000), **more)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_names_behind_the_question_mark_are_known_and_stand_there_once(ann):
    assert ann.delete("/api/user?usrname=bob").status_code == 422
    assert ann.get("/api/user?username=ann&username=bob").status_code == 422
    assert ann.get("/api/user").status_code == 200


@pytest.mark.parametrize(
    ("error", "retry_after"),
    [
        (StoreBusy(5, 1.0, 3), "3"),
        (StoreFull("kilowait.db"), "30"),
        (StoreReadOnly("kilowait.db"), "30"),
        (StoreUnavailable("The file secret-place.db cannot be opened."), "30"),
    ],
)
def test_a_store_that_cannot_answers_503_with_retry_after_and_no_file_names(error, retry_after):
    store = FailingStore()
    someone = Someone(create_app(fake_services(store=store)))
    store.error = error
    answer = someone.post(LOGIN, {"username": "ann", "password": PASSWORD})
    assert (answer.status_code, answer.json["retry"]) == (503, True)
    assert answer.headers["Retry-After"] == retry_after
    assert ".db" not in answer.text


def test_an_error_of_ours_is_500_and_tells_only_the_log(logged):
    store = FailingStore()
    someone = Someone(create_app(fake_services(store=store)))
    store.error = ZeroDivisionError("inner secret")
    answer = someone.post(LOGIN, {"username": "ann", "password": PASSWORD})
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in logged.getvalue()
    assert answer.json["instance"] in logged.getvalue()


def test_every_class_of_error_has_its_status():
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and each.__base__ is errors.KilowaitError]
    assert len(kinds) == 8
    assert {kind.__name__: status_of(kind("code", "text")) for kind in kinds} == {
        kind.__name__: status for kind, status in STATUS.items()
    }


def test_what_a_view_returns_must_be_what_it_promised():
    with pytest.raises(TypeError, match="Done is not promised for status 202"):
        answer((Done(message="x"), 202), {200: Done})
