"""Days that drivers and chargers live at a real desk: whatever they do, summaries equal a recount of all sessions."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import paths
from model.calendar import days_between
from model.errors import KilowaitError
from model.money.ledger import EntryKind, LedgerEntry
from model.session import Session
from model.store.query import Query
from model.summary import Counted, Takings
from services.reports.counting import count_day
from services.reports.documents import read_cursor, read_day
from services.reports.summarising import Summaries
from services.reports.sums import Sum, total_of
from services.sites.session_document import session_of
from tests.fakes.money_world import MoneyWorld
from tests.fakes.site_world import DRIVER, YARD, World

DRIVERS = ("ann", "bob", "cid")
CHARGERS = 2
HAPPENS = ("join", "leave", "accept", "decline", "snooze", "status", *("start", "stop", "stop", "runs", "passes") * 2)
STEPS = st.lists(
    st.tuples(st.sampled_from(HAPPENS), st.integers(0, 5), st.sampled_from((0, 0, 0, 90, 900))),
    min_size=15,
    max_size=30,
)
"""What happens, to whom or where, and how many minutes ago a bridge received it."""
STATUSES = ("available", "preparing", "suspended_ev", "finishing", "charging", "faulted")


class Life:
    """One yard with money, and everything that may happen there."""

    def __init__(self) -> None:
        self.world = MoneyWorld()
        self.world.paid_location(chargers=CHARGERS)
        self.users = [self.world.account(name) for name in DRIVERS]
        self.register_wh = 1_000
        self.started: list[tuple[str, int]] = []
        self.clock = self.world.clock

    def happens(self, what: str, which: int, minutes_ago: int) -> None:
        user, connector = self.users[which % len(self.users)], 1 + which % CHARGERS
        queueing = self.world.services.queueing
        received = (self.clock.now() - timedelta(minutes=minutes_ago)).isoformat()
        acts: dict[str, Callable[[], object]] = {
            "join": lambda: queueing.join(YARD, user.user_id, DRIVER),
            "leave": lambda: queueing.leave(YARD, user.user_id, DRIVER),
            "start": lambda: self.starts(user.tag, connector, received),
            "stop": lambda: self.stops(which, received),
            "status": lambda: self.world.tell(
                "CP1", "status", connector=connector, status=STATUSES[which], received_at=received
            ),
            "runs": lambda: self.summaries().run(),
            "passes": lambda: self.passes(which),
        }
        with suppress(KilowaitError):  # What is refused changes nothing.
            acts.get(what, lambda: queueing.answer_offer(YARD, user.user_id, what, DRIVER))()

    def starts(self, tag: str, connector: int, received: str) -> None:
        name = f"t{len(self.started)}"
        self.started.append((name, connector))
        self.world.tell(
            "CP1", "transaction_started", connector=connector, transaction_id=name, meter_start_wh=self.register_wh,
            tag=tag, received_at=received,
        )  # fmt: skip

    def stops(self, which: int, received: str) -> None:
        """One of all that ever began, perhaps once more."""
        if self.started:
            name, connector = self.started[which % len(self.started)]
            self.register_wh += 1_700
            reason = "EVDisconnected" if which % 2 else "Local"
            self.world.tell(
                "CP1", "transaction_ended", transaction_id=name, meter_stop_wh=self.register_wh, reason=reason,
                connector=connector, received_at=received,
            )  # fmt: skip

    def passes(self, hours: int) -> None:
        self.clock.advance(hours=hours, minutes=13)
        self.world.background.timers.tick()

    def summaries(self) -> Summaries:
        return Summaries(self.world.store, self.clock)

    def sessions(self) -> list[Session]:
        return [session_of(found.data) for found in self.world.inner.query(Query(paths.sessions(YARD)))]


def recounted(life: Life) -> dict[str, tuple[Counted | None, Counted]]:
    """Each day: as it is summarised, and as all sessions say."""
    world: World = life.world
    cursor = read_cursor(world.inner, YARD)
    assert cursor is not None
    assert cursor.as_of is not None
    calendar, sessions = cursor.calendar, life.sessions()
    first = min([one.assigned_at for one in sessions], default=cursor.as_of)
    standing = [one.charger_id for one in world.site().chargers.values()]
    found = {}
    for day in days_between(calendar.date_of(first), calendar.date_of(cursor.as_of)):
        starts_at, ends_at = calendar.start(day), calendar.end(day)
        summary = read_day(world.inner, YARD, day)
        counted = count_day(sessions, starts_at, ends_at, cursor.as_of, standing)
        if summary is not None or any(one.takings != Takings() for one in counted.chargers.values()):
            found[day.isoformat()] = (None if summary is None else summary.counted, counted)
    return found


@settings(max_examples=15)
@given(STEPS)
def test_summaries_of_lived_days_equal_a_recount_and_the_ledger(steps: list[tuple[str, int, int]]) -> None:
    hold(steps)


@pytest.mark.fuzz
@settings(max_examples=2_000)
@given(STEPS)
def test_summaries_of_many_lived_days_equal_a_recount_and_the_ledger(steps: list[tuple[str, int, int]]) -> None:
    hold(steps)


def hold(steps: list[tuple[str, int, int]]) -> None:
    """Live it, and look at every day."""
    life = Life()
    for step in steps:
        life.happens(*step)
    while life.summaries().run():
        pass
    days = recounted(life)
    assert {day: summary for day, (summary, _) in days.items()} == {day: counted for day, (_, counted) in days.items()}
    taken = total_of(one.takings for _, counted in days.values() for one in counted.chargers.values())
    assert taken.earnings["EUR"] == booked(life)
    assert taken.energy_wh == drawn(life).energy_wh


def booked(life: Life) -> int:
    """What ledgers have of charges."""
    paid_for = {EntryKind.SESSION, EntryKind.SESSION_ADJUSTMENT}
    entries: list[LedgerEntry] = [entry for user in life.users for entry in life.world.ledger(user)]
    return -sum(entry.amount for entry in entries if entry.kind in paid_for)


def drawn(life: Life) -> Sum:
    """By the session records themselves."""
    over = [one for one in life.sessions() if one.ended_at is not None and not one.never_plugged]
    return total_of(Takings(sessions=1, energy_wh=one.energy_wh) for one in over)
