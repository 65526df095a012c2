"""What changes of the program would save one site a day; each is worked out from the counts."""

from model import paths
from tests.bench.costs.ledger import Cause, Use
from tests.bench.costs.measured import Measured

MINUTES = 24 * 60
HOURS_OF_READINGS = 11
POSTS_AN_HOUR = 12
POSTS_A_CHARGE = 2
"""The first reading after its start and after its car is full."""


def savings(measured: Measured) -> list[tuple[str, Use]]:
    """(change, what a site saves a day)."""
    sessions = measured.happened["sessions"]
    copied = sum(measured.standing[name].documents for name in (paths.CHARGE_POINTS, paths.TAGS))
    readings = measured.busy[Cause.READINGS]
    needed = sessions * POSTS_A_CHARGE + HOURS_OF_READINGS * POSTS_AN_HOUR
    posts = max(0.0, readings.calls - needed)
    shared = (readings.reads - readings.writes) / readings.calls
    return [
        ("the bridge's whole copy each six hours, not each hour", Use(reads=copied * (24 - 4))),
        ("one document that says when charge points and cards changed, not two queries a minute", Use(reads=MINUTES)),
        ("a machine's token is remembered for 5 minutes, not 60 s, by which time it calls again",
         Use(reads=MINUTES * 4 / 5)),
        ("silent units are looked for each 5 minutes, not each minute", Use(reads=MINUTES * 4 / 5)),
        ("readings of one location are posted together", Use(calls=posts, reads=posts * shared)),
        ("a status waits a second for what comes with it (start and charging, hold and reserved)",
         Use(calls=2 * sessions, reads=2 * sessions, writes=4 * sessions)),
    ]  # fmt: skip
