"""Function `check_books`, called each hour, works once a night: whether ledgers, sessions and payments add up."""

from functions.message import Message
from services.background import Jobs
from services.slot import Slot

WITHIN_S = 480.0
NIGHT_HOUR = 3
"""UTC. It is called by the hourly job, since a job of its own would not be free."""


def check_books(message: Message, jobs: Jobs) -> int:
    """How many things are wrong; each is logged as an error."""
    if (message.published_at or jobs.clock.now()).hour != NIGHT_HOUR:
        return 0
    return jobs.bookkeeping.daily(Slot(WITHIN_S))
