"""A location under the pure rules: loads what they need and keeps what they change, as the desk does, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from model.charger import Charger, OpenSession
from model.entry import Entry, Member
from model.ids import fold
from model.money.ledger import Balance, LedgerEntry
from model.session import Session
from model.settings import Settings
from model.site import Link, Site
from scheduling.decide import decide
from scheduling.draft import Draft
from scheduling.effects import Message, Notify
from scheduling.inputs import (
    Accept,
    Booted,
    Decline,
    End,
    Input,
    Join,
    Leave,
    LevelReported,
    LinkChanged,
    PutCharger,
    PutLocation,
    SetState,
    Snooze,
    Source,
    StatusReported,
    Tagged,
    Tick,
    TransactionBegan,
    TransactionDone,
)
from scheduling.outcome import Answer, Decided, Need, SessionKey, State
from scheduling.people import Person
from scheduling.record import to_plain
from scheduling.requests.asking import standing_of
from scheduling.states import Standing
from tests.fakes.clock import START

BRIDGE = "b1"
MOST_ROUNDS = 3000


@dataclass(frozen=True)
class Recorded:
    """A decision as JSON, and the site's JSON after it."""

    at: datetime
    decision: bytes
    site: bytes


@dataclass
class Yard:
    """``now`` moves only when told to. A driver ``ann`` has the user id ``ann`` and the made-up tag ``tag-ann``."""

    time_zone: str = "Europe/Vienna"
    settings: Settings = field(default_factory=Settings)
    now: datetime = START
    keeps_log: bool = False

    def __post_init__(self) -> None:
        self.site = Site(location_id="yard")
        self.people: dict[str, Person] = {}
        self.elsewhere: set[str] = set()
        self.sessions: dict[SessionKey, Session] = {}
        self.bridge_seen: datetime | None = None
        """None: it is heard all the time."""
        self.log: list[Recorded] = []
        self.told: list[Notify] = []
        self.effects: list[Any] = []
        self.reasons: list[str] = []
        self.ledger: list[LedgerEntry] = []
        """All that was booked, oldest first."""
        self.seq = 0
        self.told_until = self.now
        """Up to when the last decision was told what was received."""
        self.decide(PutLocation(name="Yard", time_zone=self.time_zone, settings=self.settings))

    # --- deciding

    def decide(self, *inputs: Input) -> Decided:
        """As the desk decides: load what is needed, then keep what changed. A refusal is raised and changes nothing."""
        received = [getattr(one, "source", None) for one in inputs]
        self.told_until = min([self.now, *(one.received_at for one in received[-1:] if one is not None)])
        people: set[str] = set()
        sessions: set[SessionKey] = set()
        bridges: set[str] = set()
        for _ in range(MOST_ROUNDS):
            state = self.state(people, sessions, bridges)
            try:
                decided = decide(state, inputs, self.now)
            except Need as need:
                if need.people <= people and need.sessions <= sessions and need.bridges <= bridges:
                    raise AssertionError(f"asked again for {need}") from need
                people |= need.people
                sessions |= need.sessions
                bridges |= need.bridges
            else:
                self._keep(state, inputs, decided)
                return decided
        raise AssertionError("the rules ask on and on")

    def state(self, people: set[str], sessions: set[SessionKey], bridges: set[str]) -> State:
        absent = {one for one in people if one not in self.people}
        absent |= {f"{key[0]}:{key[1]}" for key in sessions if key not in self.sessions}
        return State(
            site=self.site,
            people={one: self._person(one) for one in people if one in self.people},
            sessions={key: self.sessions[key] for key in sessions if key in self.sessions},
            absent=frozenset(absent),
            bridges=dict.fromkeys(bridges, self.bridge_seen or self.now),
        )

    def _person(self, user_id: str) -> Person:
        return replace(self.people[user_id], elsewhere=user_id in self.elsewhere)

    def _keep(self, state: State, inputs: Sequence[Input], decided: Decided) -> None:
        self.effects = list(decided.effects)
        self.told = [effect for effect in decided.effects if isinstance(effect, Notify)]
        self.reasons = list(decided.reasons)
        if not decided.changed:
            assert not decided.effects
            assert decided.site is state.site
            return
        self.site = replace(decided.site, version=self.site.version + 1)
        self.people |= decided.people
        self.ledger += decided.entries
        self.sessions |= decided.sessions
        if self.keeps_log:
            decision = {
                "inputs": [to_plain(one) for one in inputs],
                "people": state.people,
                "sessions": list(state.sessions.values()),
                "absent": state.absent,
                "bridges": state.bridges,
            }
            self.log.append(Recorded(self.now, msgspec.json.encode(decision), msgspec.json.encode(self.site)))

    # --- time

    def pass_s(self, seconds: float) -> None:
        """Time goes on, nobody looks at the clock."""
        self.now += timedelta(seconds=seconds)

    def wait_s(self, seconds: float) -> None:
        """Time goes on, and the site is decided whenever it is due."""
        self.wait_until(self.now + timedelta(seconds=seconds))

    def wait_until(self, end: datetime) -> None:
        while (due := self.site.next_due_at) is not None and due <= end:
            before = self.site.version
            self.now = max(self.now, due)
            self.decide(Tick())
            if self.site.version == before:  # Due and unheard: looked at again a minute later.
                if self.now + timedelta(minutes=1) > end:
                    break
                self.now += timedelta(minutes=1)
                self.decide(Tick())
        self.now = end

    # --- the place

    def charger(self, charger_id: str = "c1") -> Charger:
        return self.site.chargers[charger_id]

    def unit(self, charger_id: str = "c1", **described: Any) -> None:
        """A charger with a REST unit (or with nothing): ``presumed``."""
        self.decide(PutCharger(charger_id=charger_id, **described))

    def connector(self, charger_id: str = "c1", charge_point_id: str = "CP1", connector: int = 1, **more: Any) -> None:
        """A charger at a connected charge point's connector, available."""
        self.decide(PutCharger(charger_id=charger_id, charge_point_id=charge_point_id, connector=connector, **more))
        self.link(connected=True, charge_point_id=charge_point_id)
        self.status("available", charger_id)

    def change(self, **settings: Any) -> None:
        self.decide(PutLocation(settings=replace(self.site.settings, **settings)))

    def set_state(self, state: str, charger_id: str = "c1") -> Decided:
        return self.decide(SetState(charger_id=charger_id, state=state))

    # --- drivers

    def driver(self, name: str, **record: Any) -> Person:
        if name not in self.people:
            member = Member(user_id=name, username=name, initials=name[0].upper() + ".", tag=f"tag-{name}")
            self.people[name] = Person(member=member)
        if record:
            person = self.people[name]
            self.people[name] = replace(person, record=replace(person.record, **record))
        return self.people[name]

    def has(self, name: str, amount: int, currency: str = "EUR") -> None:
        """The driver's balance, in minor units, as if it had been booked."""
        person = self.driver(name)
        balance = Balance(amount=amount, currency=currency, entries=max(1, person.balance.entries))
        self.people[name] = replace(person, balance=balance)

    def join(self, *names: str, via: str = "app", present: bool = False) -> None:
        """Each joins, a second after the one before."""
        for name in names:
            self.driver(name)
            self.decide(Join(user_id=name, via=via, present=present))
            self.pass_s(1)

    def leave(self, name: str) -> Decided:
        return self.decide(Leave(user_id=name))

    def accept(self, name: str) -> Decided:
        return self.decide(Accept(user_id=name))

    def decline(self, name: str) -> Decided:
        return self.decide(Decline(user_id=name))

    def snooze(self, name: str, minutes: int = 15) -> Decided:
        return self.decide(Snooze(user_id=name, minutes=minutes))

    def end(self, charger_id: str = "c1", by: str = "owner") -> Decided:
        return self.decide(End(charger_id=charger_id, by=by))

    def places(self) -> list[str]:
        """Who waits or sleeps, in order."""
        return [entry.member.username for entry in self.site.queue]

    def standing(self, name: str) -> Standing:
        return standing_of(Draft(State(site=self.site), self.now), name)

    def entry(self, name: str) -> Entry:
        [found] = [entry for entry in self.entries() if entry.member.username == name]
        return found

    def entries(self) -> list[Entry]:
        """Those of the queue and those on a charger."""
        return [*self.site.queue, *(one.entry for _, one in self.open_sessions() if one.entry is not None)]

    def open_sessions(self) -> list[tuple[Charger, OpenSession]]:
        return [(one, one.session) for one in self.site.chargers.values() if one.session is not None]

    def on(self, charger_id: str = "c1") -> str:
        """Who has the charger and how far, as ``ann held``; empty: nobody."""
        session = self.charger(charger_id).session
        if session is None:
            return ""
        return f"{session.entry.member.username if session.entry else 'nobody'} {session.phase.value}"

    def record(self, number: int, charger_id: str = "c1") -> Session:
        return self.sessions[(fold(charger_id), number)]

    def messages(self) -> list[tuple[str, Message]]:
        return [(one.user_id, one.message) for one in self.told]

    # --- what machines say

    def source(self, charge_point_id: str = "CP1", received_at: datetime | None = None) -> Source:
        self.seq += 1
        at = received_at or self.now
        return Source(charge_point_id=charge_point_id, stream="s1", seq=self.seq, received_at=at, occurred_at=at)

    def level(self, level: str, charger_id: str = "c1") -> Answer:
        return self.decide(LevelReported(charger_id=charger_id, level=level)).answers[0]

    def status(self, status: str, charger_id: str = "c1", received_at: datetime | None = None) -> Answer:
        return self.decide(self.status_input(status, charger_id, received_at)).answers[0]

    def status_input(self, status: str, charger_id: str = "c1", received_at: datetime | None = None) -> StatusReported:
        charger = self.charger(charger_id)
        source = self.source(charger.charge_point_id, received_at)
        return StatusReported(source=source, connector=charger.connector, status=status)

    def starts(self, name: str, transaction_id: str = "t1", charger_id: str = "c1", **more: Any) -> Answer:
        return self.decide(self.start_input(name, transaction_id, charger_id, **more)).answers[0]

    def start_input(
        self,
        name: str,
        transaction_id: str = "t1",
        charger_id: str = "c1",
        received_at: datetime | None = None,
        **more: Any,
    ) -> TransactionBegan:
        charger = self.charger(charger_id)
        return TransactionBegan(
            source=self.source(charger.charge_point_id, received_at),
            connector=charger.connector,
            transaction_id=transaction_id,
            meter_start_wh=more.pop("meter_start_wh", 1000),
            tagged=more.pop("tagged", None) or self.tagged(name),
            **more,
        )

    def tagged(self, name: str) -> Tagged:
        """What the back end knows of the driver's card; the empty name is nobody's card."""
        if not name:
            return Tagged(tag_key="card-unknown")
        self.driver(name)
        return Tagged(tag_key=f"card-{name}", user_id=name, parent_tag=f"tag-{name}", verdict="Accepted")

    def stops(
        self, transaction_id: str = "t1", meter_stop_wh: int = 6000, charger_id: str = "c1", **more: Any
    ) -> Answer:
        source = self.source(self.charger(charger_id).charge_point_id, more.pop("received_at", None))
        done = TransactionDone(source=source, transaction_id=transaction_id, meter_stop_wh=meter_stop_wh, **more)
        return self.decide(done).answers[0]

    def metered(self, energy_wh: int, charger_id: str = "c1") -> None:
        """The meter service keeps the open session's energy on its record, apart from the site."""
        session = self.charger(charger_id).session
        assert session is not None
        key = (fold(charger_id), session.number)
        self.sessions[key] = replace(self.sessions[key], energy_wh=energy_wh, meter_at=self.now)

    def link(self, *, connected: bool, charge_point_id: str = "CP1", epoch: int = 1, **more: Any) -> Answer:
        source = self.source(charge_point_id, more.pop("received_at", None))
        changed = LinkChanged(source=source, connected=connected, bridge_id=more.pop("bridge_id", BRIDGE), epoch=epoch)
        return self.decide(changed).answers[0]

    def boots_at(self, received_at: datetime, charge_point_id: str = "CP1") -> Answer:
        """Something that changes nothing, told now, received then."""
        return self.decide(Booted(source=self.source(charge_point_id, received_at))).answers[0]

    def link_of(self, charge_point_id: str = "CP1") -> Link:
        return self.site.links[charge_point_id]
