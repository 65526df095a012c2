"""Days on charge points that say yes to everything, or to nothing; nobody waits for them to pass."""

import asyncio

import pytest

from simulator.people import DayOrder, PlayedDay
from simulator.unit.person import NotPossible

pytestmark = pytest.mark.anyio

LOOK_S = 30.0
A_DAY_S = 86_400


class Jumping(asyncio.SelectorEventLoop):
    """Time jumps to the next thing that is due as soon as nothing is left to do."""

    def __init__(self):
        super().__init__()
        self._skipped_s = 0.0

    def time(self):
        return super().time() + self._skipped_s

    def _run_once(self):  # The loop has no public place for this.
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._skipped_s += max(0.0, self._scheduled[0].when() - self.time())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


@pytest.fixture
def anyio_backend():
    return "asyncio", {"loop_factory": Jumping}


class Point:
    """One connector; a car is full when it was looked at ``looks`` times."""

    def __init__(self, name, *, looks=2, outcome="started", reserved=None):
        self.id = name
        self.looks = looks
        self.outcome = outcome
        self.reserved = reserved
        self.car = None
        self.pending = self.tag = None
        self.happened = []
        self.register_mwh = 0
        self.plugged = asyncio.Event()

    def view(self):
        return {"connectors": [self._connector()]}

    def _connector(self):
        return {
            "connector_id": 1,
            "status": "Reserved" if self.reserved else "Available" if self.car is None else "Charging",
            "plugged": self.car is not None,
            "pending": self.pending,
            "reservation": {"id_tag": self.reserved} if self.reserved else None,
            "transaction": {"id_tag": self.tag} if self.tag and self.car else None,
            "energy_wh": self.register_mwh // 1000,
            "car": None if self.car is None else {"full": self.car.full},
        }

    def connector(self, number):
        assert number == 1
        if self.car is not None and self.tag:
            step_mwh = min(self.car.remaining_mwh, self.car.need_wh * 1000 // self.looks)
            self.car.taken_mwh += step_mwh
            self.register_mwh += step_mwh
        return self._connector()

    def plug(self, number, car):
        if self.car is not None:
            raise NotPossible("a car is plugged in already")
        self.happened.append("plug")
        self.plugged.set()
        self.car, self.tag, self.pending = car, self.pending or self.tag, None

    def unplug(self, number):
        self.happened.append("unplug")
        self.car = self.tag = None

    async def tap(self, number, id_tag, wait_s=60.0):
        self.happened.append("tap")
        await asyncio.sleep(0)
        if self.outcome != "started":
            return self.outcome
        if self.tag:
            self.tag = None
            return "stopped"
        if self.car is None:
            self.pending = id_tag
            return "awaiting_plug"
        self.tag, self.reserved = id_tag, None
        return "started"


async def play(points, **order):
    plain = {"drivers": 4, "no_shows": 0, "overstays": 0, "tap_first": 0, "tap_to_stop": 0}
    day = PlayedDay("1", DayOrder(**{**plain, **order}), lambda: points, look_s=LOOK_S)
    day.start()
    async with asyncio.timeout(A_DAY_S):
        await day.over()
    return day.view()


async def test_all_drivers_charge_and_go_home():
    points = [Point("A"), Point("B")]
    day = await play(points, drivers=6)
    assert (day["status"], day["counts"]) == ("over", {"left": 6})
    assert sum(point.happened.count("plug") for point in points) == 6
    for point in points:
        assert point.happened == ["plug", "tap", "unplug"] * (len(point.happened) // 3)
    assert all(point.car is None for point in points)
    assert day["energy_wh"] == sum(driver["need_wh"] for driver in day["drivers"])
    assert all(driver["arrives"] < driver["leaves"] for driver in day["drivers"])


async def test_who_taps_first_plugs_then_and_may_stop_with_the_card():
    point = Point("A", looks=10**9)
    day = await play([point], drivers=1, tap_first=1, tap_to_stop=1)
    assert point.happened == ["tap", "plug", "tap", "unplug"]
    assert day["counts"] == {"left": 1}


async def test_who_starts_from_an_app_never_taps():
    point = Point("A")
    await play([point], drivers=1, by_app=1)
    assert point.happened == ["plug", "unplug"]


async def test_who_overstays_keeps_others_waiting_until_they_give_up():
    day = await play([Point("A")], drivers=5, overstays=1)
    assert day["counts"]["left"] >= 1
    assert day["counts"]["gave_up"] >= 1


async def test_who_does_not_show_up_leaves_the_place_to_others():
    point = Point("A")
    day = await play([point], drivers=3, no_shows=1)
    assert (day["counts"], point.happened) == ({"no_show": 3}, [])


async def test_a_reserved_connector_is_for_its_card_only():
    mine, theirs = Point("A", reserved="driver-0001"), Point("B", reserved="SOMEBODY")
    day = await play([theirs, mine], drivers=1)
    assert (mine.happened, theirs.happened) == (["plug", "tap", "unplug"], [])
    assert day["drivers"][0]["charge_point_id"] == "A"


async def test_a_day_can_be_for_reservations_only():
    free, reserved = Point("A"), Point("B", reserved="DRIVER-0002")
    day = await play([free, reserved], drivers=2, only_reserved=True)
    assert day["counts"] == {"gave_up": 1, "left": 1}
    assert free.happened == []


@pytest.mark.parametrize("tap_first", [0, 1])
async def test_who_is_refused_goes_home(tap_first):
    point = Point("A", outcome="refused")
    day = await play([point], drivers=1, tap_first=tap_first)
    assert day["counts"] == {"refused": 1}
    assert point.car is None


async def test_who_finds_everything_out_of_order_tries_again_and_gives_up():
    point = Point("A", outcome="out_of_order")
    day = await play([point], drivers=1)
    assert day["counts"] == {"gave_up": 1}
    assert point.happened == ["plug", "tap", "unplug"] * 3


async def test_a_charge_point_that_is_taken_away_ends_the_visit_only():
    class Vanishing(Point):
        def plug(self, number, car):
            """Somebody pulls the plug at once."""
            super().plug(number, car)
            self.car = None

    day = await play([Vanishing("A")], drivers=2, by_app=1)
    assert day["counts"] == {"failed": 2}


async def test_a_failure_of_one_driver_is_nobody_elses(caplog):
    class Broken(Point):
        def plug(self, number, car):
            raise RuntimeError("the state cannot be saved")

    day = await play([Broken("A")], drivers=2)
    assert day["counts"] == {"failed": 2}
    assert "the state cannot be saved" in caplog.text


async def test_without_charge_points_all_give_up():
    assert (await play([], drivers=2))["counts"] == {"gave_up": 2}


@pytest.mark.parametrize("go_home", [True, False])
async def test_a_day_that_is_stopped_sends_all_home_or_leaves_them(go_home):
    point = Point("A", looks=10**9)
    day = PlayedDay("1", DayOrder(drivers=2, no_shows=0), lambda: [point], look_s=LOOK_S)
    day.start()
    async with asyncio.timeout(A_DAY_S):
        await point.plugged.wait()
    await day.stop(go_home=go_home)
    assert (point.car is None) is go_home
    seen = day.view(drivers=False)
    assert seen["status"] == "stopped"
    assert "drivers" not in seen
    assert day.view(drivers=False)["clock"] == seen["clock"], "time stands still"
    await day.stop()


async def test_faster_days_need_less_and_the_same_without_scaling():
    scaled, real = Point("A"), Point("B")
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    slow = await play([real], drivers=1, speed=2)
    between_s = loop.time()
    quick = await play([scaled], drivers=1, speed=20)
    same = await play([scaled], drivers=1, speed=20, scale_energy=False)
    need_wh = slow["drivers"][0]["need_wh"]
    assert slow["energy_wh"] == round(need_wh / 2)
    assert quick["energy_wh"] == round(need_wh / 20)
    assert same["energy_wh"] == need_wh
    assert between_s - began_s > loop.time() - between_s
