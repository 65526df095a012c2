"""The account that owns the charge points: its login, and tokens that expire."""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a login gives."""

    token: str
    refresh_token: str


@dataclass(slots=True)
class Account:
    """``token_s`` is how long a token lives. A refresh token is good for one refresh."""

    email: str = "site@example.com"
    password: str = field(default="password", repr=False)
    api_key: str = field(default="api-key", repr=False)
    token_s: float = 7200.0
    logins: int = 0
    refreshes: int = 0
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _refresh_tokens: set[str] = field(default_factory=set, repr=False)

    def log_in(self, api_key: str, body: dict[str, Any], now: datetime) -> Tokens | None:
        """None: not with these."""
        if (api_key, body.get("email"), body.get("password")) != (self.api_key, self.email, self.password):
            return None
        self.logins += 1
        return self._issue(now)

    def refresh(self, body: dict[str, Any], now: datetime) -> Tokens | None:
        """None: the refresh token is not known, or was used. The access token may have expired."""
        refresh_token = body.get("refreshToken")
        if refresh_token not in self._refresh_tokens or not self._signed(str(body.get("token", ""))):
            return None
        self._refresh_tokens.discard(refresh_token)
        self.refreshes += 1
        return self._issue(now)

    def admits(self, token: str, now: datetime) -> bool:
        """Is it one of ours that has not expired?"""
        if not self._signed(token):
            return False
        claims = json.loads(_decoded(token.split(".")[1]))
        return bool(claims["exp"] > now.timestamp())

    def forget_all(self) -> None:
        """No token given so far is good any more."""
        self._key = secrets.token_bytes(32)
        self._refresh_tokens.clear()

    def _issue(self, now: datetime) -> Tokens:
        claims = {"sub": self.email, "iat": int(now.timestamp()), "exp": int(now.timestamp() + self.token_s)}
        head = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        refresh_token = secrets.token_urlsafe(24)
        self._refresh_tokens.add(refresh_token)
        return Tokens(f"{head}.{self._signature(head)}", refresh_token)

    def _signed(self, token: str) -> bool:
        head, _, signature = token.rpartition(".")
        return bool(head) and hmac.compare_digest(signature.encode(), self._signature(head).encode())

    def _signature(self, head: str) -> str:
        return _encoded(hmac.digest(self._key, head.encode(), hashlib.sha256))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
