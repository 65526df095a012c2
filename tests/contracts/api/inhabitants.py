"""Who and what is in the world of these tests: drivers in every state, units, charge points, tags, a command.

Everything but accounts comes in over HTTP, as it does in life.
"""

import email
import email.policy
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from model import paths
from model.account import Scope, ScopeKind
from model.documents import from_document
from model.money.payment import Payment
from services.adapters.trial_payments import TrialPayments
from services.context import Services
from services.money.payments import told
from tests.contracts.api.roles import DRIVERS, UNITS, Role
from tests.fakes.people import PASSWORD, Answer, People, Someone

LOT, YARD = "/api/location/Lot", "/api/location/Yard"
MORE_DRIVERS = ("hal", "gus", "ivy", "kim")
ONCE = "made-once"
"""The admin used this Idempotency-Key to make the account gina."""
PLACES = tuple(
    {"location_id": location_id, "charger_id": charger_id}
    for location_id, charger_id in (
        ("Lot", "A"), ("lot", "b"), ("Lot", "C"), ("Yard", "D"), ("Yard", "E"), ("yard", "f"), ("Lot", "new"),
        ("new", "A"), ("Gone", "A"),
    )
)  # fmt: skip
TEXTS = ("name", "surname", "label", "device", "address", "description", "notes", "connector_type")
AT = "2026-03-02T08:00:00Z"


@dataclass
class Inhabitants:
    """``known``: values that exist or may be made, by the name of the path argument, query or body field they fit."""

    tokens: dict[Role, str] = field(default_factory=dict)
    known: dict[str, list[Any]] = field(default_factory=dict)
    places: tuple[dict[str, str], ...] = PLACES
    revoked: str = ""
    """A token that was logged out."""


def settle(app: Flask, services: Services, mail: Path) -> Inhabitants:
    """Fill an empty store through ``app``.

    The group staff has carl, crew has kim.
    Lot: bob charges at A (his second session there), B is offered to dora, gus charges at C of the charge point CP-1,
    ann and hal wait. Yard: D and E (of CP-2) are free, kim has reserved F, which is the crew's. Gone is closed.
    ivy's account is deactivated.
    """
    people = People(app, services)
    found = Inhabitants()
    root = people.admin()
    senders = {name: people.user(name, email=f"{name}@example.org") for name in (*DRIVERS.values(), *MORE_DRIVERS)}
    units = {role: people.unit(scope, f"unit-{role.value}") for role, scope in UNITS.items()}
    unit_b = people.unit(Scope(kind=ScopeKind.CHARGER, id="Lot:B"), "unit-b")
    unit_d = people.unit(Scope(kind=ScopeKind.CHARGER, id="Yard:D"), "unit-d")
    bridge, unit_a = units[Role.BRIDGE], units[Role.CHARGER]
    for role, sender in ({Role.ADMIN: root} | units | {role: senders[name] for role, name in DRIVERS.items()}).items():
        found.tokens[role] = str(sender.token)

    _groups(root)
    _sites(root)
    tags = _tags(root, senders)
    for report in ("available", "charging", "full", "available"):
        _fine(unit_a.put(f"{LOT}/charger/A", {"state": report}))
        if report == "available":
            _fine(senders["bob"].post(f"{LOT}/queue", {}))
            _fine(senders["bob"].post(f"{LOT}/queue/offer", {"action": "accept"}))
    _fine(unit_a.put(f"{LOT}/charger/A", {"state": "charging"}))
    _fine(unit_b.put(f"{LOT}/charger/B", {"state": "available"}))
    _fine(senders["dora"].post(f"{LOT}/queue", {}))
    assert services.sites is not None
    offered = f"Lot:{services.sites.sites.get('Lot').version}:0"
    _fine(unit_d.put(f"{YARD}/charger/D", {"state": "available"}))
    _ocpp(bridge, tags["gus"])
    for name in ("ann", "hal"):
        _fine(senders[name].post(f"{LOT}/queue", {}))

    _fine(senders["kim"].post(f"{YARD}/charger/F/reserve", {}))
    command = root.post("/api/chargepoint/CP-1/command", {"action": "GetConfiguration"})
    _fine(root.post("/api/user", {"username": "gina", "password": PASSWORD}, headers={"Idempotency-Key": ONCE}))
    _fine(root.patch("/api/user/ivy", {"active": False}))
    found.revoked = people.unit(Scope(kind=ScopeKind.BRIDGE, id="b9"), "unit-gone").token or ""
    _fine(Someone(app, found.revoked).post("/api/auth/logout"))
    found.known = _known(root, bridge, command, tags)
    found.known["token"] = [_reset_secret(app, mail)]
    found.known["payment_id"] = [_paid(services, senders["carl"])]
    found.known["provider"] = ["trial"]
    found.known["message_id"] = [offered, "Lot:1:0"]
    found.known["export_id"] = [_exported(services, root)]
    return found


def _paid(services: Services, sender: Someone) -> str:
    """A payment that was made; its id."""
    payment_id = str(_fine(sender.post("/api/user/balance/top_up", {"amount": 5000})).json["payment"]["payment_id"])
    provider, document = services.payments, services.store.get(paths.payment(payment_id))
    assert isinstance(provider, TrialPayments)
    assert document is not None
    headers, body = provider.report(from_document(Payment, document.data), services.clock.now())
    assert told(services, provider.name, headers, body)
    return payment_id


def _exported(services: Services, root: Someone) -> str:
    """An export that was made; its id."""
    body = {"what": "sessions", "format": "csv", "location": "Lot", "from": "2026-01-01T00:00:00Z", "until": AT}
    export_id = str(_fine(root.post("/api/export", body)).json["export"]["export_id"])
    assert services.sites is not None
    assert services.sites.exports.jobs.run() == 1
    return export_id


def _groups(root: Someone) -> None:
    for group_id, username in (("staff", "carl"), ("crew", "kim")):
        _fine(root.put(f"/api/group/{group_id}", {"quota": {"day_wh": 90_000, "month_sessions": 60}}))
        _fine(root.put(f"/api/group/{group_id}/member/{username}"))


def _sites(root: Someone) -> None:
    for path, body in (
        (LOT, {"name": "Car park", "time_zone": "Europe/Helsinki", "latitude": 60.1, "longitude": 24.9}),
        (f"{LOT}/charger/A", {"max_power_w": 11_000, "price": 25_000}),
        (f"{LOT}/charger/B", {}),
        (YARD, {"currency": "EUR", "settings": {"privacy": "names"}}),
        (f"{YARD}/charger/D", {}),
        (f"{YARD}/charger/F", {"groups": ["crew"]}),
        ("/api/location/Gone", {}),
    ):
        _fine(root.post(path, body))
    _fine(root.delete("/api/location/Gone"))
    for path, connectors in (("CP-1", {"1": "Lot:C"}), ("CP-2", {"1": "Yard:E"})):
        _fine(root.put(f"/api/chargepoint/{path}", {"connectors": connectors, "password": "0123456789abcdef"}))


def _tags(root: Someone, senders: dict[str, Someone]) -> dict[str, str]:
    _fine(senders["bob"].post("/api/user/tag", {"tag": "04AB", "label": "keys"}))
    _fine(senders["carl"].post("/api/user/tag", {"tag": "04CD/x"}))
    _fine(senders["carl"].post("/api/user/tag", {"tag": "04EF"}))
    _fine(root.patch("/api/user/tag/04EF", {"active": False}))
    return {name: sender.get("/api/user").json["user"]["tag"] for name, sender in senders.items()}


def _ocpp(bridge: Someone, tag: str) -> None:
    hello: list[dict[str, Any]] = [
        {"kind": "connection", "connected": True, "bridge_id": "b1", "epoch": 1},
        {"kind": "boot", "protocol": "ocpp1.6"},
        {"kind": "status", "connector": 1, "status": "available"},
    ]
    told = [{"charge_point_id": name, **each} for name in ("CP-1", "CP-2") for each in hello]
    start = {"connector": 1, "transaction_id": "t1", "meter_start_wh": 1000, "tag": tag}
    told.append({"charge_point_id": "CP-1", "kind": "transaction_started", **start})
    for action, payload in (("FirmwareStatusNotification", {"status": "Downloading"}), ("DataTransfer", {"data": "x"})):
        told.append({"charge_point_id": "CP-1", "kind": "notice", "action": action, "payload": payload})
    events = [{"seq": seq, "occurred_at": AT, "received_at": AT, **each} for seq, each in enumerate(told, 1)]
    answer = _fine(bridge.post("/api/events", {"stream": "s1", "events": events}))
    assert {each["outcome"] for each in answer.json["results"]} == {"applied"}, answer.json


def _known(root: Someone, bridge: Someone, command: Answer, tags: dict[str, str]) -> dict[str, list[Any]]:
    ids = [each["token_id"] for each in root.get("/api/user/unit-charger/token").json["tokens"]]
    pages = [root.get(f"{path}?page_size=1").json["next_page_token"] for path in ("/api/location", "/api/user/all")]
    pages += [root.get(f"{LOT}/{path}?page_size=1").json["next_page_token"] for path in ("decisions",)]
    pages += [root.get("/api/chargepoint/CP-1/notices?page_size=1").json["next_page_token"]]
    known: dict[str, list[Any]] = {
        "session_id": [1, 2],
        "charge_point_id": ["CP-1", "CP-2"],
        "command_id": [command.json["command"]["command_id"]],
        "username": [*tags, "ROOT", "gina", "unit-charger", "bob@example.org", "newcomer", "Zoë"],
        "group_id": ["staff", "Crew", "new"],
        "groups": [["staff"], ["crew", "staff"], []],
        "email": ["bob@example.org", "new@example.org"],
        "token_id": ids,
        "tag": ["04AB", "04CD/x", "04EF", tags["bob"], tags["dora"], tags["carl"]],
        "password": [PASSWORD, "another horse battery"],
        "current_password": [PASSWORD],
        "since": [bridge.get("/api/bridge/config").json["cursor"]],
        "page_token": pages,
        "stream": ["s1", "s2"],
        "time_zone": ["Europe/Helsinki", "Pacific/Apia"],
        "currency": ["EUR", ""],
        "vendor_profile": ["", "lenient"],
        "wait": [0, 0.5],
        "what": ["sessions", "status_history", "measurements"],
        "format": ["csv", "json", "xlsx", "html"],
        "kind": ["users", "tags", "chargers"],
        "part": [1, 2],
        "session": ["Lot:A:1", "Lot:A:2"],
        "location": ["Lot", "Yard"],
        "charger": ["A", "D"],
        "date": ["2026-03-01", "2026-03-02"],
        "year": [2025, 2026],
        "from": ["2026-03-01T00:00:00Z"],
        "until": ["2026-03-02T00:00:00Z", "2026-04-01T00:00:00Z"],
    }
    return known | {name: ["", "Words & more"] for name in TEXTS}


def _reset_secret(app: Flask, mail: Path) -> str:
    _fine(Someone(app).post("/api/auth/resetPasswordToken", {"email": "carl@example.org"}))
    (letter,) = mail.glob("*.eml")
    message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    found = re.search(r"token=([\w-]+)", str(message.get_content()))
    assert found is not None
    return found[1]


def _fine(answer: Answer) -> Answer:
    assert answer.status_code < 300, (answer.request.path, answer.json)
    return answer
