"""CPU per MeterValues: 8 sampled values, 160 charge points, each sends the next when the last was answered.

Each round is ten minutes of readings by the charge points' own clocks, and like ten minutes at the real pace it makes
two posts of each charge point: of the first few, and of the rest. So a session is written as often, too.
"""

import time
from contextlib import ExitStack

from tests.bench.ocpp.fleet import Fleet
from tests.bench.ocpp.processes import Measured, allow_files
from tests.bench.ocpp.rounds import Turn, costs
from tests.bench.ocpp.targets import bare, bridge, system

POINTS = 160
A_LOCATION = 40
MESSAGES = 9_600
WARM = 2_000
ROUNDS = 3
POST_S = "3"
"""Longer than the readings of a round take, shorter than the rest between two rounds."""
SETTLE_S = 3.8
BRIDGE_MOST, SYSTEM_MOST = 2.0, 3.0


def run() -> list[str]:
    """Microseconds and ratios; a sentence per budget that is broken."""
    allow_files()
    with ExitStack() as stack:
        enter = stack.enter_context
        plain, alone = enter(bare()), enter(bridge(POINTS, "--meter-post-s", POST_S))
        whole, _ = enter(system(POINTS, A_LOCATION, "--meter-post-s", POST_S))
        parts: dict[str, list[float]] = {}
        turns = [_turn(stack, target, parts) for target in (plain, alone, whole)]
        bare_us, bridge_us, system_us = costs(turns, ROUNDS)
    print(f"{'µs of CPU a MeterValues':36} {'µs':>6} {'× bare':>7} {'budget':>7}")
    print(f"{'bare server':36} {bare_us:6.0f} {1:7.2f}")
    beyond = []
    for name, cost_us, most in (
        ("bridge", bridge_us, BRIDGE_MOST),
        ("bridge, API, SQLite", system_us, SYSTEM_MOST),
    ):
        ratio = cost_us / bare_us
        print(f"{name:36} {cost_us:6.0f} {ratio:7.2f} {most:7.2f}")
        if ratio > most:
            beyond.append(f"{name}: {ratio:.2f} times the bare server's CPU, budget {most:g}")
    print("where it goes: " + ", ".join(f"{name} {sum(us) / len(us):.0f} µs" for name, us in parts.items()))
    return beyond


def _turn(stack: ExitStack, target: Measured, parts: dict[str, list[float]]) -> Turn:
    fleet = stack.enter_context(Fleet())
    _without(fleet.connect(target.port, POINTS) + fleet.boot(POINTS))
    transactions = fleet.start(POINTS)
    fleet.meter(POINTS, WARM, transactions)
    time.sleep(SETTLE_S)

    def turn() -> float:
        before = target.cpu_by_part()
        done = fleet.meter(POINTS, MESSAGES, transactions)
        _without(done.errors)
        time.sleep(SETTLE_S)  # until what was taken is booked
        spent = {name: cpu_s - before.get(name, 0.0) for name, cpu_s in target.cpu_by_part().items()}
        for name, cpu_s in spent.items():
            parts.setdefault(name, []).append(cpu_s / done.messages * 1e6)
        return float(sum(spent.values()) / done.messages * 1e6)

    return turn


def _without(errors: list[str]) -> None:
    if errors:
        raise RuntimeError(f"{len(errors)} errors, such as {errors[0]}")
