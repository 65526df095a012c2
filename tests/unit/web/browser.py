"""A browser without a window: keeps cookies, and says where its requests come from as browsers do."""

from typing import Any

from flask import Flask

HERE = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    def __init__(self, app: Flask, base_url: str = "http://localhost") -> None:
        self.client = app.test_client()
        self._base_url = base_url

    def logged_in(self, name: str, password: str) -> "Browser":
        answer = self.post("/session", {"username": name, "password": password})
        assert answer.status_code == 200, answer.text
        return self

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return self.send("POST", path, json=json, **more)

    def send(self, method: str, path: str, **more: Any) -> Any:
        headers = {**HERE, **more.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, base_url=self._base_url, buffered=True, **more)

    def cookie(self) -> str:
        """The token's secret as the browser keeps it."""
        kept = self.client.get_cookie("kilowait")
        assert kept is not None
        return kept.value
