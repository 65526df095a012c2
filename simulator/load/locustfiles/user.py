"""What the users share: requests that are judged by what they brought about, and the figures handed back at the end."""

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import msgspec
from locust import FastHttpUser, events
from locust.env import Environment
from locust.stats import StatsEntry

from simulator.load.figures import RESULT, Failure, Latency, LocustResult, Request
from simulator.load.settings import BEGINS, read

# The longest that the simulator's API waits.
WAIT_S = 60

SETTINGS = read("", {}, {name: value for name, value in os.environ.items() if name.startswith(BEGINS)})

# Says what is wrong with an answer; None: nothing.
Judge = Callable[[dict[str, Any]], str | None]


class User(FastHttpUser):
    """Somebody at the simulator's API."""

    abstract = True
    network_timeout = WAIT_S + 30
    connection_timeout = WAIT_S

    def ask(self, method: str, path: str, name: str, body: Any, judge: Judge) -> dict[str, Any] | None:
        """The answer; None where it is a failure. ``name`` is what it is called in the report."""
        with self.client.request(method, path, json=body, name=name, catch_response=True) as response:
            if response.status_code == 0:
                return None
            try:
                answer: dict[str, Any] = msgspec.json.decode(response.content or b"{}")
            except msgspec.DecodeError:
                answer = {}
            wrong = judge(answer) if response.status_code < 300 else str(answer.get("detail", response.status_code))
            if wrong is not None:
                response.failure(self.plain(wrong))
                return None
            response.success()
            return answer

    def plain(self, words: str) -> str:
        """A failure's words without what differs from user to user, so that the same ones are counted together."""
        return words


class AtChargePoint(User):
    """Somebody at one charge point, each at another."""

    abstract = True
    numbers = itertools.count(1)

    def on_start(self) -> None:
        number = next(AtChargePoint.numbers)
        self.tag = SETTINGS.tag_of(number)
        self.charge_point_id = SETTINGS.id_of(number)
        self.path = f"/charge-points/{quote(self.charge_point_id, safe='')}"

    def plain(self, words: str) -> str:
        """Any card, any charge point."""
        return words.replace(self.tag, "…").replace(self.charge_point_id, "…")


class AtFleet(User):
    """Whoever switches the network of all of them."""

    abstract = True
    prefix: ClassVar[dict[str, str]] = {"prefix": SETTINGS.prefix}

    def connect_all(self) -> None:
        """All at once; a failure where not all are booted in time."""
        wait_s = min(SETTINGS.boot_s, WAIT_S)
        path = f"/fleet/connect?wait={wait_s:g}"
        self.ask("POST", path, "connect all, until the last has booted", self.prefix, all_booted)


def all_booted(answer: dict[str, Any]) -> str | None:
    """As a judge."""
    away = answer["charge_points"] - answer["booted"]
    return f"{away} of {answer['charge_points']} charge points are not booted" if away else None


def operation_done(answer: dict[str, Any]) -> str | None:
    """As a judge."""
    operation = answer["operation"]
    if operation["status"] == "done":
        return None
    return str(operation["error"] or f"{operation['name']} takes longer than {WAIT_S} s")


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def hand_back(environment: Environment, **_: Any) -> None:
    """Write the figures to where the command reads them."""
    wanted = os.environ.get(RESULT)
    if wanted is None:
        return
    stats = environment.stats
    result = LocustResult(
        requests=[_request(one) for _, one in sorted(stats.entries.items())],
        failures=[Failure(f"{one.name}: {_said(one.error)}", one.occurrences) for one in stats.errors.values()],
    )
    Path(wanted).write_bytes(msgspec.json.encode(result))


def _request(entry: StatsEntry) -> Request:
    def quantile_ms(share: float) -> float:
        return float(entry.get_response_time_percentile(share))

    latency = Latency(
        entry.num_requests,
        quantile_ms(0.5),
        quantile_ms(0.95),
        quantile_ms(0.99),
        round(float(entry.max_response_time), 2),
    )
    return Request(entry.name, entry.num_failures, latency)


def _said(error: Any) -> str:
    return str(error).removeprefix("CatchResponseError('").removesuffix("')")
