"""A charge point on its stand: a location of its own with one box, and what the API shows of both."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from tests.e2e.box import Box, now
from tests.e2e.world import Person, Site, World, wait_for

OK = {"status": "Accepted"}
BRIDGE = (
    "--call-response-s", "2", "--start-wait-s", "1", "--meter-post-s", "0.2", "--boot-pause-s", "0.1",
    "--boot-wait-s", "60",
)  # fmt: skip
"""No case waits long for what never comes."""
_numbers = itertools.count(1)
_free: WeakKeyDictionary[World, list[Site]] = WeakKeyDictionary()


class Stand:
    """``site`` is a location of one charger, ``box`` its charge point."""

    def __init__(self, world: World, site: Site, box: Box) -> None:
        self.world, self.site, self.box = world, site, box
        self.path = f"chargepoint/{site.charge_point_id}"

    def driver(self) -> Person:
        """A new driver."""
        return self.world.driver(f"driver-{next(_numbers)}")

    def card(self, who: Person, **more: Any) -> str:
        """A new card of theirs."""
        tag = f"CARD-{next(_numbers)}"
        who.do("POST", "user/tag", {"tag": tag, **more})
        return tag

    def hold(self, who: Person) -> dict[str, Any]:
        """The charger becomes theirs; the reservation at the charge point."""
        self.offered(who)
        return self.asked("ReserveNow")

    def offered(self, who: Person) -> None:
        """They join, and accept the offer."""
        who.do("POST", f"{self.site.path}/queue")
        offer = wait_for(lambda: who.offer(self.site.location_id), why="the offer")
        who.do("POST", f"{self.site.path}/queue/offer", {"action": "accept", "session_id": offer["session_id"]})

    def asked(self, action: str, **wanted: Any) -> dict[str, Any]:
        """The last call of this action with these fields, as soon as there is one."""

        def found() -> list[dict[str, Any]]:
            calls = [payload for name, payload in self.box.asked if name == action]
            return [each for each in calls if wanted.items() <= each.items()]

        return wait_for(found, 10, f"{action} {wanted}")[-1]

    def raw(self, action: str, payload: dict[str, Any], answer: Any = None) -> dict[str, Any]:
        """An admin's command as it is given; how it ended."""
        return self.typed("POST", "command", {"action": action, "payload": payload}, action, answer)

    def typed(self, method: str, noun: str, body: Any, action: str, answer: Any = None) -> dict[str, Any]:
        """An admin's command by its own route; how it ended."""
        if answer is not None:
            self.box.answers[action] = answer
        path = f"{self.path}/{noun}{'&' if '?' in noun else '?'}wait=15"
        command: dict[str, Any] = self.world.admin.do(method, path, body)["command"]
        self.box.answers.pop(action, None)
        return command

    def refused(self, method: str, noun: str, body: Any) -> tuple[int, str]:
        """(status, code) of a request that may not be carried out."""
        answer = self.world.admin.ask(method, f"{self.path}/{noun}", body)
        assert not answer.is_success, answer.text
        return answer.status_code, answer.json()["code"]

    def point(self) -> dict[str, Any]:
        found: dict[str, Any] = self.world.admin.do("GET", self.path)["chargepoint"]
        return found

    def connected(self) -> bool:
        """Whether the API sees the charge point at its bridge."""
        return bool((self.point()["connection"] or {}).get("connected"))

    def records(self) -> dict[str, Any]:
        found: dict[str, Any] = self.world.admin.do("GET", f"{self.path}/records")["records"]
        return found

    def notices(self, action: str) -> list[dict[str, Any]]:
        """What it told, oldest first."""
        found = self.world.admin.do("GET", f"{self.path}/notices?action={action}&page_size=200")["notices"]
        return list(reversed(found))

    def becomes(self, state: str, **more: Any) -> None:
        """The charger's state, as everybody sees it."""
        wanted = {"state": state, **more}
        wait_for(lambda: wanted.items() <= self.world.charger(self.site).items(), 10, f"a charger with {wanted}")

    def session(self, **wanted: Any) -> dict[str, Any]:
        """The only session there, as soon as it is as wanted."""

        def found() -> dict[str, Any] | None:
            sessions = self.world.sessions(self.site)
            assert len(sessions) <= 1, sessions
            return sessions[0] if sessions and wanted.items() <= sessions[0].items() else None

        return wait_for(found, 10, f"a session with {wanted}")

    def told(self, kind: str) -> dict[str, Any]:
        """The first message of a kind about this location."""
        return wait_for(
            lambda: next((each for each in self.world.messages(self.site) if each["kind"] == kind), None), 10, kind
        )

    def status(self, status: str, error_code: str = "NoError", **more: Any) -> None:
        """A StatusNotification."""
        payload = {"connectorId": 1, "status": status, "errorCode": error_code, "timestamp": now(), **more}
        assert self.box.call("StatusNotification", payload) == {}

    def start(self, tag: str, *, at: str = "", **more: Any) -> tuple[int, dict[str, Any]]:
        """(transaction id, idTagInfo) of a StartTransaction."""
        payload = {"connectorId": 1, "idTag": tag, "meterStart": self.box.register_wh, "timestamp": at or now(), **more}
        answer = self.box.call("StartTransaction", payload)
        return answer["transactionId"], answer["idTagInfo"]

    def stop(self, transaction_id: int, reason: str, *, at: str = "", **more: Any) -> dict[str, Any]:
        """The answer to a StopTransaction."""
        payload = {"transactionId": transaction_id, "meterStop": self.box.register_wh, "timestamp": at or now()}
        return self.box.call("StopTransaction", {**payload, "reason": reason, **more})

    def charge(self, tag: str) -> int:
        """Begin to charge, 100 Wh."""
        self.status("Preparing")
        transaction_id, info = self.start(tag)
        assert info["status"] == "Accepted"
        self.status("Charging")
        self.box.meter_values(transaction_id, 100)
        self.becomes("charging", plugged=True)
        return transaction_id


@contextmanager
def stand(world: World, *, boots: bool = True, **settings: Any) -> Iterator[Stand]:
    """A stand with a new location, whose settings differ so."""
    site = world.site(f"site-{next(_numbers)}", **settings) if settings else _free_site(world)
    with Box(world.machine.ocpp, site.charge_point_id, site.password, boots=boots) as box:
        found = Stand(world, site, box)
        wait_for(found.connected, 10, "the API knows the connection")
        yield found


def _free_site(world: World) -> Site:
    """Made in tens: the bridge hears of them all at once."""
    free = _free.setdefault(world, [])
    if not free:
        free += [world.site(f"site-{next(_numbers)}") for _ in range(10)]
    return free.pop(0)


def ago(**span: float) -> str:
    """The instant before now, as OCPP writes it."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ahead(**span: float) -> str:
    """The instant after now."""
    return ago(**{unit: -amount for unit, amount in span.items()})
