"""Services: one of the original's locations as a site: chargers, running charges and the queue in its order. Pure.

A driver who was assigned a charger and had not plugged in goes to the front: the first tick offers it anew, with the
time to answer that our drivers have.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from model.account import Place, ServiceRecord, User
from model.charger import Charger, EndReason, OpenSession, Phase
from model.entry import Entry
from model.ids import fold
from model.session import Session
from model.settings import Settings
from model.site import MAX_WAITING, Fairness, Site
from scheduling.fairness.score import score_at_joining
from services.sites.loading import member_of
from services.transfer.original.history import closed
from services.transfer.original.report import Report

_PHASES = {"charging": Phase.CHARGING, "full": Phase.FULL}
_VIA = "import"
Users = Mapping[str, User]
"""By user id."""


@dataclass(slots=True)
class Builder:
    """A site being built. ``placed`` is shared by all: a user stands in one place in total."""

    location_id: str
    settings: Settings
    now: datetime
    placed: dict[str, Place]
    report: Report
    chargers: dict[str, Charger] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    _front: list[Entry] = field(default_factory=list)
    _waiting: list[Entry] = field(default_factory=list)
    _entries: int = 0

    def add_charger(self, charger_id: str, data: Mapping[str, Any], sessions: dict[int, Session], users: Users) -> None:
        """A charger with its history; its running charge stays open, under its number."""
        charger = Charger(charger_id=charger_id, last_session=max(sessions, default=0))
        number = data.get("active_session")
        active = sessions.get(number) if isinstance(number, int) else None
        for session in sessions.values():
            if session is not active or session.ended_at is not None:
                self.sessions.append(session if session.ended_at else closed(session, EndReason.GHOST))
                continue
            phase = _PHASES.get(str(data.get("state")))
            if phase is None:
                self._offer_anew(session, users)
            else:
                charger = self._charging(charger, session, phase, str(data.get("state")), users)
        self.chargers[fold(charger_id)] = charger

    def add_queue(self, references: Any, users: Mapping[str, User]) -> None:
        """Those who wait, in their order."""
        for reference in references if isinstance(references, list) else []:
            user = users.get(str(reference))
            if user is None:
                self.report.note(f"queue of {self.location_id}: {reference} is not among the users taken")
            elif len(self._waiting) >= MAX_WAITING:
                self.report.note(f"queue of {self.location_id}: {user.username!r} is beyond {MAX_WAITING} places")
            elif (entry := self._entry(user, self.now)) is not None:
                self._waiting.append(entry)

    def site(self) -> Site:
        """The site at its first version; it is due at once, so that free chargers are offered when time runs here."""
        return Site(
            location_id=self.location_id,
            version=1,
            name=self.location_id,
            settings=self.settings,
            chargers=self.chargers,
            queue=(*sorted(self._front, key=lambda entry: entry.joined_at), *self._waiting),
            last_entry=self._entries,
            decided_at=self.now,
            next_due_at=self.now,
        )

    def _offer_anew(self, session: Session, users: Users) -> None:
        self.sessions.append(closed(session, EndReason.WITHDRAWN))
        entry = self._entry(users.get(session.user_id), session.assigned_at)
        if entry is not None:
            self._front.append(replace(entry, front_at=session.assigned_at))
            self.report.note(f"{session.name}: {session.username!r} had not plugged in and is first in the queue now")

    def _charging(self, charger: Charger, session: Session, phase: Phase, level: str, users: Users) -> Charger:
        entry = self._entry(users.get(session.user_id), session.assigned_at)
        full_at = self.now if phase is Phase.FULL else None
        self.sessions.append(replace(session, plugged_at=session.assigned_at, full_at=full_at))
        running = OpenSession(
            number=session.number,
            phase=phase,
            entry=entry,
            assigned_at=session.assigned_at,
            accepted_at=session.assigned_at,
            plugged_at=session.assigned_at,
            full_at=full_at,
        )
        return replace(charger, session=running, plugged=True, status=level, status_at=self.now)

    def _entry(self, user: User | None, joined_at: datetime) -> Entry | None:
        if user is None:
            return None
        if user.user_id in self.placed:
            self.report.note(f"{user.username!r} stood in several places; the first was taken")
            return None
        self._entries += 1
        self.placed[user.user_id] = Place(location_id=fold(self.location_id), entry_id=self._entries)
        score = score_at_joining(self.settings.order, ServiceRecord(), Fairness(), joined_at)
        return Entry(entry_id=self._entries, member=member_of(user), joined_at=joined_at, score=score, via=_VIA)
