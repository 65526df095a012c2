"""Function `summarise`, called each hour: what happened since is folded into the summaries behind reports."""

from functions.message import Message
from services.background import Jobs
from services.slot import Slot

WITHIN_S = 480.0


def summarise(_message: Message, jobs: Jobs) -> int:
    """How many steps were taken; what there was no time for waits for the next hour."""
    return jobs.summaries.run(Slot(WITHIN_S))
