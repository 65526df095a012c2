"""A secret from Secret Manager: asked for with the machine's own account, and every trouble is one line without it."""

import base64
from collections.abc import Callable

import httpx
import pytest

from services.adapters.secret_manager import SecretTrouble, read_secret

NAME = "projects/rows/secrets/authority-key"
TOKEN = httpx.Response(200, json={"access_token": "t-1"})


def client(answer: httpx.Response | Exception, token: httpx.Response = TOKEN, asked: list[str] | None = None):
    def handle(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(str(request.url))
        if request.url.path.startswith("/computeMetadata"):
            assert request.headers["Metadata-Flavor"] == "Google"
            return token
        assert request.headers["Authorization"] == "Bearer t-1"
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.Client(transport=httpx.MockTransport(handle))


def secret(content: bytes) -> httpx.Response:
    return httpx.Response(200, json={"payload": {"data": base64.b64encode(content).decode()}})


@pytest.mark.parametrize(
    ("reference", "version"), [(NAME, "latest"), (f"{NAME}/versions/3", "3"), (f"{NAME}/versions/latest", "latest")]
)
def test_a_secret_is_read_in_the_version_that_is_named(reference: str, version: str, monkeypatch) -> None:
    monkeypatch.setenv("GCE_METADATA_HOST", "127.0.0.1:9")
    asked: list[str] = []
    assert read_secret(f"secret:{reference}", client(secret(b"pem\n"), asked=asked)) == b"pem\n"
    assert asked == [
        "http://127.0.0.1:9/computeMetadata/v1/instance/service-accounts/default/token",
        f"https://secretmanager.googleapis.com/v1/{NAME}/versions/{version}:access",
    ]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: client(httpx.Response(403)), "it was answered 403"),
        (lambda: client(httpx.Response(200, text="<html>")), "none of Secret Manager's"),
        (lambda: client(httpx.Response(200, json={"payload": {}})), "none of Secret Manager's"),
        (lambda: client(httpx.Response(200, json={"payload": {"data": "!"}})), "none of Secret Manager's"),
        (lambda: client(httpx.Response(200, json=[])), "none of Secret Manager's"),
        (lambda: client(httpx.ConnectError("no route")), "not on Google Cloud"),
        (lambda: client(secret(b"x"), token=httpx.Response(404)), "it was answered 404"),
        (lambda: client(secret(b"x"), token=httpx.Response(200, json={})), "none of Secret Manager's"),
    ],
)
def test_what_cannot_be_read_is_one_line(make: Callable[[], httpx.Client], said: str) -> None:
    with pytest.raises(SecretTrouble, match=said) as trouble:
        read_secret(f"secret:{NAME}", make())
    assert "\n" not in str(trouble.value)


@pytest.mark.parametrize(
    "name", ["", "authority-key", "projects/rows/secrets/a/b", f"{NAME}/versions/../x", f"{NAME}?x"]
)
def test_what_is_no_name_of_a_secret_is_not_asked_for(name: str) -> None:
    with pytest.raises(SecretTrouble, match="A secret is named"):
        read_secret(f"secret:{name}", client(secret(b"x")))
