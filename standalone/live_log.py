"""The live log: every decision of a location, one line each with its reason, read from the audit log."""

from datetime import datetime
from typing import Any

from standalone.api_client import ApiClient
from standalone.phrases import phrase, who
from standalone.screen import Screen

PAGE = 50


class LiveLog:
    """Call :meth:`catch_up` about once a second: while nothing happens it costs an answer without content."""

    def __init__(self, api: ApiClient, location_id: str, screen: Screen) -> None:
        self._api = api
        self._path = f"location/{location_id}/decisions"
        self._screen = screen
        self._shown: int | None = None

    def skip_past(self) -> None:
        """Show only what comes from now on."""
        newest = self._api.read(f"{self._path}?page_size={PAGE}")["decisions"]
        self._shown = newest[0]["version"] if newest else 0

    def catch_up(self) -> list[dict[str, Any]]:
        """Show what is new, oldest first, and return it. Raises ``Refused``, ``Unreachable``."""
        fresh = self._fresh()
        for decision in fresh:
            at = datetime.fromisoformat(decision["at"])
            self._screen.happening(who(decision["actor"]), phrase(decision), at, "decision")
            self._shown = decision["version"]
        return fresh

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _fresh(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = self._api.read(f"{self._path}?page_size={PAGE}")
        while True:
            for decision in page["decisions"]:
                if self._shown is not None and decision["version"] <= self._shown:
                    return found[::-1]
                found.append(decision)
            token = page["next_page_token"]
            if token is None:
                return found[::-1]
            page = self._api.send("GET", f"{self._path}?page_size={PAGE}&page_token={token}")
