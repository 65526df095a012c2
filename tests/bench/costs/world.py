"""A day of some sites on one bridge: lots, drivers, jobs; what it used, and what it left in the store."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from model import paths
from model.account import Device, Scope, ScopeKind, Tag, Token, User, UserType
from model.decision import Actor
from model.documents import to_document
from model.settings import Settings
from model.store.port import Store
from scheduling.inputs import PutCharger, PutLocation
from services.accounts.tokens import token_path
from tests.bench.costs.cloud import Cloud
from tests.bench.costs.driver import Driver
from tests.bench.costs.ledger import Cause
from tests.bench.costs.street import BRIDGE, BRIDGE_SECRET, POLL_EVERY_S, Street
from tests.bench.costs.timeline import Timeline
from tests.fakes.clock import FakeClock
from web.dashboard.pages import RENEWED_S

ZONE = "Europe/Vienna"
MIDNIGHT = datetime(2026, 3, 3, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
DAY = timedelta(days=1)
ADMIN = Actor(kind="admin", id="root")
SCREEN_HOURS, SCREEN_POLL_S = (7, 18), RENEWED_S["firestore"]
PASSWORD = "0123456789abcdef"
TICK_S, RESET_S, CLEAN_S = 60, 900, 3600
"""As `deploy/things.py` schedules the jobs."""


class Shape(NamedTuple):
    """What a world is made of. ``busy`` False: nobody comes, and the day is what standing there costs."""

    sites: int = 1
    chargers: int = 10
    drivers: int = 50
    instances: int = 1
    busy: bool = True


class Lot:
    """One site with its chargers and drivers."""

    def __init__(self, location_id: str, cloud: Cloud, street: Street, timeline: Timeline, shape: Shape) -> None:
        self.location_id = location_id
        self.cloud, self.street, self.timeline = cloud, street, timeline
        site = PutLocation(name=location_id, time_zone=ZONE, settings=Settings(reset_queue_daily=True))
        cloud.sites.keeping.put_location(location_id, site, ADMIN)
        self.chargers = [f"c{number}" for number in range(shape.chargers)]
        for number, charger_id in enumerate(self.chargers):
            cloud.sites.keeping.put_charger(location_id, PutCharger(charger_id=charger_id), ADMIN)
            point = self.charge_point_of(charger_id)
            cloud.sites.registry.put(point, {"1": f"{location_id}:{charger_id}"}, ADMIN, password=PASSWORD)
            street.add(point, 1000 * number)
        self.drivers = [self._driver(number) for number in range(shape.drivers)]
        self.screen = f"secret-of-screen-{location_id}"
        self._token(self.screen, f"u-screen-{location_id}", UserType.ADMIN)

    def charge_point_of(self, charger_id: str) -> str:
        """See :class:`tests.bench.costs.driver.Place`."""
        return f"{self.location_id}-{charger_id}"

    def plan(self) -> None:
        """Lay out the day: people, a screen, and a link that is lost at every other charge point."""
        chance = random.Random(f"{self.location_id}'s day")
        for number, driver in enumerate(self.drivers):
            driver.plan(MIDNIGHT, swaps=number % 7 == 0)
        first, last = (MIDNIGHT + timedelta(hours=hour) for hour in SCREEN_HOURS)
        for number in range(round((last - first).total_seconds() / SCREEN_POLL_S)):
            self.timeline.at(first + timedelta(seconds=number * SCREEN_POLL_S), self._refresh_screen)
        for charger_id in self.chargers[::2]:
            when = MIDNIGHT + timedelta(hours=chance.uniform(0, 5))
            self.timeline.at(when, partial(self.street.flap, self.charge_point_of(charger_id), 240))

    def _refresh_screen(self) -> None:
        self.cloud.request(Cause.SCREEN, "GET", f"/dashboard/location/{self.location_id}/now", self.screen)

    def _driver(self, number: int) -> Driver:
        name = f"{self.location_id}d{number:02}"
        user_id, tag, secret = f"u-{name}", f"KW{name}".upper(), f"secret-of-{name}"
        store = self.cloud.ledger.store
        device = Device(device_id="phone", notification_token="x" * 160, label="phone")
        user = User(
            user_id=user_id, username=name, name="Dora", surname="Driver", email=f"{name}@example.org", tag=tag,
            password_hash="x" * 97, devices=(device,),
        )  # fmt: skip
        card = f"{tag}C"
        store.put(paths.user(user_id), to_document(user))
        store.put(paths.name(name), {"user_id": user_id})
        store.put(paths.name(user.email), {"user_id": user_id})
        for text in (tag, card):
            one = Tag(tag=text, user_id=user_id, parent_tag=tag, made_up=text == tag, changed_at=MIDNIGHT - 9 * DAY)
            store.put(paths.tag(text), to_document(one))
        self._token(secret, user_id, UserType.USER)
        return Driver(self, user_id, card, secret, random.Random(f"driver {number}"))

    def _token(self, secret: str, user_id: str, kind: UserType) -> None:
        put_token(self.cloud.ledger.store, secret, user_id, kind)


def put_token(store: Store, secret: str, user_id: str, kind: UserType, scope: Scope | None = None) -> None:
    """A token that is valid all day."""
    token = Token(
        token_id=user_id, user_id=user_id, user_type=kind, username=user_id, created_at=MIDNIGHT - 6 * DAY,
        refreshed_at=MIDNIGHT - 6 * DAY, due_at=None if scope else MIDNIGHT + DAY,
        expires_at=None if scope else MIDNIGHT + 8 * DAY, scope=scope,
    )  # fmt: skip
    store.put(token_path(secret), to_document(token))


class World:
    """Call :meth:`live` once."""

    def __init__(self, store: Store, shape: Shape) -> None:
        self.shape = shape
        self.clock = FakeClock(MIDNIGHT - timedelta(hours=2))
        self.cloud = Cloud(store, self.clock, shape.instances)
        self.timeline = Timeline(self.clock)
        self.street = Street(self.cloud, self.timeline)
        put_token(
            self.cloud.ledger.store,
            BRIDGE_SECRET,
            "u-bridge",
            UserType.SERVICE,
            Scope(kind=ScopeKind.BRIDGE, id=BRIDGE),
        )
        self.lots = [Lot(f"s{number}", self.cloud, self.street, self.timeline, shape) for number in range(shape.sites)]
        self._drivers = {driver.user_id: driver for lot in self.lots for driver in lot.drivers}
        self._settle()

    def live(self) -> None:
        """From one local midnight to the next. Only that is booked."""
        start = self.clock.now() + timedelta(seconds=5)
        self.timeline.every(TICK_S, start.replace(second=0) + timedelta(minutes=1), lambda: self.cloud.job(Cause.TICK))
        self.timeline.every(CLEAN_S, MIDNIGHT + timedelta(minutes=-43), lambda: self.cloud.job(Cause.CLEANING))
        self.timeline.every(RESET_S, MIDNIGHT + timedelta(minutes=-60), lambda: self.cloud.job(Cause.RESET))
        self.timeline.every(POLL_EVERY_S, start, self.street.poll)
        self.timeline.run(MIDNIGHT - timedelta(seconds=1), self._settle)
        self.cloud.begin()
        if self.shape.busy:
            for lot in self.lots:
                lot.plan()
        self.timeline.run(MIDNIGHT + DAY - timedelta(seconds=1), self._settle)

    @property
    def drivers(self) -> list[Driver]:
        """Those of all sites."""
        return list(self._drivers.values())

    def _settle(self) -> None:
        """What was published is taken up; commands and messages arrive a second later."""
        while self.cloud.carry_out():
            pass
        commands, self.cloud.bus.commands = self.cloud.bus.commands, []
        for command in commands:
            self.timeline.after(1, partial(self.street.obey, command))
        told, self.cloud.push.told = self.cloud.push.told, []
        for note in told:
            hear = self._drivers[note.user_id].hear
            self.timeline.after(1, partial(hear, note.kind, note.data.get("charger_id", "")))
