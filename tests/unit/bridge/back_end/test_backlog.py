"""Who is due to be posted, and when."""

import asyncio

import pytest

from ocpp_bridge.back_end.backlog import BEATS, Backlog, on_beat


class Site:
    """A backlog whose charge points are named ``location/number``."""

    def __init__(self, meter_post_s: float = 100.0) -> None:
        self.locations: dict[str, str] = {}
        self.due: list[str] = []
        self.one_due = asyncio.Event()
        self.both_due = asyncio.Event()
        self.backlog = Backlog(self._location, meter_post_s, self._is_due)

    def _location(self, name: str) -> str:
        return self.locations.get(name, name.partition("/")[0])

    def _is_due(self, location: str) -> None:
        self.due.append(location)
        self.one_due.set()
        if len(self.due) == 2:
            self.both_due.set()

    def take(self, location: str) -> tuple[str, int] | None:
        return self.backlog.take(self.backlog.groups[location])


def test_news_is_due_at_once_and_readings_wait() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=False)
        assert site.due == []
        site.backlog.note("a/1", 2, urgent=True)
        assert site.due == ["a"]
        assert site.take("a") == ("a/1", 0)
        site.backlog.close()

    asyncio.run(run())


def test_readings_alone_become_due_in_time() -> None:
    async def run() -> None:
        site = Site(meter_post_s=0.02)
        site.backlog.note("a/1", 1, urgent=False)
        site.backlog.note("b/1", 2, urgent=False)
        async with asyncio.timeout(5):
            await site.both_due.wait()
        assert site.take("a") == ("a/1", 0)
        site.backlog.close()

    asyncio.run(run())


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocpp_bridge.back_end.backlog.SOON_S", 0.02)


def test_news_that_readings_tell_takes_them_along_and_the_next_wait() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=False)
        site.backlog.note("a/1", 2, urgent=True, read=True)
        assert site.due == []
        async with asyncio.timeout(5):
            await site.one_due.wait()
        assert site.take("a") == ("a/1", 0)
        site.backlog.confirmed("a/1", 2)
        site.backlog.give_back("a/1")
        site.backlog.note("a/1", 3, urgent=False)
        await asyncio.sleep(0.02)
        assert site.take("a") is None
        site.backlog.note("a/1", 4, urgent=True)
        assert site.take("a") == ("a/1", 2)
        site.backlog.close()

    asyncio.run(run())


def test_other_news_takes_along_what_readings_tell() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=False)
        site.backlog.note("a/1", 2, urgent=True, read=True)
        site.backlog.note("a/1", 3, urgent=True)
        assert site.take("a") == ("a/1", 0)
        site.backlog.confirmed("a/1", 3)
        site.backlog.give_back("a/1")
        site.due.clear()
        await asyncio.sleep(0.05)
        assert site.due == []
        site.backlog.close()

    asyncio.run(run())


def test_what_readings_tell_while_earlier_ones_are_posted_goes_soon_after_them() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=False)
        async with asyncio.timeout(5):
            await site.one_due.wait()
        assert site.take("a") == ("a/1", 0)
        site.backlog.note("a/1", 2, urgent=False)
        site.backlog.note("a/1", 3, urgent=True, read=True)
        site.backlog.confirmed("a/1", 1)
        site.one_due.clear()
        site.backlog.give_back("a/1")
        async with asyncio.timeout(5):
            await site.one_due.wait()
        assert site.take("a") == ("a/1", 1)
        site.backlog.close()

    asyncio.run(run())


def test_what_readings_tell_does_not_wait_as_long_as_readings_that_wait_already() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=False)
        async with asyncio.timeout(5):
            await site.one_due.wait()
        site.take("a")
        site.backlog.confirmed("a/1", 1)
        site.backlog.give_back("a/1")
        site.backlog.note("a/1", 2, urgent=False)
        site.one_due.clear()
        site.backlog.note("a/1", 3, urgent=True, read=True)
        async with asyncio.timeout(5):
            await site.one_due.wait()
        assert site.take("a") == ("a/1", 1)
        site.backlog.close()

    asyncio.run(run())


def test_a_charge_point_is_in_one_batch_at_a_time_also_when_it_moves() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=True)
        assert site.take("a") == ("a/1", 0)
        site.locations["a/1"] = "b"
        site.backlog.note("a/1", 2, urgent=True)
        assert "b" not in site.backlog.groups
        assert site.take("a") is None
        site.backlog.confirmed("a/1", 1)
        site.backlog.give_back("a/1")
        assert site.take("b") == ("a/1", 1)
        site.backlog.close()

    asyncio.run(run())


def test_a_charge_point_due_in_two_groups_is_taken_once() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=True)
        site.locations["a/1"] = "b"
        site.backlog.note("a/1", 2, urgent=True)
        assert site.take("b") == ("a/1", 0)
        assert site.take("a") is None
        site.backlog.close()

    asyncio.run(run())


def test_what_is_confirmed_is_forgotten_and_the_next_event_starts_behind_it() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 7, urgent=True)
        assert site.take("a") == ("a/1", 6)
        assert site.backlog.is_unconfirmed("a/1", 7)
        site.backlog.confirmed("a/1", 7)
        site.backlog.give_back("a/1")
        assert site.backlog.pending == {}
        assert not site.backlog.is_unconfirmed("a/1", 7)
        site.backlog.note("a/1", 9, urgent=True)
        assert site.take("a") == ("a/1", 8)
        site.backlog.close()

    asyncio.run(run())


def test_the_newest_event_is_on_its_way_until_it_is_confirmed_or_the_api_fails() -> None:
    async def run() -> None:
        site = Site()
        assert site.backlog.newest_due("a/1") is None
        site.backlog.note("a/1", 1, urgent=True)
        site.backlog.note("a/1", 2, urgent=True)
        assert site.backlog.newest_due("a/1") == 2
        site.take("a")
        assert site.backlog.newest_due("a/1") == 2
        site.backlog.groups["a"].failing = True
        assert site.backlog.newest_due("a/1") is None
        site.backlog.groups["a"].failing = False
        site.backlog.confirmed("a/1", 2)
        assert site.backlog.newest_due("a/1") is None
        site.backlog.close()

    asyncio.run(run())


def test_a_failed_batch_is_due_again() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.note("a/1", 1, urgent=True)
        assert site.take("a") == ("a/1", 0)
        site.backlog.give_back("a/1")
        assert site.take("a") == ("a/1", 0)
        site.backlog.close()

    asyncio.run(run())


def test_what_a_former_process_left_is_due_from_its_beginning() -> None:
    async def run() -> None:
        site = Site()
        site.backlog.restore("a/1", last_seq=9, urgent_seq=4)
        site.backlog.restore("b/1", last_seq=5, urgent_seq=0)
        assert site.due == ["a"]
        assert site.take("a") == ("a/1", 0)
        site.backlog.everything_due()
        assert site.take("b") == ("b/1", 0)
        site.backlog.close()

    asyncio.run(run())


def test_readings_of_several_charge_points_wait_for_the_same_moments() -> None:
    first, every_s = 12_345.6, 300.0
    moments = [on_beat(first + second, every_s) for second in range(300)]
    assert len(set(moments)) in {BEATS, BEATS + 1}
    assert all(-1 <= moment - (first + second) <= every_s / BEATS for second, moment in enumerate(moments))


def test_who_is_on_the_beat_stays_on_it() -> None:
    moment = on_beat(777.7, 300.0)
    for hour in range(1, 13):
        moment = on_beat(moment + 300.0, 300.0)
        assert moment == pytest.approx(on_beat(777.7, 300.0) + 300.0 * hour)


def test_without_a_time_readings_are_due_at_once() -> None:
    assert on_beat(5.0, 0.0) == 5.0
