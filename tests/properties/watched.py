"""A yard whose every decision is watched: what holds of each of them, and that each can be replayed from its record."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import msgspec
from hypothesis.stateful import RuleBasedStateMachine

from model.errors import Conflict, Forbidden, Invalid, NotFound
from model.session import Session
from model.site import Site
from scheduling.decide import decide
from scheduling.inputs import (
    Input,
    MoveEntry,
    Report,
    Source,
    StatusReported,
    Tagged,
    TransactionBegan,
    TransactionDone,
)
from scheduling.outcome import Decided, State
from scheduling.people import Person
from scheduling.record import inputs_from_plain
from tests.fakes.yard import Recorded, Yard
from tests.properties import lawful
from tests.properties.lawful import Before


class WatchedYard(RuleBasedStateMachine):
    """The base of the machine: it decides, and builds what charge points say."""

    yard: Yard

    def decided(self, *inputs: Input) -> Decided:
        before = Before.of(self.yard)
        logged = len(self.yard.log)
        decided = self.yard.decide(*inputs)
        lawful.energy_never_decreases(before, self.yard)
        lawful.session_numbers_are_never_used_again(before, self.yard)
        lawful.a_held_charger_goes_to_nobody_else(before, self.yard)
        lawful.counters_never_run_back(before, self.yard)
        lawful.a_newcomer_enters_behind_the_locked_places(before, self.yard)
        if not any(isinstance(one, MoveEntry) for one in inputs):  # A manager's word is above the rule.
            lawful.the_locked_places_keep_their_order(before, self.yard)
        lawful.time_has_done_what_was_due(self.yard)
        lawful.no_charger_stands_free_while_somebody_waits(self.yard)
        for recorded in self.yard.log[logged:]:
            assert_replays(before.site, recorded)
        return decided

    def ask(self, request: Input) -> None:
        """A person asks: done, or refused and nothing changed."""
        before = Before.of(self.yard)
        try:
            self.decided(request)
        except (Conflict, Forbidden, Invalid, NotFound):
            assert self.yard.site is before.site
            assert (self.yard.people, self.yard.sessions) == (before.people, before.sessions)

    def tell(self, *reports: Input) -> Decided:
        """A machine tells: taken, whatever it is."""
        assert all(isinstance(one, get_args(Report)) for one in reports)
        decided = self.decided(*reports)
        assert {one.outcome for one in decided.answers} <= {"applied", "repeat", "noted"}
        return decided

    def source(self, charge_point_id: str, ago_s: float = 0) -> Source:
        return self.yard.source(charge_point_id, self.yard.now - timedelta(seconds=ago_s))

    def status_of(self, charger_id: str, status: str, ago_s: float) -> StatusReported:
        charger = self.yard.charger(charger_id)
        source = self.source(charger.charge_point_id, ago_s)
        return StatusReported(source=source, connector=charger.connector, status=status)

    def start_of(
        self, charger_id: str, card: str, transaction_id: str, offline: bool, ago_s: float
    ) -> TransactionBegan:
        charger = self.yard.charger(charger_id)
        tagged = self.yard.tagged(card) if card else Tagged(tag_key="card-unknown")
        return TransactionBegan(
            source=self.source(charger.charge_point_id, ago_s),
            connector=charger.connector,
            transaction_id=f"{charger_id}-{transaction_id}",
            meter_start_wh=0,
            tagged=tagged,
            offline=offline,
        )

    def stop_of(
        self, charger_id: str, transaction_id: str, register: int, reason: str, ago_s: float
    ) -> TransactionDone:
        source = self.source(self.yard.charger(charger_id).charge_point_id, ago_s)
        return TransactionDone(source=source, transaction_id=transaction_id, meter_stop_wh=register, reason=reason)


def assert_replays(before: Site, recorded: Recorded) -> None:
    """The recorded decision, run again on the site before as JSON, comes to the same site."""
    plain = msgspec.json.decode(recorded.decision)
    sessions = [msgspec.convert(one, Session) for one in plain["sessions"]]
    state = State(
        site=msgspec.json.decode(msgspec.json.encode(before), type=Site),
        people={name: msgspec.convert(one, Person) for name, one in plain["people"].items()},
        sessions={(one.charger_id, one.number): one for one in sessions},
        absent=frozenset(plain["absent"]),
        bridges={name: None if at is None else datetime.fromisoformat(at) for name, at in plain["bridges"].items()},
    )
    decided = decide(state, inputs_from_plain(plain["inputs"]), recorded.at)
    assert msgspec.json.encode(replace(decided.site, version=before.version + 1)) == recorded.site
