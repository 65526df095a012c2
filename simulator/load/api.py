"""A client of the simulator's HTTP API."""

import http.client
import urllib.error
import urllib.request
from typing import Any

import msgspec

from simulator.load.wrong import Wrong

ANSWER_S = 120.0


class Refused(Exception):
    """The simulator refused; ``code`` is its problem's, the text its detail."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Simulator:
    """At an address like ``http://127.0.0.1:9100``."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        # Straight to it, whatever proxies the environment names.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Its JSON, empty where there is none. Raises :class:`Refused`, and :class:`Wrong` where no simulator is."""
        content = msgspec.json.encode(body) if body is not None else None
        request = urllib.request.Request(  # noqa: S310 -- settings allow http and https only
            self.address + path, content, {"Content-Type": "application/json"}, method=method
        )
        try:
            with self._opener.open(request, timeout=ANSWER_S) as response:
                return _json(response.read())
        except urllib.error.HTTPError as refused:
            with refused:
                problem = _json(refused.read(), or_else={})
            raise Refused(
                str(problem.get("code", refused.code)), str(problem.get("detail", f"HTTP {refused.code}"))
            ) from refused
        except urllib.error.URLError as error:
            raise Wrong(f"no simulator at {self.address}: {error.reason}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Wrong(f"the simulator at {self.address} does not answer as one: {error}") from error


def _json(content: bytes, or_else: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any]) if content else {}
    except msgspec.MsgspecError:
        if or_else is None:
            raise
        return or_else
