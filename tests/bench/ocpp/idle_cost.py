"""CPU per message while 0, 900 and 1,800 charge points are connected and say nothing."""

import time
from contextlib import ExitStack

from tests.bench.ocpp.fleet import Fleet, Run
from tests.bench.ocpp.processes import Measured, allow_files
from tests.bench.ocpp.rounds import Turn, least
from tests.bench.ocpp.targets import bridge

IDLE = (0, 900, 1_800)
TALKING = 20
MESSAGES = 8_000
ROUNDS = 9
MOST = 1.25
"""Above the cost with none idle: the quickest of nine turns still differ by a tenth or so on a busy machine. What grows
with the number of connections would double."""


def run() -> list[str]:
    """Microseconds of each; a sentence where the cost grows."""
    allow_files()
    with ExitStack() as stack:
        turns = []
        for idle in IDLE:
            target = stack.enter_context(bridge(idle + TALKING))
            turns.append(_turn(stack, target, idle))
        found = least(turns, ROUNDS)
    beyond = []
    print(f"{'idle':>8} {'µs a message':>13} {'ratio':>6} {'budget':>7}")
    for idle, cost_us in zip(IDLE, found, strict=True):
        ratio = cost_us / found[0]
        print(f"{idle:8,} {cost_us:13.0f} {ratio:6.2f} {MOST:7.2f}")
        if ratio > MOST:
            beyond.append(f"with {idle:,} idle a message costs {ratio:.2f} times as much, budget {MOST:g}")
    return beyond


def _turn(stack: ExitStack, target: Measured, idle: int) -> Turn:
    talking, silent = stack.enter_context(Fleet()), stack.enter_context(Fleet())
    faults = talking.connect(target.port, TALKING) + talking.boot(TALKING)
    faults += silent.connect(target.port, idle, TALKING) + silent.boot(idle)
    if faults:
        raise RuntimeError(f"{len(faults)} errors, such as {faults[0]}")
    talking.heartbeats(TALKING, MESSAGES)
    time.sleep(1)

    def turn() -> float:
        before = target.cpu_s()
        done: Run = talking.heartbeats(TALKING, MESSAGES)
        if done.errors:
            raise RuntimeError(f"{len(done.errors)} errors, such as {done.errors[0]}")
        return (target.cpu_s() - before) / done.messages * 1e6

    return turn
