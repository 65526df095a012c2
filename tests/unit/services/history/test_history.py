"""What chargers showed: read from decisions and from what is filed alike, cheaply, and for ever."""

from datetime import date, timedelta

import pytest

from model import paths
from model.charger import ChargerState
from model.errors import Invalid, NotFound
from model.status_change import KnownChange
from model.store.port import Query
from model.timeline import seconds_by_state, uptime
from scheduling.inputs import PutCharger, PutLocation
from services.history import day_document, filing
from services.history.filing import file_all, file_location
from services.history.reading import History
from services.slot import Slot
from tests.fakes.busy_yard import lived
from tests.fakes.site_world import ADMIN, YARD, World, later

ZONE = "Europe/Vienna"


@pytest.fixture(scope="module")
def busy() -> World:
    """Two days; nothing is filed."""
    return lived(World())


@pytest.fixture
def world() -> World:
    world = World()
    world.location()
    world.charge_point()
    return world


def whole(world: World, charger: str = "c1") -> list[KnownChange]:
    found: list[KnownChange] = []
    token = ""
    while True:
        page = world.services.history.page(YARD, charger, page_size=3, page_token=token)
        found += page.items
        token = page.next_page_token
        if not token:
            return found


def shown(changes: list[KnownChange]) -> list[tuple[str, str, str]]:
    return [(one.after.value, one.cause, one.detail) for one in changes[::-1]]


def test_every_change_has_its_time_and_its_cause(world: World) -> None:
    ann = world.driver("ann")
    begun = world.clock.now()
    world.services.queueing.join(YARD, ann.user_id, ADMIN)
    world.clock.advance(minutes=3)
    world.starts(ann.tag)
    world.clock.advance(minutes=20)
    world.tell("CP1", "status", connector=1, status="faulted", error_code="GroundFailure")
    world.clock.advance(minutes=1)
    world.tell("CP1", "status", connector=1, status="charging")
    world.clock.advance(minutes=30)
    world.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=9000, reason="EVDisconnected")
    found = whole(world)
    assert shown(found)[-6:] == [
        ("available", "status_reported", "available"),
        ("pre_session", "time", "offered"),
        ("charging", "transaction_began", ""),
        ("faulted", "status_reported", "faulted GroundFailure"),
        ("charging", "status_reported", "charging"),
        ("available", "transaction_done", "EVDisconnected"),
    ]
    assert [(one.at - begun).total_seconds() / 60 for one in found[::-1]][-5:] == [0, 3, 23, 24, 54]
    assert (found[0].end_reason, found[0].session_number, found[0].actor_kind) == ("unplugged", 1, "bridge")
    assert [one.number for one in found] == list(range(len(found), 0, -1))


def test_an_offer_that_lapses_names_its_end_and_ends_with_its_session(world: World) -> None:
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, ADMIN)
    world.clock.advance(minutes=25)
    world.tell("CP1", "status", connector=1, status="available")
    last = whole(world)[0]
    assert (last.before, last.after, last.cause, last.end_reason) == (
        ChargerState.PRE_SESSION, ChargerState.AVAILABLE, "time", "lapsed"
    )  # fmt: skip
    assert last.at == world.services.sites.session(YARD, "c1", 1).ended_at


def test_what_a_batch_tells_is_kept_step_by_step(world: World) -> None:
    version = world.site().version
    events = [
        world.event("CP1", "status", connector=1, status=status) for status in ("faulted", "unavailable", "available")
    ]
    world.post(*events)
    assert world.site().version == version + 1
    assert [one.after.value for one in whole(world)[:3]] == ["available", "unavailable", "faulted"]


def test_filed_and_decided_changes_read_alike(busy: World) -> None:
    live = whole(busy)
    days = [busy.services.history.day(YARD, "c1", date(2026, 3, 2) + timedelta(days=n))[2] for n in range(-1, 4)]
    period = busy.services.history.period(YARD, "c2", later(busy.clock.now(), -86_400 * 3), busy.clock.now())
    assert len(live) > 8
    assert file_all(busy.store) > 10
    assert whole(busy) == live
    assert [
        busy.services.history.day(YARD, "c1", date(2026, 3, 2) + timedelta(days=n))[2] for n in range(-1, 4)
    ] == days
    assert busy.services.history.period(YARD, "c2", later(busy.clock.now(), -86_400 * 3), busy.clock.now()) == period
    assert file_all(busy.store) == 0


def test_a_history_outlives_its_decisions() -> None:
    world = lived(World(), days=1)
    before = whole(world)
    world.clock.advance(days=401)
    world.background.timers.clean()
    old = [
        one for one in world.store.query(Query(paths.decisions(YARD))) if one.data["expires_at"] <= world.clock.now()
    ]
    assert old == []
    assert whole(world)[-len(before) :] == before


def test_short_times_offline_do_not_count(busy: World) -> None:
    assert "offline" not in {one.after.value for one in whole(busy) + whole(busy, "c2")}
    kinds = {change["after"] for version in range(1, busy.site().version + 1) for change in _moves(busy, version)}
    assert "offline" in kinds


def _moves(world: World, version: int) -> list[dict[str, str]]:
    return world.decision(version).moves


def test_a_longer_time_offline_counts_from_when_the_link_went(world: World) -> None:
    gone = world.event("CP1", "connection", connected=False, bridge_id="b1", epoch=1)
    went = world.clock.now()
    world.clock.advance(minutes=5)
    world.post(gone)
    world.clock.advance(minutes=5)
    world.tell("CP1", "connection", connected=True, bridge_id="b1", epoch=2)
    world.clock.advance(minutes=10)
    found = world.services.history.period(YARD, "c1", went, world.clock.now())
    assert seconds_by_state(found) == {ChargerState.OFFLINE: 600, ChargerState.AVAILABLE: 600}
    assert uptime(found).share == 0.5


def test_what_is_told_late_is_put_where_it_happened_but_never_before_what_was_shown(world: World) -> None:
    ann = world.driver("ann")
    start = world.event("CP1", "transaction_started", connector=1, transaction_id="t1", meter_start_wh=0, tag=ann.tag)
    began = world.clock.now()
    world.clock.advance(minutes=30)
    file_all(world.store)
    world.services.keeping.put_charger(YARD, PutCharger(charger_id="c1", out_of_service=True), ADMIN)
    world.services.keeping.put_charger(YARD, PutCharger(charger_id="c1", out_of_service=False), ADMIN)
    world.clock.advance(minutes=30)
    world.post(start)
    found = whole(world)
    assert found[0].after is ChargerState.CHARGING
    assert found[0].at == later(began, 1800)
    assert sorted(found, key=lambda one: (one.at, one.number), reverse=True) == found


def test_a_charger_is_unknown_before_it_was_added_and_its_uptime_counts_from_then(world: World) -> None:
    world.clock.advance(hours=1)
    world.services.keeping.put_charger(YARD, PutCharger(charger_id="new"), ADMIN)
    world.clock.advance(hours=1)
    found = world.services.history.period(YARD, "new", later(world.clock.now(), -7200), world.clock.now())
    assert [(one.state.value, one.known, one.seconds) for one in found] == [
        ("unknown", False, 3600), ("available", True, 3600),
    ]  # fmt: skip
    assert (uptime(found).share, uptime(found).known_s) == (1.0, 3600)
    _, _, before = world.services.history.day(YARD, "new", date(2026, 2, 1))
    assert [(one.state.value, one.known) for one in before] == [("unknown", False)]


def test_a_day_still_to_come_has_nothing_and_today_ends_now(world: World) -> None:
    history = world.services.history
    assert history.day(YARD, "c1", date(2026, 3, 3))[2] == []
    _, today, found = history.day(YARD, "c1")
    assert today == date(2026, 3, 2)
    world.clock.advance(hours=2)
    _, _, found = history.day(YARD, "c1")
    assert found[-1].until == world.clock.now()


def test_reads_of_a_day_are_few_however_long_the_history_is() -> None:
    world = lived(World(), days=6)
    file_all(world.store)
    history = History(world.store, world.clock, world.services.sites)
    world.services.sites.get(YARD)
    with world.store.measure() as past:
        history.day(YARD, "c1", date(2026, 3, 4))
    with world.store.measure() as today:
        history.day(YARD, "c1")
    with world.store.measure() as week:
        history.period(YARD, "c1", later(world.clock.now(), -7 * 86_400), world.clock.now())
    with world.store.measure() as page:
        history.page(YARD, "c1", page_size=2)
    assert past.reads <= 3
    assert today.reads <= 4
    assert week.reads <= 7 + 3
    assert page.reads <= 2 + 10
    days = world.store.query(Query(paths.status_days(YARD)))
    assert len(days) <= 2 * 7


def test_a_run_cut_short_or_doubled_files_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = lived(World(), days=1)
    live = whole(world)
    monkeypatch.setattr(filing, "PAGE", 3)
    moments = iter((0.0, 0.0, 9.0))
    assert file_location(world.store, YARD, ZONE, Slot(5, lambda: next(moments, 9.0))) == 3
    assert whole(world) == live
    assert file_location(world.store, YARD, ZONE) > 3
    assert file_location(world.store, YARD, ZONE) == 0
    assert whole(world) == live


def test_a_day_of_very_many_changes_has_several_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "MOST_IN_PART", 5)
    for number in range(20):
        world.clock.advance(minutes=5)
        world.tell("CP1", "status", connector=1, status="faulted" if number % 2 else "unavailable")
    live = whole(world)
    file_all(world.store)
    assert whole(world) == live
    parts = world.store.query(Query(paths.status_days(YARD)))
    assert len(parts) == 5
    assert max(len(day_document.changes_in(part)) for part in parts) == 5


def test_a_location_that_moves_west_loses_no_day(world: World) -> None:
    world.clock.advance(hours=15, minutes=30)  # 00:30 in Vienna
    world.tell("CP1", "status", connector=1, status="faulted")
    file_all(world.store)
    world.services.keeping.put_location(YARD, PutLocation(time_zone="America/Lima"), ADMIN)
    world.clock.advance(minutes=5)
    world.tell("CP1", "status", connector=1, status="available")
    live = whole(world)
    file_all(world.store)
    assert whole(world) == live


@pytest.mark.parametrize(
    "token", ["x", "!!", "WzFd", "WzEsIjIwMjYiXQ", "eyJ9", "é", "WzEsICI5OTk5LTEyLTMxVDIzOjU5OjU5WiJd"]
)
def test_a_token_that_is_none_is_refused(world: World, token: str) -> None:
    with pytest.raises(Invalid, match="page_token"):
        world.services.history.page(YARD, "c1", page_token=token)


def test_what_cannot_be_is_refused(world: World) -> None:
    history, now = world.services.history, world.clock.now()
    with pytest.raises(NotFound):
        history.page(YARD, "c9")
    with pytest.raises(NotFound):
        history.day("nowhere", "c1")
    with pytest.raises(Invalid, match="later than"):
        history.page(YARD, "c1", now, now)
    with pytest.raises(Invalid, match="later than"):
        history.period(YARD, "c1", now, later(now, -1))
    with pytest.raises(Invalid, match="400 days"):
        history.period(YARD, "c1", later(now, -401 * 86_400), now)
    with pytest.raises(Invalid, match="no such day"):
        history.day(YARD, "c1", date.max)
    with pytest.raises(Invalid, match="page_size"):
        history.page(YARD, "c1", page_size=0)
