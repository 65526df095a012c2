"""What people at the charge points do, the cloud's clock, and faults: over HTTP, for whoever plays. No accounts."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

from aiohttp import web

from simulator.cars.catalogue import CATALOGUE, car_of
from simulator.chargeamps_cloud.charge_point import WORDS, CloudChargePoint
from simulator.chargeamps_cloud.cloud import Cloud, Unknown
from simulator.chargeamps_cloud.connector import Connector, NotPossible
from simulator.chargeamps_cloud.faults import Fault
from simulator.chargeamps_cloud.vendor_api import CLOUD

USUAL_CAR = {"car": "compact", "need_wh": 20_000}
Act = Callable[[Connector, dict[str, Any]], None]


def stage_routes() -> list[web.RouteDef]:
    """Below ``/stage``."""
    connector = "/stage/charge-points/{id}/connectors/{number:\\d+}/{act}"
    return [
        web.get("/stage", _told(_see)),
        web.post("/stage/charge-points", _told(_add)),
        web.patch("/stage/charge-points/{id}", _told(_change)),
        web.post(connector, _told(_act)),
        web.post("/stage/clock", _told(_advance)),
        web.post("/stage/tokens/forget", _told(_forget)),
        web.post("/stage/faults", _told(_order)),
        web.delete("/stage/faults", _told(_clear)),
    ]


def _told(handler: Callable[[web.Request, dict[str, Any]], Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Bodies are JSON and said to be, which no page of another site can send; the answer is the whole stage."""

    async def answer(request: web.Request) -> web.Response:
        body: Any = {}
        if request.method != "GET" and request.content_type != "application/json":
            return web.json_response({"detail": "send application/json"}, status=415)
        try:
            if request.can_read_body:
                body = await request.json()
            if not isinstance(body, dict):
                return web.json_response({"detail": "a JSON object is needed"}, status=400)
            handler(request, body)
        except (Unknown, NotPossible) as error:
            return web.json_response({"detail": str(error)}, status=404 if isinstance(error, Unknown) else 409)
        except (TypeError, ValueError, KeyError) as error:
            return web.json_response({"detail": str(error)}, status=422)
        return web.json_response(seen(request.app[CLOUD]))

    return answer


def seen(cloud: Cloud) -> dict[str, Any]:
    """Everything, as those at the place see it."""
    return {
        "now": cloud.clock.now().isoformat(),
        "charge_points": [_point(point) for point in cloud.all()],
        "sessions": [session.view() for session in cloud.sessions],
        "faults_met": cloud.faults.met,
    }


def _point(point: CloudChargePoint) -> dict[str, Any]:
    return {
        "charge_point_id": point.charge_point_id,
        "online": point.online,
        "speaks": point.speaks,
        "reboots": point.reboots,
        "connectors": [
            {
                "connector": one.number,
                "state": one.state,
                "car": one.car.view(one.offer) if one.car else None,
                "settings": one.settings.view(point.charge_point_id, one.number),
            }
            for one in point.connectors.values()
        ],
    }


def _see(request: web.Request, body: dict[str, Any]) -> None:
    """Nothing happens."""


def _add(request: web.Request, body: dict[str, Any]) -> None:
    name = str(body.pop("charge_point_id"))
    connectors = int(body.pop("connectors", 1))
    request.app[CLOUD].add(name, connectors, **_fitting(body))


def _change(request: web.Request, body: dict[str, Any]) -> None:
    point = request.app[CLOUD].charge_point(request.match_info["id"])
    online = body.pop("online", point.online)
    for name, value in _fitting(body).items():
        setattr(point, name, value)
    if online is not point.online:
        point.go(online=bool(online))


def _fitting(body: dict[str, Any]) -> dict[str, Any]:
    """Raises ``ValueError``."""
    kinds = {"type": str, "speaks": str, "by_number": bool, "jump_wh": int, "lifetime": bool}
    for name, value in body.items():
        if name not in kinds or type(value) is not kinds[name]:
            raise ValueError(f"{name} cannot be {value!r}")
    if body.get("speaks", "ocpp") not in WORDS or body.get("jump_wh", 1) < 1:
        raise ValueError(f"speaks is one of {', '.join(WORDS)}; jump_wh is 1 or more")
    return body


def _act(request: web.Request, body: dict[str, Any]) -> None:
    connector = request.app[CLOUD].connector(request.match_info["id"], int(request.match_info["number"]))
    act = _ACTS.get(request.match_info["act"])
    if act is None:
        raise Unknown(f"a connector can {', '.join(_ACTS)}")
    act(connector, body)


def _plug(connector: Connector, body: dict[str, Any]) -> None:
    wanted: dict[str, Any] = USUAL_CAR | body
    if wanted["car"] not in CATALOGUE:
        raise ValueError(f"a car is one of {', '.join(CATALOGUE)}")
    connector.plug(car_of(wanted["car"], int(wanted["need_wh"])))


def _unplug(connector: Connector, _body: dict[str, Any]) -> None:
    connector.unplug()


def _swap(connector: Connector, body: dict[str, Any]) -> None:
    connector.unplug()
    _plug(connector, body)


def _show_card(connector: Connector, body: dict[str, Any]) -> None:
    connector.authorise(str(body["rfid"]))


def _fault(connector: Connector, body: dict[str, Any]) -> None:
    connector.faulted = bool(body.get("faulted", True))


def _turn_deaf(connector: Connector, body: dict[str, Any]) -> None:
    names = frozenset(map(str, body.get("settings", [])))
    if not names <= {each.name for each in fields(connector.settings)}:
        raise ValueError("settings are mode, rfid_lock, cable_lock, max_current")
    connector.deaf = names


_ACTS: dict[str, Act] = {
    "plug": _plug, "unplug": _unplug, "swap": _swap, "card": _show_card, "fault": _fault, "deaf": _turn_deaf,
}  # fmt: skip


def _advance(request: web.Request, body: dict[str, Any]) -> None:
    request.app[CLOUD].clock.advance(float(body["seconds"]))


def _forget(request: web.Request, _body: dict[str, Any]) -> None:
    request.app[CLOUD].account.forget_all()


def _order(request: web.Request, body: dict[str, Any]) -> None:
    request.app[CLOUD].faults.order(Fault(**body))


def _clear(request: web.Request, _body: dict[str, Any]) -> None:
    request.app[CLOUD].faults.clear()
