"""What may be asked at the same time, and of whom: requests over HTTP, events of a bridge, the minute job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.site_world import YARD
from tests.interleaving.process import Answer, Process
from tests.interleaving.scene import BRIDGE_TOKEN, Scene, Stands, secret_of, tag_of

DONE, REFUSED = "done", "refused"
QUEUE = f"location/{YARD}/queue"
OFFER = f"{QUEUE}/offer"
PASSWORD = "correct horse battery"
SERVER_ERROR = 500

Send = Callable[[Scene, Process, str], str]


@dataclass(frozen=True)
class Ask:
    """``send`` returns what became of it. ``of`` is where its driver stands when it can succeed, likeliest first."""

    name: str
    of: tuple[Stands, ...]
    send: Send
    by_bridge: bool = False

    def __str__(self) -> str:
        return self.name


class BrokenAnswer(Exception):
    """An answer no request may get, however it is interleaved."""


def _became(answer: Answer) -> str:
    if answer.status_code >= SERVER_ERROR:
        raise BrokenAnswer(f"{answer.status_code} {answer.get_data(as_text=True)}")
    return DONE if answer.status_code < 300 else REFUSED


def _by_driver(method: str, path: str, body: Any = None, key: str = "") -> Send:
    def send(scene: Scene, process: Process, name: str) -> str:
        there = path.format(charger=scene.charger(name))
        return _became(process.send(method, there, secret_of(name), body, key))

    return send


def _by_bridge(*kinds: tuple[str, Callable[[str], dict[str, Any]]]) -> Send:
    """Events of the charge point at which the driver is; the same numbers whenever they are sent again."""

    def send(scene: Scene, process: Process, name: str) -> str:
        point = f"CP{scene.charger(name).removeprefix('c')}"
        at = process.clock.now().isoformat()
        events = [
            {"kind": kind, "charge_point_id": point, "seq": 100 + index, "occurred_at": at, "received_at": at}
            | fields(name)
            for index, (kind, fields) in enumerate(kinds)
        ]
        answer = process.send("POST", "events", BRIDGE_TOKEN, {"stream": "s1", "events": events})
        if _became(answer) == REFUSED:
            raise BrokenAnswer(answer.get_data(as_text=True))
        return ", ".join(f"{one['outcome']} {one.get('reason', '')}".strip() for one in answer.json["results"])

    return send


def _strike(scene: Scene, process: Process, name: str) -> str:
    """Midnight: the minute job of a machine whose clock is ahead of the other's."""
    process.clock.advance(seconds=2)
    process.background.timers.tick()
    return DONE


def _register(scene: Scene, process: Process, name: str) -> str:
    body = {"username": "eve", "password": PASSWORD, "email": "eve@example.org"}
    return _became(process.send("POST", "auth/register", body=body))


def _register_keyed(scene: Scene, process: Process, name: str) -> str:
    return _became(process.send("POST", "auth/register", body={"username": "eve", "password": PASSWORD}, key="k"))


def _register_freed(scene: Scene, process: Process, name: str) -> str:
    """The username of a driver who may be leaving for good."""
    return _became(process.send("POST", "auth/register", body={"username": "Ann", "password": PASSWORD}))


def _started(name: str) -> dict[str, Any]:
    return {"connector": 1, "transaction_id": f"t-{name}", "meter_start_wh": 1000, "tag": tag_of(name)}


def _ended(name: str) -> dict[str, Any]:
    return {"connector": 1, "transaction_id": f"t-{name}", "meter_stop_wh": 9000, "reason": "EVDisconnected"}


def _gone(name: str) -> dict[str, Any]:
    return {"connector": 1, "status": "available"}


END = "location/yard/charger/{charger}/session"
OFFERED, HELD, CHARGING, WAITING, NOWHERE = (
    Stands.OFFERED, Stands.HELD, Stands.CHARGING, Stands.WAITING, Stands.NOWHERE,
)  # fmt: skip

JOIN = Ask("join", (NOWHERE,), _by_driver("POST", QUEUE, {}))
LEAVE = Ask("leave", (WAITING, OFFERED, HELD), _by_driver("DELETE", QUEUE))
ACCEPT = Ask("accept", (OFFERED, HELD), _by_driver("POST", OFFER, {"action": "accept"}))
DECLINE = Ask("decline", (OFFERED, HELD), _by_driver("POST", OFFER, {"action": "decline"}))
SNOOZE = Ask("snooze", (OFFERED,), _by_driver("POST", OFFER, {"action": "snooze"}))
PLUG = Ask("plug", (HELD, OFFERED, NOWHERE), _by_bridge(("transaction_started", _started)), by_bridge=True)
END_SESSION = Ask("end", (CHARGING, OFFERED, HELD), _by_driver("DELETE", END))
UNPLUG = Ask(
    "unplug", (CHARGING,), _by_bridge(("transaction_ended", _ended), ("status", _gone)), by_bridge=True
)  # fmt: skip
RESET = Ask("reset", tuple(Stands), _strike)
DELETE = Ask("delete account", (NOWHERE,), _by_driver("DELETE", "user"))

ASKS = (JOIN, LEAVE, ACCEPT, DECLINE, SNOOZE, PLUG, END_SESSION, UNPLUG, RESET, DELETE)
"""Paired with each other, for two drivers and for one."""

JOIN_KEYED = Ask("join with a key", JOIN.of, _by_driver("POST", QUEUE, {}, key="k"))
ACCEPT_KEYED = Ask("accept with a key", ACCEPT.of, _by_driver("POST", OFFER, {"action": "accept"}, key="k"))
END_KEYED = Ask("end with a key", END_SESSION.of, _by_driver("DELETE", END, key="k"))
REGISTER = Ask("register", (NOWHERE,), _register)
REGISTER_KEYED = Ask("register with a key", (NOWHERE,), _register_keyed)
REGISTER_FREED = Ask("register the same name", (NOWHERE,), _register_freed)
"""Paired as they are named in `pairs.SPECIAL`."""


def lets(ask: Ask, stands: Stands) -> bool:
    """Whether the request can succeed for a driver who stands there."""
    return stands in ask.of
