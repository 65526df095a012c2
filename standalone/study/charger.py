"""One charger of any kind, through the API: its settings written and read back, and what was measured at it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from standalone.api_client import ApiClient, Refused

WAIT_S = 8
"""How long one request waits for the charger; less than the client waits for the request."""
LOOK_S = 0.5
UNDER_WAY = frozenset({"queued", "sent"})


class CannotStudy(Exception):
    """The study cannot go on; one line says why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A measured value at an instant (seconds since 1970)."""

    at: float
    value: float


class Charger:
    """``name`` is ``location:charger``. Every method may raise ``Refused`` and ``Unreachable``."""

    def __init__(self, api: ApiClient, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        location_id, _, charger_id = name.partition(":")
        if not location_id or not charger_id:
            raise CannotStudy(f"{name!r} is no location:charger")
        self._api = api
        self._sleep = sleep
        self._path = f"location/{quote(location_id, safe='')}/charger/{quote(charger_id, safe='')}"

    def session(self) -> int | None:
        """The number of the session where a car charges; None: there is none."""
        charger = self._api.read(self._path)["charger"]
        number: int | None = charger["active_session"]
        return number if charger["state"] in {"charging", "full"} else None

    def settings(self) -> dict[str, Any]:
        """What it supports and is set to, asked anew."""
        found: dict[str, Any] = self._api.send("GET", f"{self._path}/settings?refresh=true&wait={WAIT_S}")["settings"]
        return found

    def put(self, within_s: float, **values: Any) -> dict[str, Any]:
        """Write settings; the change once its outcome is known. Raises :class:`CannotStudy` where it never is."""
        change: dict[str, Any] = self._api.send("PUT", f"{self._path}/settings?wait={WAIT_S}", values)["change"]
        until = time.monotonic() + within_s
        while change["status"] in UNDER_WAY:
            if time.monotonic() > until:
                raise CannotStudy(f"the charger did not answer within {within_s:g} s")
            self._sleep(LOOK_S)
            last = self._api.send("GET", f"{self._path}/settings")["settings"]["last_change"]
            if last is None or last["command_id"] != change["command_id"]:
                raise CannotStudy("somebody else sets this charger at the same time")
            change = last
        return change

    def measured(self, session: int, measurand: str, since: float, until: float) -> dict[str, list[Sample]]:
        """The samples of a session by phase (empty: all together). None of a session nobody measured."""
        asked = {"measurand": measurand, "from": _instant(since), "to": _instant(until)}
        try:
            found = self._api.send("GET", f"{self._path}/session/{session}/measurements?{urlencode(asked)}")
        except Refused as refused:
            if refused.code == "session_not_found":
                return {}
            raise
        series: dict[str, list[Sample]] = {}
        for each in found["measurements"]["series"]:
            values = [Sample(datetime.fromisoformat(one["at"]).timestamp(), one["value"]) for one in each["values"]]
            series[each["phase"]] = series.get(each["phase"], []) + values
        return series


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
