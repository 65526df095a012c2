"""Functions `publish`, called with each decision that has effects, and `publish_all`, each quarter of an hour: outside
systems are told of what is new. One at a time, as order matters.
"""

from functions.message import Message
from services.background import Jobs
from services.publishing.publishing import NotMine
from services.sites.decision_document import is_decision_path
from services.slot import Slot

WITHIN_S = 50.0
ALL_WITHIN_S = 480.0
OUTDATED_S = 600.0
"""`publish_all` has told it since."""


def publish(message: Message, jobs: Jobs) -> int:
    """How many messages were told. What it raises makes Pub/Sub deliver again, later."""
    path = message.body.get("path")
    if jobs.publishing is None or not isinstance(path, str) or not is_decision_path(path):
        return 0
    if message.age_s(jobs.clock.now()) > OUTDATED_S:
        return 0
    return jobs.publishing.publish_decision(path, Slot(WITHIN_S))


def publish_all(_message: Message, jobs: Jobs) -> int:
    """How many messages were told: also of decisions without effects, and of samples. 0 while another is at it."""
    if jobs.publishing is None:
        return 0
    try:
        return jobs.publishing.sweep(Slot(ALL_WITHIN_S))
    except NotMine:
        return 0
    finally:
        jobs.publishing.close()
