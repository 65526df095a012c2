"""Function `tick`, each minute: sites that are due, silent units, effects left behind, exports to be made."""

from functions.message import Message
from services.background import Jobs
from services.slot import Slot

WITHIN_S = 50.0
"""Less than the minute to the next call, which goes on where this one stopped."""
OUTDATED_S = 120.0
"""A message so old has been overtaken by younger ones."""
EXPORTS_EVERY_MIN = 5
"""An export in the background waits no longer; a look each minute would be three in a hundred of a day's free reads."""


def tick(message: Message, jobs: Jobs) -> int:
    """How many sites were due."""
    now = jobs.clock.now()
    if message.age_s(now) > OUTDATED_S:
        return 0
    slot = Slot(WITHIN_S)
    due = jobs.timers.tick(slot)
    if now.minute % EXPORTS_EVERY_MIN == 0:
        jobs.exports.run(slot)
    return due
