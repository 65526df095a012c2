"""`python -m tests.soak`: cars charge on bad lines while API and bridge are killed; then the books are checked.

`SOAK_S` seconds (1200), `SOAK_SEED` (else drawn and printed), `SOAK_POINTS` points (20). Exits 1 on a difference.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.e2e.conformance16.stand import BRIDGE
from tests.e2e.kill9 import kill_api, kill_bridge, kill_bridge_while_the_api_is_down
from tests.e2e.world import Site, World, make_seed, wait_for
from tests.soak.books import counted_wh, differences, pending, sessions_of, spooled
from tests.soak.car_park import CarPark
from tests.soak.rough_box import RoughBox

KILLS = (kill_api, kill_bridge, kill_bridge_while_the_api_is_down)
BETWEEN_KILLS_S = (3.0, 12.0)
LAST_STAY_S = 180.0
SETTLED_WITHIN_S = 180.0
DRIVERS = 2


def main() -> int:
    """0: every transaction is booked once; 1: not."""
    soak_s, points = float(os.environ.get("SOAK_S", "1200")), int(os.environ.get("SOAK_POINTS", "20"))
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**6))
    print(f"soak: {soak_s:g} s, {points} charge points, SOAK_SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        (folder / "seed").mkdir()
        make_seed(folder / "seed")
        with World(folder / "world", folder / "seed", bridge_options=BRIDGE) as world:
            return soak(world, soak_s, points, random.Random(seed))


def soak(world: World, soak_s: float, points: int, chance: random.Random) -> int:
    """Charge and kill, then compare."""
    kills: Counter[str] = Counter()
    with ExitStack() as boxes:
        parks = [_park(world, number, chance, boxes) for number in range(points)]
        until = time.monotonic() + soak_s
        for _, cars in parks:
            cars.start()
        while (left_s := until - time.monotonic()) > 0:
            time.sleep(min(left_s, chance.uniform(*BETWEEN_KILLS_S)))
            kill = chance.choice(KILLS)
            kill(world)
            kills[kill.__name__] += 1
        for _, cars in parks:
            cars.over.set()
        for _, cars in parks:
            cars.join(LAST_STAY_S)
            if cars.is_alive():
                cars.failure = "its last car never left"
        wrong = _settled(world, [site for site, _ in parks])
    return _report(world, parks, kills, wrong)


def _park(world: World, number: int, chance: random.Random, boxes: ExitStack) -> tuple[Site, CarPark]:
    site = world.site(f"soak-{number}")
    drivers = [world.driver(f"driver-{number}-{which}") for which in range(DRIVERS)]
    box = RoughBox(world.machine.ocpp, site.charge_point_id, site.password, random.Random(chance.random()))
    boxes.enter_context(box)
    return site, CarPark(box, [(who.username, who.tag) for who in drivers], random.Random(chance.random()))


def _settled(world: World, sites: list[Site]) -> list[str]:
    """Wait until nothing is on its way any more; what still is."""
    wrong = []
    try:
        wait_for(lambda: spooled(world)[0] == 0, SETTLED_WITHIN_S)
    except AssertionError:
        wrong.append(f"events the API did not confirm: {spooled(world)[0]}")
    if spooled(world)[1]:
        wrong.append(f"events parked: {spooled(world)[1]}")
    until = time.monotonic() + SETTLED_WITHIN_S
    for site in sites:
        while (left := pending(world, site)) and time.monotonic() < until:
            time.sleep(1)
        wrong += [f"{site.location_id}: effect {effect_id} is pending" for effect_id in left]
    return wrong


def _report(world: World, parks: list[tuple[Site, CarPark]], kills: Counter[str], wrong: list[str]) -> int:
    line: Counter[str] = Counter()
    print(f"{'charge point':<16}{'transactions':>13}{'stays':>7}{'sessions':>9}{'counted Wh':>12}{'booked Wh':>11}")
    totals = [0] * 5
    for site, cars in parks:
        sessions = sessions_of(world, site)
        wrong += differences(site, cars, sessions)
        booked_wh = sum(session["energy_wh"] for session in sessions)
        row = [len(cars.ids), len(cars.stays), len(sessions), counted_wh(cars.stays), booked_wh]
        totals = [total + figure for total, figure in zip(totals, row, strict=True)]
        line.update(cars.box.line)
        print(f"{site.charge_point_id:<16}{row[0]:>13}{row[1]:>7}{row[2]:>9}{row[3]:>12}{row[4]:>11}")
    print(f"{'all':<16}{totals[0]:>13}{totals[1]:>7}{totals[2]:>9}{totals[3]:>12}{totals[4]:>11}")
    print("killed: " + ", ".join(f"{name} {count}" for name, count in kills.items()))
    print("line: " + ", ".join(f"{what} {count}" for what, count in sorted(line.items())))
    for words in wrong:
        print(f"DIFFERENCE  {words}")
    print(f"{len(wrong)} differences" if wrong else "every transaction booked once, no effect pending, no event parked")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
