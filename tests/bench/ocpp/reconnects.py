"""All charge points drop at once without a word, and return at once: ten times."""

from tests.bench.ocpp.fleet import Fleet, Storm
from tests.bench.ocpp.processes import allow_files
from tests.bench.ocpp.targets import bridge

POINTS = 2_000
TIMES = 10
BOOTS_AT_ONCE = "0"
"""Everybody is let in: what is looked for is errors, not pacing."""


def run() -> list[str]:
    """Seconds of each return; a sentence per error."""
    allow_files()
    faults: list[str] = []
    seconds: list[float] = []
    with bridge(POINTS, "--boots-at-once", BOOTS_AT_ONCE) as target, Fleet() as fleet:
        for _ in range(TIMES):
            storm: Storm = fleet.storm(target.port, POINTS)
            seconds.append(storm.seconds)
            faults += storm.errors
            faults += fleet.drop()
    each = " ".join(f"{one:.1f}" for one in seconds)
    print(f"{POINTS:,} charge points, {TIMES} times: {len(faults)} errors; back after {each} s")
    return [f"{len(faults)} errors, such as {faults[0]}"] if faults else []
