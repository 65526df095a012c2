"""Transaction cycles: Authorize, Start, three MeterValues, Stop; 50 charge points, every start and stop decided."""

import time
from contextlib import ExitStack
from typing import Any

from tests.bench.ocpp.fleet import Fleet, Run
from tests.bench.ocpp.processes import Measured, allow_files
from tests.bench.ocpp.rounds import Turn, costs
from tests.bench.ocpp.targets import bare, bridge, system

POINTS = 50
A_LOCATION = 10
ROUNDS = 5
CYCLES, BARE_CYCLES = 300, 1_500
"""A round: about a second each."""
A_CYCLE = 6
"""Messages."""
BOOKED_S = 15.0
LEAST_SHARE = 400 / 5_400
"""Of the bare server's rate in the same run: the design's figure, of what the bare server did where it was measured."""


def run() -> list[str]:
    """Messages and cycles a second; a sentence when they are too few, or when a transaction is not booked."""
    allow_files()
    with ExitStack() as stack:
        plain, alone = stack.enter_context(bare()), stack.enter_context(bridge(POINTS))
        whole, world = stack.enter_context(system(POINTS, A_LOCATION))
        spent: dict[str, float] = {}
        turns = [
            _turn(stack, plain, BARE_CYCLES, {}),
            _turn(stack, alone, BARE_CYCLES, {}),
            _turn(stack, whole, CYCLES, spent),
        ]
        bare_s, bridge_s, whole_s = costs(turns, ROUNDS)
        expected = (1 + ROUNDS) * CYCLES
        booked = 0
        until = time.monotonic() + BOOKED_S
        while booked < expected and time.monotonic() < until:  # the last ends may be on their way
            booked = sum(_booked(world, number) for number in range(0, POINTS, A_LOCATION))
    print(f"{'':24} {'messages/s':>11} {'cycles/s':>9} {'budget':>7}")
    for name, message_s, budget in (
        ("bare server", bare_s, ""),
        ("bridge", bridge_s, ""),
        ("bridge, API, SQLite", whole_s, f"{LEAST_SHARE / bare_s / A_CYCLE:.0f}"),
    ):
        print(f"{name:24} {1 / message_s:11,.0f} {1 / message_s / A_CYCLE:9,.0f} {budget:>7}")
    each_ms = 1e3 / (ROUNDS * CYCLES)
    print("where it goes: " + ", ".join(f"{name} {cpu_s * each_ms:.1f} ms" for name, cpu_s in spent.items()))
    beyond = []
    share = bare_s / whole_s
    if share < LEAST_SHARE:
        beyond.append(f"{share:.1%} of the bare server's messages a second, budget {LEAST_SHARE:.1%}")
    if booked != expected:
        beyond.append(f"{booked} sessions are booked of {expected}")
    return beyond


def _turn(stack: ExitStack, target: Measured, cycles: int, spent: dict[str, float]) -> Turn:
    """Seconds a message; the CPU of each part is added up in ``spent``. One round has been before."""
    fleet = stack.enter_context(Fleet())
    faults = fleet.connect(target.port, POINTS) + fleet.boot(POINTS)
    warm: Run = fleet.cycles(POINTS, cycles)
    _without([*faults, *warm.errors])

    def turn() -> float:
        before = target.cpu_by_part()
        done: Run = fleet.cycles(POINTS, cycles)
        _without(done.errors)
        for name, cpu_s in target.cpu_by_part().items():
            spent[name] = spent.get(name, 0.0) + cpu_s - before.get(name, 0.0)
        return done.seconds / done.messages

    return turn


def _without(errors: list[str]) -> None:
    if errors:
        raise RuntimeError(f"{len(errors)} errors, such as {errors[0]}")


def _booked(world: Any, first: int) -> int:
    """Sessions of one location that ended with their energy."""
    location = f"bench-{first // A_LOCATION}"
    found = 0
    for number in range(first, first + A_LOCATION):
        page = f"location/{location}/charger/c{number}/sessions?page_size=100"
        found += sum(session["energy_wh"] == 60 for session in world.admin.do("GET", page)["sessions"])
    return found
