"""Transaction cycles: Authorize, Start, three MeterValues, Stop; 50 charge points, every start and stop decided."""

import time
from contextlib import ExitStack
from typing import Any

from tests.bench.ocpp.fleet import Fleet, Run
from tests.bench.ocpp.processes import Measured, allow_files
from tests.bench.ocpp.targets import bare, bridge, system

POINTS = 50
A_LOCATION = 10
CYCLES, BARE_CYCLES = 1_000, 4_000
BOOKED_S = 15.0
LEAST_SHARE = 400 / 5_400
"""Of the bare server's rate in the same run: the design's figure, of what the bare server did where it was measured."""


def run() -> list[str]:
    """Messages and cycles a second; a sentence when they are too few, or when a transaction is not booked."""
    allow_files()
    print(f"{'':24} {'messages/s':>11} {'cycles/s':>9} {'budget':>7}")
    with bare() as target:
        yardstick = _cycle(target, BARE_CYCLES)
        _row("bare server", yardstick, "")
    with bridge(POINTS) as target:
        _row("bridge", _cycle(target, BARE_CYCLES), "")
    with ExitStack() as stack:
        target, world = stack.enter_context(system(POINTS, A_LOCATION))
        before = target.cpu_by_part()
        done = _cycle(target, CYCLES)
        _row("bridge, API, SQLite", done, f"{LEAST_SHARE * yardstick.messages / yardstick.seconds:.0f}")
        spent = {name: cpu_s - before[name] for name, cpu_s in target.cpu_by_part().items()}
        print("where it goes: " + ", ".join(f"{name} {cpu_s / CYCLES * 1e3:.1f} ms" for name, cpu_s in spent.items()))
        booked = 0
        until = time.monotonic() + BOOKED_S
        while booked < CYCLES and time.monotonic() < until:  # the last ends may be on their way
            booked = sum(_booked(world, number) for number in range(0, POINTS, A_LOCATION))
    beyond = []
    share = (done.messages / done.seconds) / (yardstick.messages / yardstick.seconds)
    if share < LEAST_SHARE:
        beyond.append(f"{share:.1%} of the bare server's messages a second, budget {LEAST_SHARE:.1%}")
    if booked != CYCLES:
        beyond.append(f"{booked} sessions are booked of {CYCLES}")
    return beyond


def _cycle(target: Measured, cycles: int) -> Run:
    with Fleet() as fleet:
        faults = fleet.connect(target.port, POINTS) + fleet.boot(POINTS)
        done: Run = fleet.cycles(POINTS, cycles)
    if faults or done.errors:
        raise RuntimeError(f"errors, such as {[*faults, *done.errors][0]}")
    return done


def _booked(world: Any, first: int) -> int:
    """Sessions of one location that ended with their energy."""
    location = f"bench-{first // A_LOCATION}"
    found = 0
    for number in range(first, first + A_LOCATION):
        page = f"location/{location}/charger/c{number}/sessions?page_size=100"
        found += sum(session["energy_wh"] == 60 for session in world.admin.do("GET", page)["sessions"])
    return found


def _row(name: str, done: Run, budget: str) -> None:
    print(f"{name:24} {done.messages / done.seconds:11,.0f} {done.messages / done.seconds / 6:9,.0f} {budget:>7}")
