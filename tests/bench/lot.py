"""The location that is measured: two OCPP chargers, one unit that reports levels, drivers who wait, a long past."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from model import paths
from model.account import Scope, ScopeKind, Tag, Token, User, UserType
from model.charger import EndReason, Phase
from model.decision import Actor
from model.documents import to_document, to_json
from model.session import Session
from model.settings import settings_of_new
from model.site import Site
from model.store.port import Store, Transaction
from scheduling.inputs import PutCharger, PutLocation
from services.accounts.tokens import token_path
from services.sites.session_document import session_document
from services.sites.site_document import site_document, site_of
from tests.bench.backend import Backend

ADMIN = Actor(kind="admin", id="root")
LOT = "lot"
POINTS = {"c1": "CP1", "c2": "CP2"}
UNIT = "u1"
PREPAID = replace(settings_of_new(), price=30_000, idle_price=10_000, prepaid=True, overdraft=100_000)
"""What is drawn is paid in the decision that ends it: the most that a decision does. With all reminders."""
BRIDGE_TOKEN, UNIT_TOKEN = "bridge-token", "unit-token"
AT_ONCE = 400
OTHERS = 2
"""Further locations, for the list of all."""


class Lot:
    """Everything is set up through the services and the store port; what is measured goes over HTTP."""

    def __init__(self, backend: Backend, old: int) -> None:
        self.backend = backend
        self._seqs = count(1)
        self._names = count(1)
        keeping = backend.sites.keeping
        for name in (LOT, *(f"other{number}" for number in range(OTHERS))):
            put = PutLocation(name=name, time_zone="Europe/Vienna", currency="EUR", settings=PREPAID)
            keeping.put_location(name, put, ADMIN)
        for charger in (*POINTS, UNIT):
            keeping.put_charger(LOT, PutCharger(charger_id=charger), ADMIN)
        for charger, point in POINTS.items():
            backend.sites.registry.put(point, {"1": f"{LOT}:{charger}"}, ADMIN, password="0123456789abcdef")
        self._seed_past(old)
        self._token(BRIDGE_TOKEN, "u-bridge", UserType.SERVICE, Scope(kind=ScopeKind.BRIDGE, id="b1"))
        self._token(UNIT_TOKEN, "u-unit", UserType.SERVICE, Scope(kind=ScopeKind.CHARGER, id=f"{LOT}:{UNIT}"))
        for charger in POINTS:
            self.tell(self.event(charger, "connection", connected=True, bridge_id="b1", epoch=1))
            self.tell(self.event(charger, "status", connector=1, status="available"))
        self.report("available")
        for charger in POINTS:
            name = self.join()
            self.answer(name, "accept")
            self.start(charger, name)
        self.answer(self.join(), "accept")
        self.report("charging")
        backend.carry_out()

    # --- people

    def driver(self) -> str:
        """A new account with a token; its name."""
        name = f"d{next(self._names)}"
        user = User(user_id=f"u-{name}", username=name, name="Dora", surname="Driver", tag=tag_of(name))
        tag = Tag(tag=user.tag, user_id=user.user_id, parent_tag=user.tag, made_up=True)
        self.backend.store.put(paths.user(user.user_id), to_document(user))
        self.backend.store.put(paths.tag(user.tag), to_document(tag))
        self._token(secret_of(name), user.user_id, UserType.USER)
        return name

    def join(self) -> str:
        """A new driver who has joined."""
        name = self.driver()
        self.backend.sites.queueing.join(LOT, f"u-{name}", Actor(kind="user", id=f"u-{name}"))
        return name

    def fill(self, waiting: int) -> None:
        """Let drivers join until so many wait."""
        while len(self.site().queue) < waiting:
            self.join()
        self.backend.carry_out()

    def answer(self, name: str, action: str) -> Any:
        body = {"action": action}
        return self.backend.done("POST", f"location/{LOT}/queue/offer", secret_of(name), body)

    # --- chargers

    def event(self, charger: str, kind: str, **fields: Any) -> dict[str, Any]:
        now = self.backend.clock.now().isoformat()
        place = {"charge_point_id": POINTS[charger], "seq": next(self._seqs)}
        return {"kind": kind, "occurred_at": now, "received_at": now, **place, **fields}

    def tell(self, *events: dict[str, Any]) -> Any:
        """Post events as the bridge does; none of them may be noted."""
        reply = self.backend.done("POST", "events", BRIDGE_TOKEN, {"stream": "s1", "events": list(events)})
        if any(one["outcome"] != "applied" for one in reply["results"]):
            raise RuntimeError(f"{events}: {reply}")
        return reply

    def start(self, charger: str, name: str) -> Any:
        begun = self.event(charger, "transaction_started", connector=1, transaction_id=f"t-{name}", tag=tag_of(name),
                           meter_start_wh=1000)  # fmt: skip
        return self.tell(begun)

    def report(self, level: str) -> Any:
        return self.backend.done("PUT", f"location/{LOT}/charger/{UNIT}", UNIT_TOKEN, {"state": level})

    def free_charger(self) -> str:
        """The path of a new charger at a connected charge point, at a location where nobody waits."""
        self.backend.sites.keeping.put_charger("other0", PutCharger(charger_id="r1"), ADMIN)
        self.backend.sites.registry.put("CP3", {"1": "other0:r1"}, ADMIN, password="0123456789abcdef")
        for kind, fields in (
            ("connection", {"connected": True, "bridge_id": "b1", "epoch": 1}),
            ("status", {"connector": 1, "status": "available"}),
        ):
            self.tell({**self.event("c1", kind, **fields), "charge_point_id": "CP3"})
        return "location/other0/charger/r1"

    # --- what is there

    def site(self) -> Site:
        document = self.backend.store.get(paths.location(LOT))
        if document is None:
            raise RuntimeError("the lot is gone")
        return site_of(document.data)

    def at(self, charger: str) -> str:
        """Whose session is open there."""
        session = self.site().chargers[charger].session
        if session is None or session.entry is None:
            raise RuntimeError(f"nobody is at {charger}")
        return session.entry.member.username

    def transaction(self, charger: str) -> str:
        """What runs there."""
        running = self.site().chargers[charger].transaction
        if running is None:
            raise RuntimeError(f"nothing runs at {charger}")
        return running.transaction_id

    def asked(self) -> str:
        """Who has an offer now."""
        found = self._offered()
        if found is None:
            raise RuntimeError("nobody is asked")
        return self.at(found)

    def settle(self) -> None:
        """Whoever is asked comes and charges, until nobody is."""
        while (charger := self._offered()) is not None:
            name = self.at(charger)
            self.answer(name, "accept")
            if charger == UNIT:
                self.report("charging")
            else:
                self.start(charger, name)
        self.backend.carry_out()

    def _offered(self) -> str | None:
        offered = (one for one in self.site().chargers.values() if one.session and one.session.phase is Phase.OFFERED)
        return next((one.charger_id for one in offered), None)

    def _token(self, secret: str, user_id: str, kind: UserType, scope: Scope | None = None) -> None:
        now = self.backend.clock.now()
        token = Token(
            token_id=user_id, user_id=user_id, user_type=kind, username=user_id, created_at=now, refreshed_at=now,
            due_at=None, expires_at=None, scope=scope,
        )  # fmt: skip
        self.backend.store.put(token_path(secret), to_document(token))

    def _seed_past(self, old: int) -> None:
        """``old`` sessions that ended, shared among the chargers, whose numbers go on behind them."""
        store = self.backend.store
        site = self.site()
        last = dict.fromkeys(site.chargers, 0)
        written: list[Session] = []
        for number in range(old):
            charger_id = sorted(last)[number % len(last)]
            last[charger_id] += 1
            at = self.backend.clock.now() - timedelta(minutes=old - number)
            written.append(Session(
                location_id=LOT, charger_id=charger_id, number=last[charger_id], user_id=f"u-past{number % 300}",
                assigned_at=at, sort_at=at, plugged_at=at, ended_at=at, energy_wh=9000,
                end_reason=EndReason.UNPLUGGED,
            ))  # fmt: skip
        for start in range(0, old, AT_ONCE):
            _put(store, written[start : start + AT_ONCE])
        chargers = {key: replace(one, last_session=last[key]) for key, one in site.chargers.items()}
        site = replace(site, chargers=chargers)
        store.put(paths.location(LOT), site_document(site, to_json(site)))


def _put(store: Store, sessions: list[Session]) -> None:
    def body(transaction: Transaction) -> None:
        for one in sessions:
            transaction.put(paths.session(LOT, one.charger_id, one.number), session_document(one))

    store.transact(body)


def tag_of(name: str) -> str:
    """The driver's made-up tag."""
    return f"KW{name}".upper()


def secret_of(name: str) -> str:
    """The driver's token."""
    return f"secret-of-{name}"
