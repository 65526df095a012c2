"""All charge points connect and boot at once: seconds until the last BootNotification was answered."""

import time
from contextlib import ExitStack

from tests.bench.ocpp.fleet import Fleet, Storm
from tests.bench.ocpp.processes import Measured, allow_files
from tests.bench.ocpp.rounds import Turn, paired
from tests.bench.ocpp.targets import bare, bridge

SIZES = (100, 500, 1_000, 2_000)
ROUNDS = 11
REST_S = 0.5
MOST = 1.5
JUDGED = 2_000
"""The budget's size. A small storm is over within what a busy machine takes for something else."""


def run() -> list[str]:
    """Seconds and ratios; a sentence per budget that is broken."""
    allow_files()
    beyond = []
    print(f"{'charge points':>14} {'bare s':>8} {'bridge s':>9} {'ratio':>6} {'budget':>7} {'CPU ratio':>10}")
    for size in SIZES:
        with ExitStack() as stack:
            targets = [stack.enter_context(bare()), stack.enter_context(bridge(size))]
            cpu: list[list[float]] = [[], []]
            faults: list[str] = []
            yardstick = _turn(stack, targets[0], size, cpu[0], faults)
            ours = _turn(stack, targets[1], size, cpu[1], faults)
            bare_s, bridge_s, ratio = paired(yardstick, ours, ROUNDS)
        cpu_ratio = min(cpu[1]) / max(min(cpu[0]), 0.01)
        budget = f"{MOST:g}" if size == JUDGED else ""
        print(f"{size:14,} {bare_s:8.3f} {bridge_s:9.3f} {ratio:6.2f} {budget:>7} {cpu_ratio:10.2f}")
        if faults:
            beyond.append(f"{size:,} boots: {len(faults)} errors, such as {faults[0]}")
        if size == JUDGED and ratio > MOST:
            beyond.append(f"{size:,} boots: {ratio:.2f} times the bare server's time, budget {MOST:g}")
    return beyond


def _turn(stack: ExitStack, target: Measured, size: int, cpu: list[float], faults: list[str]) -> Turn:
    fleet = stack.enter_context(Fleet())

    def turn() -> float:
        before = target.cpu_s()
        storm: Storm = fleet.storm(target.port, size)
        cpu.append(target.cpu_s() - before)
        faults.extend(storm.errors)
        if storm.later:
            faults.append(f"{storm.later} were told to boot later")
        time.sleep(REST_S)
        fleet.drop()
        time.sleep(REST_S)
        return storm.seconds

    return turn
