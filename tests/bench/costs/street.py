"""The chargers of a site and the bridge before them: what they post, and when, as the bridge's backlog decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.bench.costs.cloud import Cloud
from tests.bench.costs.ledger import Cause
from tests.bench.costs.timeline import Timeline
from wire.commands import Command, Hold, Release

SAMPLE_EVERY_S = 10
POST_EVERY_S = 300
"""The default of the bridge's ``--meter-post-s``."""
POLL_EVERY_S = 60
"""The default of its ``--config-s``."""
BRIDGE, BRIDGE_SECRET = "b1", "secret-of-bridge"
ANSWER_S = 1.0


@dataclass(slots=True)
class Charge:
    """A running transaction."""

    transaction_id: str
    tag: str
    power_w: int
    full_at: datetime
    begun_at: datetime
    read_until: datetime
    register_wh: int

    def at(self, when: datetime) -> int:
        """The register then, in Wh."""
        drawn_s = (min(when, self.full_at) - self.begun_at).total_seconds()
        return self.register_wh + round(self.power_w * drawn_s / 3600)


class ChargePoint:
    """One OCPP box with one connector."""

    def __init__(self, name: str, street: "Street", register_wh: int) -> None:
        self.name = name
        self.register_wh = register_wh
        self.charged_s = 0.0
        self._street = street
        self._charge: Charge | None = None
        self._posts = 0

    @property
    def is_free(self) -> bool:
        """Whether no car is plugged in."""
        return self._charge is None

    def says(self, kind: str, **fields: Any) -> None:
        """An event that is no reading goes at once, with the readings that wait."""
        self._post(self._street.event(self.name, kind, **fields))
        self._posts += 1
        if self._charge is not None:
            self._read_later(SAMPLE_EVERY_S)

    def status(self, word: str) -> None:
        self.says("status", connector=1, status=word)

    def plug(self, tag: str, need_wh: int, power_w: int, transaction_id: str) -> datetime:
        """A car is plugged in and a card held; when the car will be full."""
        cloud = self._street.cloud
        self.status("preparing")
        path = f"chargepoint/{self.name}/authorize"
        cloud.request(Cause.QUESTIONS, "POST", path, BRIDGE_SECRET, {"tag": tag, "connector": 1})
        now = cloud.clock.now()
        full_at = now + timedelta(hours=need_wh / power_w)
        started: dict[str, Any] = {
            "connector": 1,
            "transaction_id": transaction_id,
            "tag": tag,
            "meter_start_wh": self.register_wh,
        }
        self.says("transaction_started", **started)
        charge = self._charge = Charge(transaction_id, tag, power_w, full_at, now, now, self.register_wh)

        def says_of_it(word: str) -> None:
            if self._charge is charge:
                self.status(word)

        self._street.timeline.after(2, lambda: says_of_it("charging"))
        self._street.timeline.at(full_at, lambda: says_of_it("suspended_ev"))
        return full_at

    def unplug(self) -> None:
        """The car leaves."""
        charge = self._charge
        if charge is None:
            return
        self.register_wh = charge.at(self._street.cloud.clock.now())
        self.says(
            "transaction_ended", connector=1, transaction_id=charge.transaction_id, meter_stop_wh=self.register_wh,
            tag=charge.tag, reason="EVDisconnected",
        )  # fmt: skip
        self.charged_s += (self._street.cloud.clock.now() - charge.begun_at).total_seconds()
        self._charge = None
        self._posts += 1
        self._street.timeline.after(1, lambda: self.status("available"))

    def _read_later(self, seconds: float) -> None:
        """Post the readings then, unless another event has taken them along."""
        stand = self._posts

        def due() -> None:
            if self._charge is not None and stand == self._posts:
                self._post(None)
                self._read_later(POST_EVERY_S)

        self._street.timeline.after(seconds, due)

    def _post(self, event: dict[str, Any] | None) -> None:
        events = [*self._readings(), *([] if event is None else [event])]
        if events:
            self._street.post(events, Cause.READINGS if event is None else Cause.EVENTS)

    def _readings(self) -> list[dict[str, Any]]:
        charge = self._charge
        if charge is None:
            return []
        now = self._street.cloud.clock.now()
        found = []
        while charge.read_until + timedelta(seconds=SAMPLE_EVERY_S) <= now:
            charge.read_until += timedelta(seconds=SAMPLE_EVERY_S)
            at = charge.read_until
            power_w = charge.power_w if at <= charge.full_at else 0
            samples = [
                {"at": at.isoformat(), "value": str(charge.at(at)), "unit": "Wh"},
                {"at": at.isoformat(), "value": str(power_w), "unit": "W", "measurand": "Power.Active.Import"},
            ]
            found.append(
                self._street.event(
                    self.name, "meter", at, connector=1, transaction_id=charge.transaction_id, samples=samples
                )
            )
        return found


class Street:
    """All charge points of all sites, behind one bridge."""

    def __init__(self, cloud: Cloud, timeline: Timeline) -> None:
        self.cloud = cloud
        self.timeline = timeline
        self.points: dict[str, ChargePoint] = {}
        self._seqs = count(1)
        self._cursor = ""

    def add(self, name: str, register_wh: int) -> None:
        """A charge point that is connected and free from now on."""
        point = self.points[name] = ChargePoint(name, self, register_wh)
        point.says("connection", connected=True, bridge_id=BRIDGE, epoch=1)
        point.status("available")

    def flap(self, name: str, back_after_s: float) -> None:
        """A link is lost for longer than the flap time."""
        self.points[name].says("connection", connected=False, bridge_id=BRIDGE, epoch=1)
        back: dict[str, Any] = {"connected": True, "bridge_id": BRIDGE, "epoch": 2}
        self.timeline.after(back_after_s, lambda: self.points[name].says("connection", **back))

    def event(self, name: str, kind: str, at: datetime | None = None, **fields: Any) -> dict[str, Any]:
        """One event as it is posted."""
        when = (at or self.cloud.clock.now()).isoformat()
        place = {"charge_point_id": name, "seq": next(self._seqs)}
        return {"kind": kind, "occurred_at": when, "received_at": when, **place, **fields}

    def post(self, events: list[dict[str, Any]], cause: Cause) -> None:
        """One post to the API. Raises ``RuntimeError`` for an event it cannot place."""
        answer = self.cloud.request(cause, "POST", "events", BRIDGE_SECRET, {"stream": "s1", "events": events})
        for result in answer.get_json()["results"]:
            if result.get("reason", "").partition(":")[0] in {"bad_event", "unknown_charge_point", "failed"}:
                raise RuntimeError(f"{events}: {result}")

    def poll(self) -> None:
        """Ask what changed."""
        asked = f"bridge/config?since={self._cursor}" if self._cursor else "bridge/config"
        answer = self.cloud.request(Cause.CONFIG, "GET", asked, BRIDGE_SECRET).get_json()
        self._cursor = str(answer.get("config", answer)["cursor"])

    def obey(self, command: Command) -> None:
        """Carry a command out, and tell what became of it, and the connector's new status."""
        point = self.points[command.charge_point_id]
        point.says("command_result", command_id=command.command_id, outcome="accepted", answer="Accepted")
        if isinstance(command, Hold):
            point.status("reserved")
        elif isinstance(command, Release) and point.is_free:
            point.status("available")
