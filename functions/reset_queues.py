"""Function `reset_queues`: the queues of the locations at which it has become midnight."""

from functions.message import Message
from services.background import Jobs
from services.slot import Slot

WITHIN_S = 480.0


def reset_queues(_message: Message, jobs: Jobs) -> int:
    """How many sites were due: a midnight is a site's tick, done once a location and local day, whoever comes first."""
    return jobs.timers.tick_sites(Slot(WITHIN_S))
