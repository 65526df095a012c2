"""Function `refresh_tokens`: removes what is past its time, tokens first: people's clients swap theirs themselves."""

from functions.message import Message
from services.background import Jobs
from services.slot import Slot

WITHIN_S = 480.0


def refresh_tokens(_message: Message, jobs: Jobs) -> int:
    """How many documents were removed."""
    return jobs.timers.clean(Slot(WITHIN_S))
