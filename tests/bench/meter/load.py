"""10 to 1,000 charge points that read eight values every ten seconds, on one machine: CPU, memory and disk.

Time is compressed: each step sends five minutes' readings of every charge point as fast as they are answered, and the
bridge posts them together as it does those of five minutes. What a reading costs is measured; what the real pace needs
is that, times the readings a second. Memory is as it is with so many connected and charging.
"""

import os
import sqlite3
import time
from contextlib import ExitStack, closing
from typing import NamedTuple

from tests.bench.ocpp.fleet import Fleet
from tests.bench.ocpp.processes import Measured, allow_files
from tests.bench.ocpp.targets import system
from tests.e2e.world import World

STEPS = (10, 20, 40, 80, 160, 1_000)
A_LOCATION = 50
BURST = 30
EVERY_S = 10
POST_S = 5.0
SETTLE_S = 1.5
BOOKED_S = 20.0
FIELD_POINTS, FIELD_CORES = 160, 8 + 4 + 4
CORES_MOST = {160: 0.5, 1_000: 2.0}
MEMORY_MOST_MIB = {160: 400, 1_000: 600}


class Step(NamedTuple):
    """So many charge points at a reading every ten seconds."""

    points: int
    bridge_us: float
    api_us: float
    memory_mib: float
    store_bytes: float
    """A reading."""

    @property
    def cores(self) -> float:
        """Busy all the time."""
        return self.points / EVERY_S * (self.bridge_us + self.api_us) / 1e6


def run() -> list[str]:
    """A row a step; a sentence per budget that is broken, and for samples that were lost."""
    allow_files()
    print("CPU a reading of 8 values, measured in bursts; cores: that, at a reading every 10 s of each charge point")
    print(f"{'charge points':>13} {'bridge µs':>10} {'API µs':>7} {'cores':>6} {'MiB':>7} {'kB/point·h':>11}")
    beyond: list[str] = []
    with ExitStack() as stack:
        target, world = stack.enter_context(system(max(STEPS), A_LOCATION, "--meter-post-s", f"{POST_S:g}"))
        fleet = stack.enter_context(Fleet())
        transactions: list[int] = []
        for points in STEPS:
            first = len(transactions)
            more = points - first
            _without(fleet.connect(target.port, more, first) + fleet.boot(more, first))
            transactions += fleet.start(more, first)
            step = _step(fleet, target, world, transactions)
            print(
                f"{points:13,} {step.bridge_us:10.0f} {step.api_us:7.0f} {step.cores:6.2f} {step.memory_mib:7.0f}"
                f" {step.store_bytes * 3_600 / EVERY_S / 1000:11.1f}"
            )
            beyond += _beyond(step)
        if (found := _read_back(world)) != BURST:
            beyond.append(f"{found} readings of a charge point can be read back of {BURST}")
    print(
        f"the field system: {FIELD_CORES} cores (8 + 4 + 4) and 95 % of their memory at {FIELD_POINTS} charge points;"
        f" here bridge, API and store share {os.cpu_count()} cores"
    )
    return beyond


def _step(fleet: Fleet, target: Measured, world: World, transactions: list[int]) -> Step:
    cpu_s, kept = target.cpu_by_part(), _store_bytes(world)
    done = fleet.meter(len(transactions), BURST * len(transactions), transactions)
    _without(done.errors)
    time.sleep(POST_S + SETTLE_S)  # until what was taken is booked
    spent = {name: after_s - cpu_s[name] for name, after_s in target.cpu_by_part().items()}
    return Step(
        points=len(transactions),
        bridge_us=spent["its bridge"] / done.messages * 1e6,
        api_us=spent["API"] / done.messages * 1e6,
        memory_mib=target.memory_kib() / 1024,
        store_bytes=(_store_bytes(world) - kept) / done.messages,
    )


def _beyond(step: Step) -> list[str]:
    found = []
    if step.points in CORES_MOST and step.cores > CORES_MOST[step.points]:
        found.append(f"{step.cores:.2f} cores for {step.points} charge points, budget {CORES_MOST[step.points]:g}")
    if step.points in MEMORY_MOST_MIB and step.memory_mib > MEMORY_MOST_MIB[step.points]:
        most = MEMORY_MOST_MIB[step.points]
        found.append(f"{step.memory_mib:.0f} MiB for {step.points} charge points, budget {most}")
    return found


def _store_bytes(world: World) -> int:
    """The store's pages in use, those of its log that are not in it yet left out."""
    connection = sqlite3.connect(f"file:{world.machine.store}?mode=ro", uri=True)
    with closing(connection):
        used, free, size = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (used - free) * size


def _read_back(world: World) -> int:
    """Of the charge point that came last, how many readings there are, as soon as it is all of them."""
    last = STEPS[-1] - 1
    path = f"location/bench-{last // A_LOCATION}/charger/c{last}/session/1/measurements?measurand=Power.Active.Import"
    until = time.monotonic() + BOOKED_S
    while True:
        series = world.admin.do("GET", path)["measurements"]["series"]
        found = len(series[0]["values"]) if series else 0
        if found == BURST or time.monotonic() > until:
            return found
        time.sleep(SETTLE_S)


def _without(errors: list[str]) -> None:
    if errors:
        raise RuntimeError(f"{len(errors)} errors, such as {errors[0]}")
