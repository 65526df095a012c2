"""Function `tick`, each minute: sites that are due, silent units, effects left behind, exports to be made."""

from functions.message import Message
from services.background import Jobs
from services.slot import Slot

WITHIN_S = 50.0
"""Less than the minute to the next call, which goes on where this one stopped."""
OUTDATED_S = 120.0
"""A message so old has been overtaken by younger ones."""


def tick(message: Message, jobs: Jobs) -> int:
    """How many sites were due."""
    if message.age_s(jobs.clock.now()) > OUTDATED_S:
        return 0
    slot = Slot(WITHIN_S)
    due = jobs.timers.tick(slot)
    jobs.exports.run(slot)
    return due
