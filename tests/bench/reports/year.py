"""A year of a workplace's car park as documents: every session, a decision each midnight, and all of the last weeks."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from model import paths
from model.calendar import calendar_of, days_between
from model.charger import Charger, EndReason
from model.decision import Actor, Decision
from model.documents import to_json
from model.session import Session
from model.site import Site
from model.store.document import Document
from services.sites.decision_document import decision_document
from services.sites.session_document import session_document
from services.sites.site_document import site_document
from services.transfer.everything import position

YEAR = 2025
LOCATION = "plant"
ZONE = "Europe/Vienna"
CHARGERS = 50
DRIVERS = 300
WEEKS_DECIDED = 2
"""So many last weeks of the year have every decision; those before, one a day."""
END = datetime(YEAR + 1, 1, 1, 1, tzinfo=UTC)
_CALENDAR = calendar_of(ZONE)


@dataclass(slots=True)
class Expected:
    """What a year's report must say: by (month, charger)."""

    sessions: Counter[tuple[int, str]] = field(default_factory=Counter)
    energy_wh: Counter[tuple[int, str]] = field(default_factory=Counter)
    earnings: Counter[tuple[int, str]] = field(default_factory=Counter)

    def add(self, session: Session) -> None:
        if session.ended_at is None or session.never_plugged:
            return
        day = _CALENDAR.date_of(session.ended_at)
        if day.year == YEAR:
            key = day.month, session.charger_id
            self.sessions[key] += 1
            self.energy_wh[key] += session.energy_wh
            self.earnings[key] += session.charged


@dataclass
class LivedYear:
    """The documents, in the order of an export."""

    seed: int = 1
    expected: Expected = field(default_factory=Expected)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._numbers: Counter[str] = Counter()
        self.sessions = list(self._sessions())
        for session in self.sessions:
            self.expected.add(session)
        self.decisions = list(self._decisions())
        chargers = {name: Charger(charger_id=name, last_session=self._numbers[name]) for name in _names()}
        self.site = Site(
            location_id=LOCATION, time_zone=ZONE, currency="EUR", chargers=chargers, version=len(self.decisions)
        )

    def documents(self) -> list[Document]:
        found = [Document(paths.location(LOCATION), site_document(self.site, to_json(self.site)))]
        found += [Document(paths.decision(LOCATION, one.version), decision_document(one)) for one in self.decisions]
        found += [
            Document(paths.session(LOCATION, one.charger_id, one.number), session_document(one))
            for one in self.sessions
        ]
        return sorted(found, key=lambda one: position(one.path))

    def _sessions(self) -> Iterator[Session]:
        """Three drivers a working day and charger, one at weekends; one offer in ten leads to nothing."""
        for day in days_between(date(YEAR, 1, 1), date(YEAR, 12, 31)):
            for name in _names():
                at = _CALENDAR.start(day) + timedelta(hours=6.5, minutes=self._chance.uniform(0, 60))
                for _ in range(3 if day.weekday() < 5 else 1):
                    session = self._session(name, at)
                    yield session
                    at = (session.ended_at or at) + timedelta(minutes=self._chance.uniform(1, 30))

    def _session(self, name: str, at: datetime) -> Session:
        chance = self._chance
        self._numbers[name] += 1
        user = f"u{chance.randrange(DRIVERS):03}"
        offered = Session(
            location_id=LOCATION, charger_id=name, number=self._numbers[name], assigned_at=at, user_id=user,
            username=user, currency="EUR",
        )  # fmt: skip
        if chance.random() < 0.1:
            return replace(offered, ended_at=at + timedelta(minutes=10), end_reason=EndReason.LAPSED)
        plugged = at + timedelta(minutes=chance.uniform(2, 15))
        full = plugged + timedelta(minutes=chance.uniform(30, 150))
        energy_wh = round((full - plugged).total_seconds() * 7200 / 3600)
        return replace(
            offered, accepted_at=at, plugged_at=plugged, full_at=full, energy_wh=energy_wh,
            charged=energy_wh * 3 // 100,
            ended_at=full + timedelta(minutes=chance.uniform(1, 40)), end_reason=EndReason.UNPLUGGED,
        )  # fmt: skip

    def _decisions(self) -> Iterator[Decision]:
        since = _CALENDAR.start(date(YEAR, 12, 31) - timedelta(weeks=WEEKS_DECIDED))
        present = {"present": list(_names()), "zone": ZONE}
        days = days_between(date(YEAR, 1, 1), date(YEAR + 1, 1, 1))
        told: list[tuple[datetime, dict[str, Any], list[dict[str, Any]]]] = [
            (_CALENDAR.start(day), present, []) for day in days
        ]
        for session in self.sessions:
            if session.assigned_at >= since:
                told += _told(session)
        told.sort(key=lambda one: one[0])
        for version, (at, figures, changes) in enumerate(told, start=1):
            waiting = self._chance.randrange(12)
            yield Decision(
                location_id=LOCATION,
                version=version,
                at=at,
                actor=Actor(kind="system"),
                inputs=[{"kind": "StatusReported", "charge_point_id": "CP", "status": "charging"}],
                changes={"sessions": changes} if changes else {},
                figures={"queue": [waiting, waiting, self._chance.randrange(3), CHARGERS], **figures},
                summary="as a charge point reported",
            )


@dataclass(frozen=True, slots=True)
class Late:
    """A session, and how a decision tells of it."""

    session: Session
    told: dict[str, Any]


def told_late(count: int) -> list[Late]:
    """Charges of which nothing was known, spread over the year, some of them over midnight."""
    found = []
    for number in range(count):
        began = datetime(YEAR, 1, 2, 21, tzinfo=UTC) + timedelta(days=14 * number)
        name = f"c{1 + number % CHARGERS:02}"
        session = Session(
            location_id=LOCATION, charger_id=name, number=100_000 + number, assigned_at=began, plugged_at=began,
            ended_at=began + timedelta(hours=3), end_reason=EndReason.UNPLUGGED, energy_wh=9_000 + number,
            charged=270, currency="EUR",
        )  # fmt: skip
        plain: dict[str, Any] = msgspec.to_builtins(session)
        found.append(Late(session, {**plain, "event": "ended"}))
    return found


def _told(session: Session) -> Iterator[tuple[datetime, dict[str, Any], list[dict[str, Any]]]]:
    """The decisions about a session: somebody joins, it is offered, a car is plugged in, it ends."""
    plain: dict[str, Any] = msgspec.to_builtins(session)
    yield session.assigned_at - timedelta(minutes=30), {}, []
    yield session.assigned_at, {}, [{**plain, "event": "offered", "ended_at": None}]
    if session.plugged_at is not None:
        waited_s = round((session.plugged_at - session.assigned_at).total_seconds()) + 1800
        yield session.plugged_at, {"waits_s": [waited_s]}, [{**plain, "event": "started", "ended_at": None}]
    if session.ended_at is not None:
        needs = {session.user_id: [session.energy_wh, 11_000]} if session.energy_wh else {}
        yield session.ended_at, {"needs": needs}, [{**plain, "event": "ended"}]


def _names() -> tuple[str, ...]:
    return tuple(f"c{number:02}" for number in range(1, CHARGERS + 1))
