"""A location with chargers, drivers and a bridge on a memory store that counts, as services see it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from model import paths
from model.account import Tag, User, UserType
from model.charger import Charger
from model.decision import Actor, Decision
from model.documents import from_document, to_document
from model.settings import Settings
from model.site import Site
from model.store.counting import CountingStore
from model.store.memory import MemoryStore
from model.store.port import Store
from scheduling.inputs import PutCharger, PutLocation
from services.background import background
from services.ports import CertificateAuthority
from services.site_services import site_services
from services.sites.decision_document import decision_of
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.randomness import FakeRandomness
from wire.codec import to_plain
from wire.events import EventReply

ADMIN = Actor(kind="admin", id="root")
DRIVER = Actor(kind="user", id="driver")
YARD = "yard"
SETTINGS = Settings(response_s=600, plug_in_s=900)


@dataclass
class World:
    """``tell`` is a bridge that posts events; ``nudged`` carries out what the bus was told."""

    inner: Store = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=FakeClock)
    authority: CertificateAuthority | None = None
    ann: User = field(init=False)
    bob: User = field(init=False)
    cid: User = field(init=False)

    def __post_init__(self) -> None:
        self.store = CountingStore(self.inner)
        self.bus = FakeBus()
        self.notifier = FakeNotifier()
        self.randomness = FakeRandomness()
        self.services = site_services(self.store, self.clock, self.randomness, self.bus, authority=self.authority)
        self.background = background(self.store, self.clock, self.notifier, self.bus, self.services)
        self.desk = self.services.desk
        self.seq = 0

    def location(self, location_id: str = YARD, chargers: int = 1, settings: Settings = SETTINGS) -> Site:
        put = PutLocation(name=location_id.title(), time_zone="Europe/Vienna", settings=settings)
        site = self.services.keeping.put_location(location_id, put, ADMIN).site
        for number in range(1, chargers + 1):
            site = self.services.keeping.put_charger(location_id, PutCharger(charger_id=f"c{number}"), ADMIN).site
        return site

    def charge_point(self, name: str = "CP1", location_id: str = YARD, connectors: int = 1) -> None:
        """A known, connected charge point whose connectors are available."""
        bound = {str(number): f"{location_id}:c{number}" for number in range(1, connectors + 1)}
        self.services.registry.put(name, bound, ADMIN, password="0123456789abcdef")
        self.tell(name, "connection", connected=True, bridge_id="b1", epoch=1)
        for number in range(1, connectors + 1):
            self.tell(name, "status", connector=number, status="available")

    def driver(self, name: str, **changes: Any) -> User:
        user = User(user_id=f"u-{name}", username=name, name=name.title(), surname="Driver", tag=f"T{name}".upper())
        user = replace(user, type=UserType.USER, **changes)
        self.store.put(paths.user(user.user_id), to_document(user))
        self.tag(user.tag, user, made_up=True)
        return user

    def tag(self, text: str, user: User, **changes: Any) -> Tag:
        tag = Tag(tag=text, user_id=user.user_id, parent_tag=user.tag, changed_at=self.clock.now(), **changes)
        self.store.put(paths.tag(text), to_document(tag))
        return tag

    def user(self, user: User) -> User:
        document = self.store.get(paths.user(user.user_id))
        assert document is not None
        return from_document(User, document.data)

    def site(self, location_id: str = YARD) -> Site:
        return self.services.sites.get(location_id)

    def charger(self, number: int = 1) -> Charger:
        return self.site().chargers[f"c{number}"]

    def decision(self, version: int, location_id: str = YARD) -> Decision:
        document = self.store.get(paths.decision(location_id, version))
        assert document is not None
        return decision_of(document.data)

    def event(self, charge_point_id: str, kind: str, *, seq: int | None = None, **fields: Any) -> dict[str, Any]:
        if seq is None:
            self.seq += 1
            seq = self.seq
        now = self.clock.now().isoformat()
        found: dict[str, Any] = msgspec.to_builtins(
            {
                "kind": kind,
                "charge_point_id": charge_point_id,
                "seq": seq,
                "occurred_at": now,
                "received_at": now,
                **fields,
            }
        )
        return found

    def post(self, *events: Any, stream: str = "s1") -> EventReply:
        return self.services.events.post("b1", stream, list(events))

    def tell(self, charge_point_id: str, kind: str, **fields: Any) -> dict[str, Any]:
        """One event posted; its result."""
        [result] = self.post(self.event(charge_point_id, kind, **fields)).results
        return to_plain(result)

    def starts(self, tag: str, transaction_id: str = "t1", meter_wh: int = 1000, connector: int = 1) -> dict[str, Any]:
        return self.tell(
            "CP1",
            "transaction_started",
            connector=connector,
            transaction_id=transaction_id,
            meter_start_wh=meter_wh,
            tag=tag,
        )

    def nudged(self) -> int:
        """Carry out the decisions the bus was told of; how many."""
        taken, self.bus.decisions = self.bus.decisions, []
        for path in taken:
            self.background.outbox.send(path)
        return len(taken)

    def told(self) -> list[tuple[str, str]]:
        """Who was told what since last time."""
        self.nudged()
        found = [(one.user_id, one.kind) for one in self.notifier.sent]
        self.notifier.sent.clear()
        return found


def later(instant: datetime, seconds: float) -> datetime:
    return instant + timedelta(seconds=seconds)
