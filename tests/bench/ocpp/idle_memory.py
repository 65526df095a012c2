"""Memory of an idle charge point: 2,000 connected and booted, against the empty process."""

import time

from tests.bench.ocpp.fleet import Fleet
from tests.bench.ocpp.processes import Measured, allow_files
from tests.bench.ocpp.targets import bare, bridge

POINTS = 2_000
MOST_KIB = 25.0
SETTLE_S = 3.0


def run() -> list[str]:
    """KiB of each server; a sentence when the bridge is beyond its budget."""
    allow_files()
    print(f"{'KiB per idle charge point':28} {'connected':>10} {'booted':>8} {'budget':>7}")
    with bare() as target:
        _row("bare server", _measure(target), "")
    with bridge(POINTS) as target:
        figures = _measure(target)
        _row("bridge", figures, f"{MOST_KIB:g}")
    if figures[1] > MOST_KIB:
        return [f"{figures[1]:.1f} KiB per idle charge point at {POINTS:,}, budget {MOST_KIB:g}"]
    return []


def _measure(target: Measured) -> tuple[float, float]:
    time.sleep(SETTLE_S)
    empty = target.memory_kib()
    with Fleet() as fleet:
        faults = fleet.connect(target.port, POINTS)
        time.sleep(SETTLE_S)
        connected = target.memory_kib()
        faults += fleet.boot(POINTS)
        time.sleep(SETTLE_S)
        booted = target.memory_kib()
    if faults:
        raise RuntimeError(f"{len(faults)} errors, such as {faults[0]}")
    return (connected - empty) / POINTS, (booted - empty) / POINTS


def _row(name: str, figures: tuple[float, float], budget: str) -> None:
    print(f"{name:28} {figures[0]:10.1f} {figures[1]:8.1f} {budget:>7}")
