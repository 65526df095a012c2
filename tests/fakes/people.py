"""People who send requests with their token."""

from dataclasses import replace
from functools import cache
from typing import Any

from flask import Flask

from model.account import Scope, UserType
from services.accounts.passwords import Passwords
from services.accounts.registration import NewAccount, create_user
from services.accounts.service_tokens import create_token
from services.accounts.tokens import mint, save
from services.context import Services

Answer = Any
"""Werkzeug's TestResponse; its `json` may be None, which every test would have to rule out."""
PASSWORD = "correct horse battery"


class HashedOnce(Passwords):
    """For accounts that tests make by the dozen: the same password has the same hash in all of a process."""

    def hash(self, password: str) -> str:
        return _hash_of(password)


@cache
def _hash_of(password: str) -> str:
    return Passwords().hash(password)


class Someone:
    """One sender of requests; without a token an anonymous one."""

    def __init__(self, app: Flask, token: str | None = None, username: str = "") -> None:
        self.token = token
        self.username = username
        self.client = app.test_client()

    def send(self, method: str, path: str, **more: Any) -> Answer:
        headers = dict(more.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Answer:
        return self.send("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Answer:
        return self.send("POST", path, json=json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> Answer:
        return self.send("PUT", path, json=json, **more)

    def patch(self, path: str, json: Any = None, **more: Any) -> Answer:
        return self.send("PATCH", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.send("DELETE", path, **more)


class People:
    """Makes accounts and units through the services, and hands out their senders."""

    def __init__(self, app: Flask, services: Services) -> None:
        self._app = app
        self._services = services

    def anonymous(self) -> Someone:
        return Someone(self._app)

    def user(self, username: str = "ann", **more: Any) -> Someone:
        return self._person(NewAccount(username=username, password=PASSWORD, **more))

    def admin(self, username: str = "root") -> Someone:
        return self._person(NewAccount(username=username, password=PASSWORD, type=UserType.ADMIN))

    def unit(self, scope: Scope, username: str = "unit") -> Someone:
        new = NewAccount(username=username, type=UserType.SERVICE)
        create_user(self._services, new, by=None)
        issued = create_token(self._services, username, scope, fixed=True, by=None)
        return Someone(self._app, issued.secret, username)

    def _person(self, new: NewAccount) -> Someone:
        making = replace(self._services, passwords=HashedOnce())
        user = create_user(making, new, by=None).user
        issued = mint(self._services.randomness, user, self._services.clock.now())
        save(self._services.store, issued)
        return Someone(self._app, issued.secret, new.username)
