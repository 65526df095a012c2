"""The API as anybody may use it: JSON over HTTP with a token, and reads that cost nothing while nothing changed."""

from pathlib import Path
from typing import Any

import httpx

from standalone.trust import trusting

TIMEOUT_S = 10.0


class Refused(Exception):
    """The API answered with a problem: ``status`` of HTTP and its stable ``code``."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail or code)
        self.status = status
        self.code = code


class Unreachable(Exception):
    """No answer at all, or one that says to come back later."""


class ApiClient:
    """One account's view. ``base`` is the API's root; ``trust`` a certificate authority's file. For one thread."""

    def __init__(self, base: str, trust: Path | None = None) -> None:
        self._client = httpx.Client(base_url=f"{base}/api/", timeout=TIMEOUT_S, verify=trusting(trust))
        self._seen: dict[str, tuple[str, dict[str, Any]]] = {}
        self.token = ""

    def log_in(self, username: str, password: str, device: str) -> None:
        """From here on as this account. Raises :class:`Refused`, :class:`Unreachable`."""
        given = {"username": username, "password": password, "device": device}
        self.use_token(str(self.send("POST", "auth/login", given)["token"]))

    def use_token(self, token: str) -> None:
        """From here on with this token."""
        self.token = token
        self._client.headers["Authorization"] = f"Bearer {token}"
        self._seen.clear()

    def send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask; the answer's JSON. Raises :class:`Refused`, :class:`Unreachable`."""
        return self._answer(self._request(method, path, body, {}))

    def read(self, path: str) -> dict[str, Any]:
        """As it is now; asks with the ETag of the last answer. Raises :class:`Refused`, :class:`Unreachable`."""
        etag, known = self._seen.get(path, ("", {}))
        response = self._request("GET", path, None, {"If-None-Match": etag} if etag else {})
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return known
        answer = self._answer(response)
        if "ETag" in response.headers:
            self._seen[path] = (response.headers["ETag"], answer)
        return answer

    def exists(self, path: str) -> bool:
        """Whether reading it is not 404. Raises :class:`Refused`, :class:`Unreachable`."""
        try:
            self.read(path)
        except Refused as refused:
            if refused.status == httpx.codes.NOT_FOUND:
                return False
            raise
        return True

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        try:
            return self._client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    def _answer(self, response: httpx.Response) -> dict[str, Any]:
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise Unreachable("the API is busy")
        try:
            answer = response.json() if response.content else {}
        except ValueError as error:
            raise Unreachable(f"{response.request.url} answered {response.status_code} and no JSON") from error
        if response.is_success and isinstance(answer, dict):
            return answer
        raise Refused(response.status_code, str(answer.get("code", "")), str(answer.get("detail", "")))
