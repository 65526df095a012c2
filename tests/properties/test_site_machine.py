"""Whatever drivers, chargers, bridges, admins and time do to a site, in whatever order, it stays lawful."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from model.account import Place
from model.charger import UNPLUGGED, Charger, ChargerState, Enforcement, Phase
from model.settings import WEEKDAYS, Order, Settings, UnknownTags, settings_of_new
from scheduling.inputs import (
    Accept,
    Blocked,
    Booted,
    CancelReservation,
    Decline,
    End,
    HoldAnswered,
    Input,
    Join,
    Leave,
    LevelReported,
    LinkChanged,
    MoveEntry,
    NotMe,
    PleaseMove,
    PutCharger,
    PutLocation,
    Regroup,
    Reserve,
    RetireCharger,
    SetState,
    Snooze,
    StartAnswered,
    StartCharging,
    StopCharging,
    Tick,
    UnitSilent,
)
from scheduling.states import LEVEL_NAMES, Standing
from tests.fakes.yard import BRIDGE, Yard
from tests.properties import lawful
from tests.properties.watched import WatchedYard
from wire.events import ConnectorStatus

NEEDS_KWH = {"ann": 0, "bob": 60, "cid": 5, "dan": 30, "eve": 0, "fay": 15, "gus": 90, "hal": 2}
"""What the drivers have asked for lately, so that their scores differ."""
DRIVERS = tuple(NEEDS_KWH)
ZONES = {
    "Europe/Vienna": datetime(2026, 3, 28, 20, 0, tzinfo=UTC),
    "America/Sao_Paulo": datetime(2018, 11, 4, 0, 0, tzinfo=UTC),
    "America/Havana": datetime(2022, 11, 6, 1, 0, tzinfo=UTC),
}
HOURS: dict[str, tuple[tuple[str, str], ...]] = dict.fromkeys(WEEKDAYS, (("06:00", "22:30"),))
CHARGERS = ("c1", "c2", "c3", "c4")
drivers = st.sampled_from(DRIVERS)
chargers = st.sampled_from(CHARGERS)
cards = st.sampled_from([*DRIVERS, ""])
groups = st.sampled_from([(), ("staff",), ("fleet", "staff")])
transactions = st.sampled_from(["t1", "t2", "t3"])
registers = st.integers(min_value=0, max_value=90_000)
statuses = st.sampled_from([one.value for one in ConnectorStatus])
_NEXT_LEVEL = {Phase.HELD: "charging", Phase.CHARGING: "full", Phase.FULL: "available"}
late_s = st.sampled_from([0, 0, 0, 5, 100, 700, 2000])


class SiteMachine(WatchedYard):
    """A yard with two connectors of one charge point, a presumed one of another, and a REST unit."""

    @initialize(
        zone=st.sampled_from(sorted(ZONES)),
        order=st.sampled_from(Order),
        locked=st.integers(min_value=0, max_value=3),
        reset=st.booleans(),
        walk_up=st.booleans(),
        unknown_tags=st.sampled_from(UnknownTags),
        hours=st.booleans(),
        reserve_past_queue=st.booleans(),
        grouped=st.booleans(),
        reminders=st.booleans(),
    )
    def open_the_yard(
        self, zone: str, hours: bool, locked: int, reset: bool, grouped: bool, reminders: bool, **drawn: Any
    ) -> None:
        opened = HOURS if hours else {}
        base = settings_of_new() if reminders else Settings()
        settings = replace(base, locked_places=locked, reset_queue_daily=reset, queue_hours=opened, **drawn)
        self.yard = Yard(time_zone=zone, settings=settings, now=ZONES[zone], keeps_log=True)
        for name, ask_kwh in NEEDS_KWH.items():
            self.yard.driver(name, ask_kwh=float(ask_kwh), as_of=self.yard.now)
        self.yard.connector("c1", "CP1", 1)
        self.yard.connector("c2", "CP1", 2)
        self.yard.connector("c3", "CP2", 1, enforcement=Enforcement.PRESUMED)
        self.yard.unit("c4")
        self.grouped = grouped

    # --- drivers

    @rule(name=drivers, kind=st.sampled_from([Join, Leave, Decline]))
    def join_or_leave(self, name: str, kind: type[Join] | type[Leave] | type[Decline]) -> None:
        self.ask(kind(user_id=name))

    @rule(name=drivers, number=st.sampled_from([None, None, 1, 2]))
    def accept(self, name: str, number: int | None) -> None:
        self.ask(Accept(user_id=name, number=number))

    @rule(name=drivers, minutes=st.sampled_from([1, 15, 120]))
    def snooze(self, name: str, minutes: int) -> None:
        self.ask(Snooze(user_id=name, minutes=minutes))

    @rule(charger_id=chargers, by=st.sampled_from(["owner", "admin", "service"]))
    def end(self, charger_id: str, by: str) -> None:
        self.ask(End(charger_id=charger_id, by=by))

    @rule(
        name=drivers,
        charger_id=chargers,
        kind=st.sampled_from([StartCharging, StopCharging, CancelReservation, NotMe, Blocked, PleaseMove]),
    )
    def ask_at_a_charger(
        self,
        name: str,
        charger_id: str,
        kind: type[StartCharging]
        | type[StopCharging]
        | type[CancelReservation]
        | type[NotMe]
        | type[Blocked]
        | type[PleaseMove],
    ) -> None:
        self.ask(kind(user_id=name, charger_id=charger_id))

    @rule(name=drivers, charger_id=chargers, seconds=st.sampled_from([None, 60, 900, 901]))
    def reserve(self, name: str, charger_id: str, seconds: int | None) -> None:
        before, out = self.yard.site, self.yard.site.day and name in self.yard.site.day.out
        self.ask(Reserve(user_id=name, charger_id=charger_id, seconds=seconds))
        if self.yard.site.version > before.version:
            assert not out
            lawful.a_reservation_passes_nobody(before, self.yard, name)

    @rule(charger_id=chargers, way=st.sampled_from(["plug", "cancel", "refuse", "wait"]))
    def what_becomes_of_a_reservation(self, charger_id: str, way: str) -> None:
        charger = self.yard.charger(charger_id)
        session = charger.session
        if session is None or session.phase is not Phase.HELD or not session.reserved_s or session.entry is None:
            return
        name = session.entry.member.user_id
        match way:
            case "plug" if charger.charge_point_id:
                self.tell(self.start_of(charger_id, name, f"r{session.number}", False, 0))
            case "cancel":
                self.ask(CancelReservation(user_id=name, charger_id=charger_id))
                assert self.yard.standing(name) is Standing.NONE
            case "refuse":
                tag = session.entry.member.tag
                self.tell(StartAnswered(source=None, charger_id=charger_id, outcome="rejected", tag=tag))
            case _:
                self.yard.pass_s(901)
                self.tell(Tick())

    @rule(name=drivers)
    def queue_elsewhere_or_come_back(self, name: str) -> None:
        if name in self.yard.elsewhere:
            self.yard.elsewhere.discard(name)
        elif self.yard.standing(name) is Standing.NONE:
            self.yard.elsewhere.add(name)
            person = self.yard.people[name]
            self.yard.people[name] = replace(person, place=Place(location_id="other", entry_id=1))

    @rule(index=st.integers(min_value=0, max_value=7), crowd=st.integers(min_value=1, max_value=6))
    def some_without_a_place_join(self, index: int, crowd: int) -> None:
        for _ in range(crowd):
            idle = [name for name in DRIVERS if self.yard.standing(name) is Standing.NONE]
            if idle:
                self.ask(Join(user_id=idle[index % len(idle)]))

    @rule(charger_id=chargers, register=registers, ago_s=late_s)
    def what_usually_comes_next_at_a_charger(self, charger_id: str, register: int, ago_s: float) -> None:
        """Offered, held, charging, full, gone."""
        charger = self.yard.charger(charger_id)
        session, point = charger.session, charger.charge_point_id
        if session is None or (session.entry is None and session.phase in UNPLUGGED):
            return
        name = session.entry.member.user_id if session.entry is not None else ""
        match session.phase:
            case Phase.OFFERED:
                self.ask(Accept(user_id=name, number=session.number))
            case Phase.HELD if point:
                self.tell(self.start_of(charger_id, name, f"n{session.number}", False, ago_s))
            case Phase.CHARGING if point and (charger.transaction is None or register % 3 == 0):
                self.tell(self.status_of(charger_id, "finishing", ago_s))
            case Phase.CHARGING | Phase.FULL if charger.transaction is not None:
                self.yard.metered(self.yard.record(session.number, charger_id).energy_wh + register % 9000, charger_id)
                reason = "Local" if session.phase is Phase.CHARGING else "EVDisconnected"
                self.tell(self.stop_of(charger_id, charger.transaction.transaction_id, register, reason, ago_s))
            case Phase.FULL if point:
                self.tell(self.status_of(charger_id, "available", ago_s))
            case phase:
                self.tell(LevelReported(charger_id=charger_id, level=_NEXT_LEVEL[phase]))

    @rule(charger_id=chargers)
    def a_plug_in_time_is_told_late(self, charger_id: str) -> None:
        past = self.yard.charger(charger_id).last_hold
        if past is None or past.session.entry is None:
            return
        ago_s = max(0.0, (self.yard.now - past.deadline).total_seconds())
        name = past.session.entry.member.user_id
        self.tell(self.start_of(charger_id, name, f"late{past.session.number}", False, ago_s))

    # --- chargers and bridges

    @rule(charger_id=chargers, status=statuses, ago_s=late_s)
    def status(self, charger_id: str, status: str, ago_s: float) -> None:
        self.tell(self.status_of(charger_id, status, ago_s))

    @rule(level=st.sampled_from(LEVEL_NAMES), charger_id=st.sampled_from(["c4", "c4", "c4", "c1"]))
    def level(self, level: str, charger_id: str) -> None:
        self.tell(LevelReported(charger_id=charger_id, level=level))

    @rule(charger_id=chargers, card=cards, transaction_id=transactions, offline=st.booleans(), ago_s=late_s)
    def start(self, charger_id: str, card: str, transaction_id: str, offline: bool, ago_s: float) -> None:
        held = self.yard.charger(charger_id)
        began = self.start_of(charger_id, card, transaction_id, offline, ago_s)
        answer = self.tell(began).answers[0]
        owner = held.session.entry.member.user_id if held.session and held.session.entry else ""
        refusable = held.enforcement is not Enforcement.PRESUMED and not offline
        if refusable and owner and owner != card and self.still(held):
            assert answer.tag_status != "Accepted" or answer.outcome == "repeat"

    def still(self, held: Charger) -> bool:
        session = self.yard.site.chargers[held.charger_id].session
        return session is not None and held.session is not None and session.number == held.session.number

    @rule(charger_id=chargers, transaction_id=transactions, register=registers, unplugged=st.booleans(), ago_s=late_s)
    def stop(self, charger_id: str, transaction_id: str, register: int, unplugged: bool, ago_s: float) -> None:
        reason = "EVDisconnected" if unplugged else "Local"
        self.tell(self.stop_of(charger_id, f"{charger_id}-{transaction_id}", register, reason, ago_s))

    @rule(
        charger_id=chargers, card=cards, transaction_id=transactions, words=st.lists(statuses, max_size=3), ago_s=late_s
    )
    def many_events_at_once(
        self, charger_id: str, card: str, transaction_id: str, words: Sequence[str], ago_s: float
    ) -> None:
        told: list[Input] = [self.status_of(charger_id, word, ago_s) for word in words]
        self.tell(*told, self.start_of(charger_id, card, transaction_id, False, ago_s))

    @rule(point=st.sampled_from(["CP1", "CP2", "CP9"]), connected=st.booleans(), ago_s=late_s, other=st.booleans())
    def link(self, point: str, connected: bool, ago_s: float, other: bool) -> None:
        source = self.source(point, ago_s)
        bridge_id = "b2" if other else BRIDGE
        changed = LinkChanged(source=source, connected=connected, bridge_id=bridge_id, epoch=self.yard.seq // 8)
        self.tell(changed, Booted(source=self.source(point)))

    @rule(
        back=st.integers(min_value=0, max_value=2),
        answer=st.sampled_from(["Accepted", "Rejected", "Occupied", "Faulted", "Unavailable", "NotSupported"]),
    )
    def answer_a_hold(self, back: int, answer: str) -> None:
        number = self.yard.site.last_reservation - back
        outcome = "accepted" if answer == "Accepted" else "rejected"
        said: dict[str, Any] = {
            "reservation_id": number,
            "charge_point_id": "CP1",
            "outcome": outcome,
            "answer": answer,
        }
        self.tell(HoldAnswered(source=self.source("CP1"), **said))

    @rule(charger_id=chargers, outcome=st.sampled_from(["accepted", "rejected", "silent"]))
    def answer_a_start_or_fall_silent(self, charger_id: str, outcome: str) -> None:
        answered = StartAnswered(source=None, charger_id=charger_id, outcome=outcome)
        self.tell(UnitSilent(charger_id=charger_id) if outcome == "silent" else answered)

    @rule(charger_id=chargers, more_wh=st.integers(min_value=1, max_value=20_000))
    def meter(self, charger_id: str, more_wh: int) -> None:
        session = self.yard.charger(charger_id).session
        if session is not None and session.plugged_at is not None:
            self.yard.metered(self.yard.record(session.number, charger_id).energy_wh + more_wh, charger_id)

    @rule(silent=st.booleans())
    def bridge_falls_silent_or_is_heard(self, silent: bool) -> None:
        self.yard.bridge_seen = self.yard.now if silent else None

    # --- admins

    @rule(charger_id=chargers, state=st.sampled_from([*ChargerState, *[ChargerState.AVAILABLE] * 5]))
    def set_state(self, charger_id: str, state: ChargerState) -> None:
        self.ask(SetState(charger_id=charger_id, state=state.value))

    @rule(locked=st.integers(min_value=0, max_value=3), response_s=st.sampled_from([60, 600]))
    def change_settings(self, locked: int, response_s: int) -> None:
        settings = replace(self.yard.site.settings, locked_places=locked, response_s=response_s)
        self.ask(PutLocation(settings=settings))

    @rule(charger_id=chargers, out=st.sampled_from([False, False, True]))
    def take_out_of_service_or_put_back(self, charger_id: str, out: bool) -> None:
        self.ask(PutCharger(charger_id=charger_id, out_of_service=out))

    @precondition(lambda self: self.yard.seq % 7 == 0)
    @rule(charger_id=st.sampled_from(["c2", "c4"]), back=st.sampled_from([True, True, False]))
    def take_a_charger_away(self, charger_id: str, back: bool) -> None:
        self.ask(PutCharger(charger_id=charger_id) if back else RetireCharger(charger_id=charger_id))

    @precondition(lambda self: self.grouped)
    @rule(charger_id=chargers, groups=groups)
    def say_who_may_use_a_charger(self, charger_id: str, groups: tuple[str, ...]) -> None:
        self.ask(PutCharger(charger_id=charger_id, groups=groups))

    @precondition(lambda self: self.grouped)
    @rule(name=drivers, groups=groups)
    def put_a_driver_into_groups(self, name: str, groups: tuple[str, ...]) -> None:
        person = self.yard.people[name]
        self.yard.people[name] = replace(person, member=replace(person.member, groups=groups))
        self.ask(Regroup(user_id=name))

    @rule(place=st.integers(0, 6), to=st.sampled_from(["front", "place", "place", "out"]), where=st.integers(1, 7))
    def move_somebody_who_waits(self, place: int, to: str, where: int) -> None:
        queue = self.yard.site.queue
        entry_id = queue[place % len(queue)].entry_id if queue else 999
        self.ask(MoveEntry(entry_id=entry_id, to=to, why="a reason", place=where))

    # --- time

    @rule(seconds=st.sampled_from([1, 60, 300, 901, 1800]))
    def time_passes(self, seconds: int) -> None:
        self.yard.pass_s(seconds)

    @rule()
    def tick(self) -> None:
        self.tell(Tick())
        assert not self.tell(Tick()).changed

    @rule(hours=st.sampled_from([1, 3, 14]))
    def hours_pass_with_a_tick_at_each_due_instant(self, hours: int) -> None:
        end = self.yard.now + timedelta(hours=hours)
        for _ in range(60 * hours + 100):
            due = self.yard.site.next_due_at
            if due is None or max(due, self.yard.now) > end:
                break
            self.yard.now = max(due, self.yard.now + timedelta(seconds=60 if due <= self.yard.now else 0))
            self.tell(Tick())
        else:
            raise AssertionError("time does not come to rest")
        self.yard.now = max(end, self.yard.now)

    # --- what is always true

    @invariant()
    def at_most_one_turn_a_user_and_one_session_a_charger(self) -> None:
        lawful.everybody_has_one_turn_at_most(self.yard)
        lawful.a_charger_has_one_open_session_at_most(self.yard)

    @invariant()
    def every_living_place_is_unique(self) -> None:
        lawful.every_living_place_is_its_drivers_only_one(self.yard)
        lawful.nobody_sent_away_waits(self.yard)

    @invariant()
    def nobody_has_what_is_closed_to_them(self) -> None:
        lawful.nobody_has_what_is_closed_to_them(self.yard)

    @invariant()
    def the_queue_is_in_order(self) -> None:
        lawful.nobody_is_overtaken_beyond_the_bounds(self.yard)
        lawful.front_comes_first_earliest_first(self.yard)

    @invariant()
    def amounts_are_never_negative(self) -> None:
        lawful.amounts_are_never_negative(self.yard)


TestSiteMachine = SiteMachine.TestCase
