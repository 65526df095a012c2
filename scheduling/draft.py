"""A site in the middle of a decision: changed step by step, read by all rules, turned into a new site at the end.

It lives for one call of ``decide`` and never leaves this room.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from model.account import Place
from model.charger import Charger, OpenSession, OpenTransaction
from model.entry import Entry
from model.ids import fold
from model.money.ledger import LedgerEntry
from model.session import Session
from model.settings import Settings
from model.site import Day, Link, Site, Warned
from model.status_change import StatusChange
from scheduling.effects import Effect, HoldCharger, Message, Notify, ReleaseCharger, StopRemotely
from scheduling.hours import is_open
from scheduling.outcome import Need, SessionKey, State
from scheduling.people import Person


class Draft:
    """The working copy. ``now`` is the instant the decision is made at."""

    def __init__(self, state: State, now: datetime) -> None:
        self.state = state
        self.now = now
        self.site: Site = state.site
        self.chargers: dict[str, Charger] = dict(state.site.chargers)
        self.queue: tuple[Entry, ...] = state.site.queue
        self.links: dict[str, Link] = dict(state.site.links)
        self.fairness = state.site.fairness
        self.day: Day | None = state.site.day
        self.last_entry = state.site.last_entry
        self.last_reservation = state.site.last_reservation
        self.warned: dict[str, Warned] = dict(state.site.warned)
        self.sessions: dict[SessionKey, Session] = {}
        self.people: dict[str, Person] = {}
        self.entries: list[LedgerEntry] = []
        """To be booked on ledgers."""
        self.effects: list[Effect] = []
        self.reasons: list[str] = []
        self.midnight = False
        self.noted_to: datetime = state.site.decided_at or now
        """Up to where overstay is noted."""
        self.overstay_s: dict[SessionKey, float] = {}
        """Overstay since the site was saved, by session."""
        self.changes: list[StatusChange] = []
        """What chargers showed anew, step by step (:mod:`scheduling.reports.status_changes`)."""
        self.touched: set[str] = set()
        """Chargers that were put since then, by folded id."""
        self.shown: dict[str, Charger] = {}
        """Those that changed, as they were then."""
        self.heard_to: dict[str, datetime] = {}
        """Up to when a bridge has told in this decision what it knows."""

    @property
    def settings(self) -> Settings:
        """The location's settings."""
        return self.site.settings

    @property
    def zone(self) -> str:
        """The location's time zone."""
        return self.site.time_zone

    @property
    def today(self) -> Day:
        """The local day's counts; the door to the rules opens the day before anything else."""
        if self.day is None:
            raise RuntimeError("the day has not begun")
        return self.day

    # --- what was loaded

    def person(self, user_id: str) -> Person | None:
        """The driver as changed so far; None if the account is gone. Raises :class:`Need`."""
        if user_id in self.people:
            return self.people[user_id]
        if user_id in self.state.people:
            return self.state.people[user_id]
        if user_id in self.state.absent:
            return None
        raise Need(people=frozenset({user_id}))

    def record(self, charger: Charger, number: int) -> Session | None:
        """A session's record as changed so far; None if there is none. Raises :class:`Need`."""
        key = (fold(charger.charger_id), number)
        if key in self.sessions:
            return self.sessions[key]
        if key in self.state.sessions:
            return self.state.sessions[key]
        if _text(key) in self.state.absent:
            return None
        raise Need(sessions=frozenset({key}))

    def require(self, people: Iterable[str], sessions: Iterable[SessionKey] = ()) -> None:
        """Ask for all of these in one go. Raises :class:`Need` for those that are missing."""
        known = (self.people, self.state.people, self.state.absent)
        missing = frozenset(one for one in people if one and not any(one in each for each in known))
        unread = frozenset(
            key
            for key in sessions
            if key not in self.sessions and key not in self.state.sessions and _text(key) not in self.state.absent
        )
        if missing or unread:
            raise Need(people=missing, sessions=unread)

    def bridge_heard(self, bridge_id: str) -> datetime | None:
        """When the bridge was heard last; None: never. Raises :class:`Need`."""
        if bridge_id not in self.state.bridges:
            raise Need(bridges=frozenset({bridge_id}))
        return self.state.bridges[bridge_id]

    # --- changes

    def put_charger(self, charger: Charger) -> None:
        """Keep a changed charger. One at which a car is plugged in can be reached."""
        key = fold(charger.charger_id)
        if charger.plugged and charger.blocked_at is not None:
            charger = replace(charger, blocked_at=None)
        self.chargers[key] = charger
        self.touched.add(key)

    def put_record(self, record: Session) -> None:
        """Keep a changed session record."""
        self.sessions[(fold(record.charger_id), record.number)] = record

    def put_person(self, person: Person) -> None:
        """Keep a changed driver."""
        self.people[person.member.user_id] = person

    def put_link(self, link: Link) -> None:
        """Keep a changed charge point link."""
        self.links[link.charge_point_id] = link

    def drop_entry(self, entry_id: int) -> None:
        """Take an entry out of the queue."""
        self.queue = tuple(entry for entry in self.queue if entry.entry_id != entry_id)

    def leave_place(self, user_id: str) -> None:
        """The driver's place here ends (a driver whose account is gone has none)."""
        person = self.person(user_id)
        if person is not None and person.place is not None and self.is_here(person.place):
            self.put_person(replace(person, place=None))

    def take_place(self, person: Person, entry_id: int) -> None:
        """The driver's only place is this entry now."""
        self.put_person(
            replace(
                person,
                place=Place(location_id=fold(self.site.location_id), entry_id=entry_id),
                elsewhere=False,
            )
        )

    # --- looking around

    def is_here(self, place: Place) -> bool:
        """Whether a place names this site."""
        return place.location_id == fold(self.site.location_id)

    def entry_of(self, user_id: str) -> Entry | None:
        """The driver's waiting or snoozed entry."""
        return next((entry for entry in self.queue if entry.member.user_id == user_id), None)

    def charger_of(self, user_id: str) -> tuple[Charger, OpenSession, Entry] | None:
        """The charger on which the driver has an open session, that session and its entry."""
        for charger in self.chargers.values():
            session = charger.session
            if session is not None and session.entry is not None and session.entry.member.user_id == user_id:
                return charger, session, session.entry
        return None

    def chargers_at(self, charge_point_id: str) -> Iterator[Charger]:
        """The chargers of a charge point."""
        if not charge_point_id:  # Units have none.
            return iter(())
        return (charger for charger in list(self.chargers.values()) if charger.charge_point_id == charge_point_id)

    def connector(self, charge_point_id: str, connector: int) -> Charger | None:
        """The charger at a charge point's connector."""
        return next((charger for charger in self.chargers_at(charge_point_id) if charger.connector == connector), None)

    def open_now(self) -> bool:
        """Whether offers are made now."""
        return is_open(self.settings, self.zone, self.now) and not self.site.retired

    # --- effects

    def tell(
        self,
        entry: Entry | None,
        message: Message,
        charger: Charger | None = None,
        deadline: datetime | None = None,
        **facts: str | float | bool,
    ) -> None:
        """Tell the driver of an entry, if there is one."""
        if entry is None:
            return
        self.effects.append(
            Notify(
                user_id=entry.member.user_id,
                message=message,
                entry_id=entry.entry_id,
                charger_id=charger.charger_id if charger else "",
                session_number=charger.last_session if charger else None,
                deadline=deadline,
                facts=facts,
            )
        )

    def hold(self, charger: Charger, session: OpenSession, until: datetime) -> None:
        """Have the charge point hold the charger for the session's driver."""
        if charger.charge_point_id and session.entry is not None and session.reservation_id:
            self.effects.append(
                HoldCharger(
                    charge_point_id=charger.charge_point_id,
                    connector=charger.connector,
                    reservation_id=session.reservation_id,
                    tag=session.entry.member.tag,
                    until=until,
                )
            )

    def release(self, charger: Charger, session: OpenSession) -> None:
        """Have the charge point let go of the hold."""
        if charger.charge_point_id and session.reservation_id:
            self.effects.append(
                ReleaseCharger(
                    charge_point_id=charger.charge_point_id,
                    connector=charger.connector,
                    reservation_id=session.reservation_id,
                )
            )

    def stop(self, charger: Charger, running: OpenTransaction) -> None:
        """Have the charge point stop a transaction."""
        self.effects.append(
            StopRemotely(
                charge_point_id=charger.charge_point_id,
                connector=charger.connector,
                transaction_id=running.transaction_id,
            )
        )

    def finished(self) -> Site:
        """The site as it is now."""
        return replace(
            self.site,
            chargers=dict(self.chargers),
            queue=self.queue,
            links=dict(self.links),
            fairness=self.fairness,
            day=self.day,
            last_entry=self.last_entry,
            last_reservation=self.last_reservation,
            warned=self.warned,
        )


def _text(key: SessionKey) -> str:
    return f"{key[0]}:{key[1]}"
